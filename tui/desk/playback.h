/*
 * A tape being played: an emulator, and the time that it stands at. It knows events and
 * seconds; neither the screen, nor keys, nor how fast a person wants it.
 */
#ifndef TUI_DESK_PLAYBACK_H
#define TUI_DESK_PLAYBACK_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/vt/vt.h"
#include "tui/desk/tape.h"

struct playback {
	struct tape *tape;      /* borrowed */
	struct vt *vt;
	struct cast_event next; /* the one that is due next */
	bool ended;
	double at;              /* seconds from the beginning */
	char mark[80];          /* of the last marker; cleaned */
};

/* To the beginning, also the first time; -1: no memory, or the tape cannot be read. */
int playback_begin(struct playback *p, struct tape *t, struct error *err);
void playback_done(struct playback *p);

/* To that time, forth or back; it ends where the tape does. */
int playback_go(struct playback *p, double time, struct error *err);

#endif
