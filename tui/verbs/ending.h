/*
 * What the verbs that end sessions share: which ones are meant, whether it is meant, and
 * their way down. All names are looked up before the first is touched, and all machines go
 * down side by side.
 */
#ifndef TUI_VERBS_ENDING_H
#define TUI_VERBS_ENDING_H

#include "engine/session/sessions.h"
#include "tui/verbs/remote.h"
#include "tui/verbs/verb.h"

enum { ENDING_ALL, ENDING_YES }; /* places of the verbs' options */

/* The sessions that were meant. */
struct chosen {
	struct session_entry *items;
	size_t n;
};

/* 0, or the exit code after telling what is wrong. With --all: those that run, or those
 * that have ended. */
int chosen_init(struct chosen *ch, struct call *c, bool alive);
void chosen_done(struct chosen *ch);
/* Ask, unless --yes was said. "what" is "stop". */
int chosen_confirm(const struct call *c, const struct chosen *ch, const char *what);

/* End those that run; the others are told with `tell_idle`. Gives the exit code. */
int ending_all(const struct chosen *ch, const struct paths *paths, void (*how)(struct client *),
	       bool tell_idle);

#endif
