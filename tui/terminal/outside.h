/*
 * A command that has the operator's terminal to itself: the dashboard leaves the
 * screen, the command is in the foreground with a process group of its own, and
 * when it ends and Enter was pressed the screen is ours again. The loop goes on
 * meanwhile: sessions are served, nothing is drawn, no key is read. It knows
 * neither checks nor sessions.
 */
#ifndef TUI_TERMINAL_OUTSIDE_H
#define TUI_TERMINAL_OUTSIDE_H

#include "engine/base/loop.h"

struct outside;
typedef void outside_fn(struct outside *o, int code);

struct outside {
	struct child child;
	bool running;
	outside_fn *ended; /* its exit code, 128 + a signal; the terminal is ours again */
	void *owner;
};

/* Start it. `argv` is copied by the fork. The caller has left the screen. */
int outside_run(struct outside *o, struct loop *l, char *const argv[], struct error *err);
void outside_done(struct outside *o); /* harmless when nothing runs */

#endif
