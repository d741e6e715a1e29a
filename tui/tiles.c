#include "tui/tiles.h"

enum { TOP = 1, FOOTER = 1, LIST_COLS = 22, LIST_COLS_ROOMY = 28, ROOMY = 140 };

/* How much of an 80x24 console a tile shows; lines cut short read worse than
 * fewer lines do. */
static double shown(int rows, int cols)
{
	double r = (rows - 2) / 24.0, c = (cols - 2) / 80.0;

	r = r > 1 ? 1 : r;
	c = c > 1 ? 1 : c;
	return r * r * c * c * c;
}

static int across(enum tiles_shape shape, int n, struct rect area)
{
	int best = 1;

	if (shape == TILES_ROWS)
		return 1;
	if (shape == TILES_COLUMNS)
		return n;
	for (int c = 2; c <= n; c++) {
		int down = (n + c - 1) / c, now = (n + best - 1) / best;

		if (shown(area.rows / down, area.cols / c) > shown(area.rows / now, area.cols / best))
			best = c;
	}
	return best;
}

static bool fits(struct rect area, int n, int columns)
{
	int down = (n + columns - 1) / columns;

	return area.rows / down >= TILE_ROWS_MIN && area.cols / columns >= TILE_COLS_MIN;
}

int tiles_place(enum tiles_shape shape, int n, struct rect area, struct rect out[TILES_MAX])
{
	int columns, down, done = 0;

	n = n > TILES_MAX ? TILES_MAX : n < 1 ? 1 : n;
	while (n > 1 && !fits(area, n, across(shape, n, area)))
		n--;
	columns = across(shape, n, area);
	down = (n + columns - 1) / columns;
	for (int r = 0; r < down; r++) {
		int in_row = (n - done + (down - r) - 1) / (down - r);
		int top = area.rows * r / down, end = area.rows * (r + 1) / down;

		for (int c = 0; c < in_row; c++) {
			int left = area.cols * c / in_row, right = area.cols * (c + 1) / in_row;

			out[done++] = (struct rect){ area.row + top, area.col + left, end - top,
						     right - left };
		}
	}
	return n;
}

static void cut_stacked(struct layout *l, int body, int cols, int sessions)
{
	int rows = sessions + 2 > body / 3 ? body / 3 : sessions + 2;

	if (rows < 4)
		rows = 4;
	l->list = (struct rect){ TOP, 0, rows, cols };
	l->panes = (struct rect){ TOP + rows, 0, body - rows, cols };
}

struct layout layout_cut(int rows, int cols, enum layout_mode mode, int sessions, bool pane)
{
	struct layout l = { .kind = LAYOUT_WIDE };
	int body = rows - TOP - FOOTER;
	int list = cols >= ROOMY ? LIST_COLS_ROOMY : LIST_COLS;

	if (cols < 30 || rows < 8) {
		l.kind = LAYOUT_TINY;
		return l;
	}
	l.top = (struct rect){ 0, 0, TOP, cols };
	l.footer = (struct rect){ rows - FOOTER, 0, FOOTER, cols };
	l.kind = cols < 50 ? LAYOUT_SINGLE : cols < 80 ? LAYOUT_STACKED : LAYOUT_WIDE;
	if (mode != LAYOUT_NORMAL || (l.kind == LAYOUT_SINGLE && pane)) {
		l.panes = (struct rect){ TOP, 0, body, cols };
	} else if (l.kind == LAYOUT_SINGLE || (l.kind == LAYOUT_STACKED && body < 9)) {
		if (pane)
			l.panes = (struct rect){ TOP, 0, body, cols };
		else
			l.list = (struct rect){ TOP, 0, body, cols };
	} else if (l.kind == LAYOUT_STACKED) {
		cut_stacked(&l, body, cols, sessions);
	} else {
		l.list = (struct rect){ TOP, 0, body, list };
		l.panes = (struct rect){ TOP, list, body, cols - list };
	}
	return l;
}
