/*
 * The player's picture: the tape's screen, or as much of it as fits, and a line that says
 * where it stands. Pure.
 */
#ifndef TUI_DESK_PLAYER_VIEW_H
#define TUI_DESK_PLAYER_VIEW_H

#include "tui/desk/playback.h"
#include "tui/terminal/surface.h"

struct player_look {
	const char *title;
	bool paused;
	double speed; /* 1: as recorded */
};

void player_view_draw(struct surface *s, const struct playback *p, const struct player_look *look);

#endif
