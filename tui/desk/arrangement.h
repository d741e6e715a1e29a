/*
 * How the screen was arranged for a set of sessions: the shape of the split,
 * borders that were dragged, the list's width, whether the list is there. When
 * the same sessions are there again, so is their arrangement. Pure but for the
 * JSON it is kept in (order.h).
 */
#ifndef TUI_DESK_ARRANGEMENT_H
#define TUI_DESK_ARRANGEMENT_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/json.h"
#include "tui/view/tiles.h"

enum { ARRANGEMENTS = 32 };

struct arrangement {
	enum tiles_shape shape;
	struct tiles_weights weights;
	enum layout_mode mode; /* never LAYOUT_ZOOM: that is for a moment */
	int list_cols;         /* 0: as the width asks for */
};

struct arrangements {
	uint64_t sets[ARRANGEMENTS]; /* the one used last comes first */
	struct arrangement items[ARRANGEMENTS];
	size_t n;
};

/* The key of a set of names, in whatever order they come: begin with 0, add one
 * by one. */
uint64_t arrangement_add(uint64_t set, const char *name);

/* NULL when that set was never arranged. */
const struct arrangement *arrangements_find(const struct arrangements *a, uint64_t set);
void arrangements_put(struct arrangements *a, uint64_t set, const struct arrangement *what);

/* What cannot be read is left out: it holds nothing that a person wrote. */
void arrangements_read(struct arrangements *a, const cJSON *array);
cJSON *arrangements_json(const struct arrangements *a); /* the caller's */

#endif
