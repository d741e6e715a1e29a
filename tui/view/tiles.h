/*
 * Where things go: arithmetic of rectangles, pure. The screen is cut into a
 * top line, the list, the panes and a footer; the panes' part is cut into one
 * to six tiles, evenly or by weights that somebody dragged. It knows numbers
 * only.
 */
#ifndef TUI_VIEW_TILES_H
#define TUI_VIEW_TILES_H

#include <stdbool.h>
#include <stdint.h>

struct rect {
	int row, col, rows, cols;
};

static inline bool rect_has(const struct rect *r, int row, int col)
{
	return row >= r->row && row < r->row + r->rows && col >= r->col && col < r->col + r->cols;
}

enum {
	TILES_MAX = 6,
	TILE_ROWS_MIN = 5, /* with its frame */
	TILE_COLS_MIN = 20,
	LIST_COLS_MIN = 16,
};

enum tiles_shape {
	TILES_EVEN,    /* a grid in which most of a usual console can be read */
	TILES_COLUMNS, /* side by side */
	TILES_ROWS,    /* above each other */
	TILES_SHAPES
};

/* How large each is beside its neighbours; all 0: even. */
struct tiles_weights {
	uint16_t rows[TILES_MAX];            /* of each row of tiles */
	uint16_t cols[TILES_MAX][TILES_MAX]; /* of the tiles in each row */
};

/* Cut `area` into n tiles, in reading order; fewer when they would get too
 * small, at least one. `w` may be NULL. Gives their number. */
int tiles_place(enum tiles_shape shape, int n, struct rect area, const struct tiles_weights *w,
		struct rect out[TILES_MAX]);

/* Make tile i larger by `by` rows or columns (smaller below 0), its neighbour
 * the other way: the border after it moves, or, of the last one, that before
 * it. False when there is no neighbour or no room. */
bool tiles_grow(enum tiles_shape shape, int n, struct rect area, struct tiles_weights *w, int i,
		bool rows, int by);

/* The tile whose right or lower border is at that place and has a neighbour
 * there, or -1. */
int tiles_border(enum tiles_shape shape, int n, struct rect area, const struct tiles_weights *w,
		 int row, int col, bool *rows);

enum layout_kind {
	LAYOUT_TINY,    /* under 30x8: one line */
	LAYOUT_SINGLE,  /* under 50 columns: the list or a pane */
	LAYOUT_STACKED, /* under 80: the list above the panes */
	LAYOUT_WIDE,
};

enum layout_mode {
	LAYOUT_LIST = -1, /* the list alone, with all its columns */
	LAYOUT_NORMAL,
	LAYOUT_PANES, /* without the list */
	LAYOUT_ZOOM,  /* one pane */
};

struct layout {
	enum layout_kind kind;
	struct rect top, list, panes, strip, footer; /* rows 0: not there */
};

struct layout_wish {
	enum layout_mode mode;
	int sessions;  /* in the list */
	bool pane;     /* one thing at a time: it is the pane */
	int list_cols; /* 0: as the width asks for */
	int strip;     /* rows above the footer, for work under way */
};

struct layout layout_cut(int rows, int cols, const struct layout_wish *wish);

#endif
