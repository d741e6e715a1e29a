/*
 * A launch as a picture: its steps with their times while a session starts,
 * and where and why it stopped when it failed.
 */
#ifndef TUI_VIEW_TIMELINE_H
#define TUI_VIEW_TIMELINE_H

#include "engine/session/estimate.h"
#include "tui/terminal/surface.h"

/* `now` in seconds since the epoch: the step under way tells since when. What earlier starts
 * say of this one is `e` (engine/session/estimate.h). */
void timeline_draw(struct paint p, const struct session_record *r, const struct estimate *e,
		   int64_t now);

#endif
