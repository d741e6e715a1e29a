/*
 * A launch as a picture: its steps with their times while a session starts,
 * and where and why it stopped when it failed. Drawn from the record alone.
 */
#ifndef TUI_VIEW_TIMELINE_H
#define TUI_VIEW_TIMELINE_H

#include "engine/session/record.h"
#include "tui/terminal/surface.h"

/* `now` in seconds since the epoch: the step under way tells since when. */
void timeline_draw(struct paint p, const struct session_record *r, int64_t now);

#endif
