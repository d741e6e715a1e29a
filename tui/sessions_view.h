/*
 * The list of sessions: a row each, with its number, state and age. It draws
 * what the deck has and the filter passes; where the cursor is, is told to it.
 */
#ifndef TUI_SESSIONS_VIEW_H
#define TUI_SESSIONS_VIEW_H

#include "tui/deck.h"
#include "tui/surface.h"

struct sessions_look {
	const char *filter;
	const char *selected; /* id */
	bool focus;           /* it has the keyboard */
	int64_t now;          /* seconds since the epoch */
	int *top;             /* the first row shown, kept by the owner */
};

/* Is it in sight under the filter? */
bool sessions_pass(const struct deck_session *s, const char *filter);

void sessions_draw(struct paint p, const struct deck *d, const struct sessions_look *look);
/* The session at a row of what sessions_draw drew, or NULL. */
struct deck_session *sessions_at(const struct deck *d, const char *filter, int index);

#endif
