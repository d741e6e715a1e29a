/*
 * What the plain mode says of sessions: a list, and each change as a sentence. Sessions
 * have numbers here that stay theirs as long as they are listed, so that "stop 2" means
 * what 2 meant when it was heard.
 *
 * Changes are not queued: what a session was when it was told last is compared with what
 * it is, so what happens while nobody may be interrupted costs nothing and is told once.
 */
#ifndef TUI_LINEAR_TELL_H
#define TUI_LINEAR_TELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/view/deck.h"

struct tell {
	struct told_session {
		char id[SESSION_ID_MAX + 1];
		unsigned number;
		enum session_state state; /* told last */
		uint64_t refused;
		bool seen;
	} *items;
	size_t n;
	unsigned last; /* number given last */
};

void tell_done(struct tell *t);

/* Know the sessions of the deck, with `quietly` without a word about them. What is said
 * goes through `line`. True when one of the changes is worth a bell (notify.h). */
typedef void tell_fn(void *arg, const char *line);
bool tell_changes(struct tell *t, struct deck *d, bool quietly, tell_fn *line, void *arg);

/* The list; with `all` those that have ended, too. */
void tell_list(const struct tell *t, const struct deck *d, bool all, const char *selected,
	       tell_fn *line, void *arg);

/* The session of a number or a name, or NULL. */
struct deck_session *tell_find(const struct tell *t, const struct deck *d, const char *word);

#endif
