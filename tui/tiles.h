/*
 * Where things go: arithmetic of rectangles, pure. The screen is cut into a
 * top line, the list, the panes and a footer; the panes' part is cut into one
 * to six tiles. It knows numbers only.
 */
#ifndef TUI_TILES_H
#define TUI_TILES_H

#include <stdbool.h>

struct rect {
	int row, col, rows, cols;
};

enum {
	TILES_MAX = 6,
	TILE_ROWS_MIN = 5, /* with its frame */
	TILE_COLS_MIN = 20,
};

enum tiles_shape {
	TILES_EVEN,    /* a grid in which most of a usual console can be read */
	TILES_COLUMNS, /* side by side */
	TILES_ROWS,    /* above each other */
};

/* Cut `area` into n tiles, in reading order; fewer when they would get too
 * small, at least one. Gives their number. */
int tiles_place(enum tiles_shape shape, int n, struct rect area, struct rect out[TILES_MAX]);

enum layout_kind {
	LAYOUT_TINY,    /* under 30x8: one line */
	LAYOUT_SINGLE,  /* under 50 columns: the list or a pane */
	LAYOUT_STACKED, /* under 80: the list above the panes */
	LAYOUT_WIDE,
};

enum layout_mode {
	LAYOUT_NORMAL,
	LAYOUT_PANES, /* without the list */
	LAYOUT_ZOOM,  /* one pane */
};

struct layout {
	enum layout_kind kind;
	struct rect top, list, panes, footer; /* rows 0: not there */
};

/* `sessions` in the list; `pane` says that, one thing at a time, it is the pane. */
struct layout layout_cut(int rows, int cols, enum layout_mode mode, int sessions, bool pane);

#endif
