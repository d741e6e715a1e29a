#include "tui/desk/desk.h"

#include <stdio.h>
#include <string.h>

/* The panes: which one is next, one alone, how they are split. */

static bool paned(const struct desk *d, const struct deck_session *s)
{
	return deck_paned(s) && desk_visible(d, s);
}

void desk_next_pane(struct desk *d, int by)
{
	size_t n = d->deck.n, at = 0;

	while (at < n && strcmp(d->deck.sessions[at]->id, d->selected) != 0)
		at++;
	for (size_t i = 1; i <= n; i++) {
		size_t k = (at + (by > 0 ? i : n * 2 - i)) % n;

		if (paned(d, d->deck.sessions[k])) {
			desk_select(d, d->deck.sessions[k]->id);
			return;
		}
	}
}

static bool select_pane(struct desk *d, int number)
{
	for (size_t i = 0; i < d->deck.n; i++)
		if (paned(d, d->deck.sessions[i]) && --number == 0) {
			desk_select(d, d->deck.sessions[i]->id);
			return true;
		}
	return false;
}

bool desk_jump(struct desk *d, int number)
{
	if (select_pane(d, number))
		return true;
	desk_notice(d, false, "there is no pane of that number", "");
	return false;
}

/* The first pane of the page after this one, or before it. */
static void turn_page(struct desk *d, int by)
{
	int first = by > 0 ? d->page_first + d->n_tiles + 1 : d->page_first;

	if (by > 0 && first > d->page_total)
		first = 1;
	if (by < 0 && first < 1)
		first = d->page_total;
	if (!select_pane(d, first))
		desk_notice(d, false, "there are no panes", "");
}

void desk_zoom(struct desk *d)
{
	if (d->mode == LAYOUT_ZOOM) {
		d->mode = d->unzoomed;
	} else {
		d->unzoomed = d->mode;
		d->mode = LAYOUT_ZOOM;
	}
}

static void screen_mode(struct desk *d, int by)
{
	int m = (int)d->mode + by;

	if (m < LAYOUT_LIST || m > LAYOUT_ZOOM)
		return;
	if (m == LAYOUT_ZOOM)
		d->unzoomed = LAYOUT_PANES;
	d->mode = (enum layout_mode)m;
	desk_keep_arrangement(d);
}

static void split(struct desk *d, enum tiles_shape shape)
{
	d->arrangement.shape = shape;
	memset(&d->arrangement.weights, 0, sizeof(d->arrangement.weights));
	if (shape == TILES_EVEN)
		d->arrangement.list_cols = 0;
	desk_keep_arrangement(d);
}

static int tile_index(const struct desk *d)
{
	for (int i = 0; i < d->n_tiles; i++)
		if (strcmp(d->tiles[i].id, d->selected) == 0)
			return i;
	return -1;
}

/* Where no other pane is beside it, the list gives or takes. */
static void grow(struct desk *d, bool rows, int by)
{
	struct arrangement *a = &d->arrangement;

	if (tiles_grow(a->shape, d->tiles_wanted, desk_tiled_area(d), &a->weights, tile_index(d), rows,
		       by)) {
		desk_keep_arrangement(d);
	} else if (!rows && d->layout.list.cols && d->layout.panes.rows &&
		   d->layout.kind == LAYOUT_WIDE) {
		int to = d->layout.list.cols - by;

		a->list_cols = to < LIST_COLS_MIN ? LIST_COLS_MIN : to;
		desk_keep_arrangement(d);
	}
}

void desk_fit(struct desk *d)
{
	struct deck_session *s = desk_selected(d);
	const struct desk_tile *t = desk_tile_of(d, d->selected);
	char text[96];
	int rows, cols;

	if (!s || !s->open || !s->alive || !t) {
		desk_notice(d, false, "no running session in a pane here", "");
		return;
	}
	desk_inside(d, t, &rows, &cols);
	client_resize(&s->client, cols, rows);
	snprintf(text, sizeof(text), "%s is %d x %d now", s->id, cols, rows);
	desk_notice(d, false, text, "");
}

bool desk_act_panes(struct desk *d, enum action a)
{
	switch (a) {
	case ACTION_NEXT: desk_next_pane(d, 1); break;
	case ACTION_PREVIOUS: desk_next_pane(d, -1); break;
	case ACTION_PAGE_NEXT: turn_page(d, 1); break;
	case ACTION_PAGE_PREVIOUS: turn_page(d, -1); break;
	case ACTION_ZOOM: desk_zoom(d); break;
	case ACTION_MODE_MORE: screen_mode(d, 1); break;
	case ACTION_MODE_LESS: screen_mode(d, -1); break;
	case ACTION_SPLIT_COLUMNS: split(d, TILES_COLUMNS); break;
	case ACTION_SPLIT_ROWS: split(d, TILES_ROWS); break;
	case ACTION_SPLIT_EVEN: split(d, TILES_EVEN); break;
	case ACTION_WIDER: grow(d, false, 2); break;
	case ACTION_NARROWER: grow(d, false, -2); break;
	case ACTION_TALLER: grow(d, true, 1); break;
	case ACTION_SHORTER: grow(d, true, -1); break;
	case ACTION_FIT: desk_fit(d); break;
	default: return false;
	}
	return true;
}
