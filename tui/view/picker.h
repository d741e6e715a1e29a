/*
 * The picker, without its picture: on the left what can be chosen, on the
 * right what was, in order. A thing is known by its tag, so that a refill (the
 * manifest changed, preflight found something) keeps what was chosen and where
 * the cursor is. Pure: it knows neither agents nor curses.
 */
#ifndef TUI_VIEW_PICKER_H
#define TUI_VIEW_PICKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/view/filter.h"

enum { PICKER_MAX = 64, PICKER_CHOSEN_MAX = 32, PICKER_LABEL = 32 };

struct picker_item {
	uint64_t tag; /* not 0 */
	char label[PICKER_LABEL];
	bool marked;  /* chosen at least once; kept by the picker */
	bool blocked; /* can be seen, not chosen */
};

struct picker {
	struct picker_item items[PICKER_MAX];
	size_t n;
	uint64_t chosen[PICKER_CHOSEN_MAX]; /* tags; one may be there twice */
	size_t n_chosen;
	char filter[FILTER_CAP];
	bool right;           /* the cursor's side */
	uint64_t at;          /* left: the tag under the cursor; 0: none */
	size_t at_chosen;     /* right: its row */
};

/* The tag of a name. */
uint64_t picker_tag(const char *name);

/* Replace what can be chosen. `items` bring tag, label and blocked. Chosen ones
 * that are no more, or are blocked now, are dropped. */
void picker_fill(struct picker *p, const struct picker_item *items, size_t n);

/* What passes the filter: the i-th, or NULL. */
const struct picker_item *picker_shown(const struct picker *p, size_t i);
size_t picker_count(const struct picker *p);
/* The row of the cursor among those. */
size_t picker_row(const struct picker *p);
const struct picker_item *picker_find(const struct picker *p, uint64_t tag);
unsigned picker_times(const struct picker *p, uint64_t tag); /* chosen so often */

void picker_filter(struct picker *p, const char *filter);
void picker_side(struct picker *p);
void picker_move(struct picker *p, int by); /* INT_MIN, INT_MAX: to the ends */
/* False: blocked, or no room. */
bool picker_toggle(struct picker *p); /* left: choose, or drop all of it; right: drop this one */
bool picker_more(struct picker *p);
void picker_carry(struct picker *p, int by); /* the chosen one under the cursor */
void picker_clear(struct picker *p);
bool picker_choose(struct picker *p, uint64_t tag);

#endif
