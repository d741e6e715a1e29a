/*
 * The rows of the list of sessions: those that the filter passes, in their
 * order, with the number of their pane, and, when the list is grouped, a
 * heading before each group. What is drawn, what the mouse hits and what the
 * cursor moves over is all this.
 */
#ifndef TUI_VIEW_LIST_ROWS_H
#define TUI_VIEW_LIST_ROWS_H

#include "tui/view/deck.h"

enum { LIST_ROWS_MAX = 2 * ORDER_MAX };

struct list_row {
	struct deck_session *session; /* NULL: a heading */
	const char *label;            /* of the heading; "" is the rest */
	int number;                   /* of its pane; 0: none. Of a heading: how many are in it */
	unsigned asks;                /* of a heading: how many of them wait */
};

/* Is it in sight under the filter? */
bool list_passes(const struct deck_session *s, const char *filter);

int list_rows(const struct deck *d, const char *filter, struct list_row out[LIST_ROWS_MAX]);

/* The row of a session, or -1. */
int list_row_of(const struct list_row *rows, int n, const char *id);

/* Sessions in sight, headings not counted; the i-th of them, or NULL; which one
 * `id` is, or -1. */
int list_count(const struct deck *d, const char *filter);
struct deck_session *list_at(const struct deck *d, const char *filter, int i);
int list_index(const struct deck *d, const char *filter, const char *id);

#endif
