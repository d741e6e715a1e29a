/*
 * Which change of a session is worth telling a person who is not looking, and
 * how loudly: the terminal's bell, at most once a second however many sessions
 * change, and, where the operator switched it on, a notification of the
 * terminal (OSC 9 or OSC 777) whose text is ours. Pure: it is told the time,
 * and gives what to do.
 *
 * One notice per change: a session that flickers between two states is told
 * once, not every time. Whether it asks is never guessed from its picture here;
 * the supervisor says so (record.h).
 */
#ifndef TUI_NOTIFY_H
#define TUI_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/session/record.h"

enum notify_osc { NOTIFY_NO_OSC, NOTIFY_OSC_9, NOTIFY_OSC_777, NOTIFY_OSCS };
extern const char *const notify_osc_names[NOTIFY_OSCS]; /* "none", "9", "777" */

enum {
	NOTIFY_BELL_MS = 1000,
	NOTIFY_FLICKER_MS = 4000, /* the same state again within this is the same change */
};

struct notify {
	uint64_t belled; /* now_ms of the last bell; 0: none yet */
};

/* One session's part of it. */
struct notify_told {
	enum session_state state;
	uint64_t at; /* now_ms; 0: nothing was told yet */
};

/* Is a change to `now` worth telling at all? */
bool notify_worth(enum session_state before, enum session_state now);

/* A session went from `before` to `now`: true when it is to be told, once. */
bool notify_change(struct notify_told *t, enum session_state before,
		      enum session_state now, uint64_t now_ms);

/* May the bell ring now? Counts it as rung. */
bool notify_bell(struct notify *a, uint64_t now_ms);

#endif
