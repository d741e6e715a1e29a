/*
 * What the dashboard remembers by itself, in dashboard.json under the state
 * directory: the order of the sessions, the agents that were launched last,
 * how the list is sorted and grouped, how the screen was arranged, the theme
 * chosen by key. Saved at once on every
 * change, by rename. A file that is missing or broken is an empty memory: it
 * holds nothing that a person wrote. Knows only names.
 */
#ifndef TUI_ORDER_H
#define TUI_ORDER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/base/paths.h"
#include "tui/desk/arrangement.h"

enum { ORDER_NAME = 33, ORDER_MAX = 256, ORDER_PICKED_MAX = 32 };

enum order_sort { SORT_OWN, SORT_STATE, SORT_NAME, SORT_AGE, SORT_CPU, SORT_MEMORY, SORT_COUNT };
extern const char *const order_sort_names[SORT_COUNT];

struct order {
	const struct paths *paths; /* borrowed */
	char ids[ORDER_MAX][ORDER_NAME];
	size_t n;
	char picked[ORDER_PICKED_MAX][ORDER_NAME];
	size_t n_picked;
	enum order_sort sort;
	bool grouped;      /* by label, before that */
	bool told_leader;  /* how to get the keyboard back was told once */
	struct arrangements arrangements;
	char theme[256]; /* "": not chosen by key */
};

void order_load(struct order *o, const struct paths *p);
int order_save(const struct order *o, struct error *err);

/* Its place, or n. */
size_t order_find(const struct order *o, const char *id);
/* Put it last if it is not there; the oldest make room. True when it was new. */
bool order_add(struct order *o, const char *id);
void order_drop(struct order *o, const char *id);
/* Let b stand where a does and the other way round. */
void order_swap(struct order *o, const char *a, const char *b);

#endif
