/*
 * The player of recordings: a tape through our own emulator onto the screen, so
 * that what a recording holds reaches the terminal as cells and in no other way.
 * Takes the whole terminal until it is left or, without `stay`, the tape ends.
 */
#ifndef TUI_DESK_PLAYER_H
#define TUI_DESK_PLAYER_H

#include "tui/desk/dashboard.h"
#include "tui/desk/tape.h"

struct player_options {
	const struct dashboard_options *look; /* theme, colours, ASCII */
	double speed;                         /* 1: as recorded */
};

#define PLAYER_SPEED_MIN 0.125
#define PLAYER_SPEED_MAX 64.0

/* 0, or -1; the terminal is as it was. */
int player_run(struct tape *t, const struct player_options *o, struct error *err);

#endif
