#include "tui/view/tiles.h"

#include <string.h>

enum {
	TOP = 1,
	FOOTER = 1,
	LIST_COLS = 22,
	LIST_COLS_MORE = 26,
	LIST_COLS_ROOMY = 30,
	MORE = 100,
	ROOMY = 140,
	EVEN = 100,
};

struct grid {
	int n, down, in_row[TILES_MAX];
};

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

static struct grid grid_of(enum tiles_shape shape, int n, struct rect area)
{
	struct grid g = { 0 };
	int columns, done = 0;

	n = n > TILES_MAX ? TILES_MAX : n < 1 ? 1 : n;
	while (n > 1 && !fits(area, n, across(shape, n, area)))
		n--;
	columns = across(shape, n, area);
	g.n = n;
	g.down = (n + columns - 1) / columns;
	for (int r = 0; r < g.down; r++) {
		g.in_row[r] = (n - done + (g.down - r) - 1) / (g.down - r);
		done += g.in_row[r];
	}
	return g;
}

/* Cut `total` into n parts by weight, none under `least` (which n of fit):
 * at[0] .. at[n]. */
static void cut(int total, int n, const uint16_t *weights, int least, int at[TILES_MAX + 1])
{
	long sum = 0, before = 0;

	for (int i = 0; i < n; i++)
		sum += weights && weights[i] ? weights[i] : EVEN;
	at[0] = 0;
	for (int i = 0; i < n; i++) {
		before += weights && weights[i] ? weights[i] : EVEN;
		at[i + 1] = (int)((long)total * before / sum);
	}
	for (int i = 1; i < n; i++)
		if (at[i] < at[i - 1] + least)
			at[i] = at[i - 1] + least;
	for (int i = n - 1; i > 0; i--)
		if (at[i] > at[i + 1] - least)
			at[i] = at[i + 1] - least;
}

static bool weighted(const uint16_t *w, int n)
{
	for (int i = 0; w && i < n; i++)
		if (w[i])
			return true;
	return false;
}

static int least(int total, int n, int wanted)
{
	return wanted * n <= total ? wanted : total / n;
}

int tiles_place(enum tiles_shape shape, int n, struct rect area, const struct tiles_weights *w,
		struct rect out[TILES_MAX])
{
	struct grid g = grid_of(shape, n, area);
	int down[TILES_MAX + 1], right[TILES_MAX + 1], done = 0;

	cut(area.rows, g.down, w && weighted(w->rows, g.down) ? w->rows : NULL,
	    least(area.rows, g.down, TILE_ROWS_MIN), down);
	for (int r = 0; r < g.down; r++) {
		int k = g.in_row[r];

		cut(area.cols, k, w && weighted(w->cols[r], k) ? w->cols[r] : NULL,
		    least(area.cols, k, TILE_COLS_MIN), right);
		for (int c = 0; c < k; c++)
			out[done++] = (struct rect){ area.row + down[r], area.col + right[c],
						     down[r + 1] - down[r], right[c + 1] - right[c] };
	}
	return g.n;
}

static void place_of(const struct grid *g, int i, int *row, int *col)
{
	*row = 0;
	while (i >= g->in_row[*row])
		i -= g->in_row[(*row)++];
	*col = i;
}

/* Move the border between parts k and k + 1 of n: their sizes become weights. */
static bool move_border(uint16_t *weights, const int *sizes, int n, int k, int by, int smallest)
{
	if (k < 0 || k + 1 >= n)
		return false;
	if (sizes[k] + by < smallest)
		by = smallest - sizes[k];
	if (sizes[k + 1] - by < smallest)
		by = sizes[k + 1] - smallest;
	if (!by)
		return false;
	for (int i = 0; i < n; i++)
		weights[i] = (uint16_t)(sizes[i] + (i == k ? by : i == k + 1 ? -by : 0));
	return true;
}

bool tiles_grow(enum tiles_shape shape, int n, struct rect area, struct tiles_weights *w, int i,
		bool rows, int by)
{
	struct grid g = grid_of(shape, n, area);
	struct rect rects[TILES_MAX];
	int row, col, first = 0, sizes[TILES_MAX] = { 0 }, k, parts;
	uint16_t *weights;

	n = tiles_place(shape, n, area, w, rects);
	if (i < 0 || i >= n)
		return false;
	place_of(&g, i, &row, &col);
	parts = rows ? g.down : g.in_row[row];
	k = rows ? row : col;
	weights = rows ? w->rows : w->cols[row];
	for (int r = 0; r < g.down; first += g.in_row[r++]) {
		if (rows)
			sizes[r] = rects[first].rows;
		for (int c = 0; !rows && r == row && c < parts; c++)
			sizes[c] = rects[first + c].cols;
	}
	if (k + 1 == parts) { /* the last: its other border, the other way */
		k--;
		by = -by;
	}
	if (!move_border(weights, sizes, parts, k, by, rows ? TILE_ROWS_MIN : TILE_COLS_MIN))
		return false;
	for (int r = 0; !rows && r < g.down; r++) /* rows of as many stay aligned */
		if (g.in_row[r] == parts && r != row)
			memcpy(w->cols[r], weights, sizeof(w->cols[r]));
	return true;
}

int tiles_border(enum tiles_shape shape, int n, struct rect area, const struct tiles_weights *w,
		 int row, int col, bool *rows)
{
	struct grid g = grid_of(shape, n, area);
	struct rect rects[TILES_MAX];

	n = tiles_place(shape, n, area, w, rects);
	for (int i = 0; i < n; i++) {
		const struct rect *t = &rects[i];
		int r, c, right = t->col + t->cols, below = t->row + t->rows;

		place_of(&g, i, &r, &c);
		*rows = false;
		if (c + 1 < g.in_row[r] && row >= t->row && row < below &&
		    (col == right - 1 || col == right))
			return i;
		*rows = true; /* only our lower frame: the next one's title is not a border */
		if (r + 1 < g.down && row == below - 1 && col >= t->col && col < right)
			return i;
	}
	return -1;
}

/* --- The screen --- */

static void cut_stacked(struct layout *l, int body, int strip, int cols, int sessions)
{
	int third = (body + strip) / 3, rows = sessions + 2 > third ? third : sessions + 2;

	if (rows < 4)
		rows = 4;
	l->list = (struct rect){ TOP, 0, rows, cols };
	l->panes = (struct rect){ TOP + rows, 0, body - rows, cols };
}

static int list_width(int cols, int wanted)
{
	int most = cols - TILE_COLS_MIN;

	if (!wanted)
		wanted = cols >= ROOMY ? LIST_COLS_ROOMY : cols >= MORE ? LIST_COLS_MORE : LIST_COLS;
	return wanted < LIST_COLS_MIN ? LIST_COLS_MIN : wanted > most ? most : wanted;
}

struct layout layout_cut(int rows, int cols, const struct layout_wish *wish)
{
	struct layout l = { .kind = LAYOUT_WIDE };
	int strip = wish->strip, body, list;
	bool list_alone = wish->mode == LAYOUT_LIST && !wish->pane;

	if (cols < 30 || rows < 8) {
		l.kind = LAYOUT_TINY;
		return l;
	}
	if (strip > rows - 8)
		strip = rows - 8;
	body = rows - TOP - FOOTER - strip;
	list = list_width(cols, wish->list_cols);
	l.top = (struct rect){ 0, 0, TOP, cols };
	l.strip = (struct rect){ rows - FOOTER - strip, 0, strip, cols };
	l.footer = (struct rect){ rows - FOOTER, 0, FOOTER, cols };
	l.kind = cols < 50 ? LAYOUT_SINGLE : cols < 80 ? LAYOUT_STACKED : LAYOUT_WIDE;
	if (wish->mode > LAYOUT_NORMAL || (l.kind == LAYOUT_SINGLE && wish->pane) ||
	    (wish->mode == LAYOUT_LIST && wish->pane)) {
		l.panes = (struct rect){ TOP, 0, body, cols };
	} else if (list_alone || l.kind == LAYOUT_SINGLE || (l.kind == LAYOUT_STACKED && body < 9)) {
		if (wish->pane)
			l.panes = (struct rect){ TOP, 0, body, cols };
		else
			l.list = (struct rect){ TOP, 0, body, cols };
	} else if (l.kind == LAYOUT_STACKED) {
		cut_stacked(&l, body, strip, cols, wish->sessions);
	} else {
		l.list = (struct rect){ TOP, 0, body, list };
		l.panes = (struct rect){ TOP, list, body, cols - list };
	}
	return l;
}
