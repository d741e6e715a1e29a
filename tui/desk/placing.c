#include "tui/desk/desk.h"

#include <stdio.h>
#include <string.h>

/* Where everything is: the layout, the tiles, which sessions have one and so
 * send frames, and the arrangement that belongs to these sessions. */

static bool tiled(const struct desk *d, const struct deck_session *s)
{
	return deck_paned(s) && list_passes(s, d->filter);
}

/* --- The arrangement --- */

static uint64_t set_of(const struct desk *d)
{
	uint64_t set = 0;

	for (size_t i = 0; i < d->deck.n; i++)
		if (deck_paned(d->deck.sessions[i]))
			set = arrangement_add(set, d->deck.sessions[i]->id);
	return set;
}

void desk_keep_arrangement(struct desk *d)
{
	d->arrangement.mode = d->mode == LAYOUT_ZOOM ? d->unzoomed : d->mode;
	d->set = set_of(d);
	if (d->options->attach)
		return;
	arrangements_put(&d->order.arrangements, d->set, &d->arrangement);
	desk_save_order(d);
}

/* Other sessions than before: as they were arranged last, or as it is. */
static void recall(struct desk *d)
{
	uint64_t set = set_of(d);
	const struct arrangement *a;

	if (set == d->set || d->options->attach)
		return;
	d->set = set;
	a = arrangements_find(&d->order.arrangements, set);
	if (!a)
		return;
	d->arrangement = *a;
	if (d->mode == LAYOUT_ZOOM)
		d->unzoomed = a->mode;
	else
		d->mode = a->mode;
}

/* --- Tiles --- */

static void add_tile(struct desk *d, const char *id, int number, struct rect rect)
{
	struct desk_tile *t = &d->tiles[d->n_tiles++];

	*t = (struct desk_tile){ .rect = rect, .number = number };
	snprintf(t->id, sizeof(t->id), "%s", id);
}

static int number_of(const struct desk *d, const char *id)
{
	int n = 0;

	for (size_t i = 0; i < d->deck.n; i++) {
		if (!tiled(d, d->deck.sessions[i]))
			continue;
		n++;
		if (strcmp(d->deck.sessions[i]->id, id) == 0)
			return n;
	}
	return 0;
}

struct rect desk_tiled_area(const struct desk *d)
{
	struct rect r = d->layout.panes;

	r.rows += d->layout.strip.rows;
	return r;
}

/* The strip takes its rows from the lowest tiles: what is said in passing moves
 * nothing else. */
static void yield_to_strip(struct desk *d)
{
	int end = d->layout.strip.row;

	for (int i = 0; i < d->n_tiles; i++) {
		struct rect *r = &d->tiles[i].rect;

		if (d->layout.strip.rows && r->row + r->rows > end)
			r->rows = end - r->row;
	}
}

/* As many as fit, the page of them that has the selected one. */
static void place_tiles(struct desk *d)
{
	const struct arrangement *a = &d->arrangement;
	struct rect area = desk_tiled_area(d);
	struct rect rects[TILES_MAX];
	int total = 0, at, each, n, first, k = 0;

	for (size_t i = 0; i < d->deck.n; i++)
		total += tiled(d, d->deck.sessions[i]);
	at = number_of(d, d->selected);
	d->page_total = total;
	if (!at || d->mode == LAYOUT_ZOOM || d->layout.kind == LAYOUT_SINGLE) {
		d->page_first = at ? at - 1 : 0;
		if (d->selected[0])
			add_tile(d, d->selected, at, area);
		return;
	}
	each = tiles_place(a->shape, total, area, &a->weights, rects);
	first = (at - 1) / each * each;
	n = total - first < each ? total - first : each;
	d->page_first = first;
	d->tiles_wanted = n;
	tiles_place(a->shape, n, area, &a->weights, rects);
	for (size_t i = 0; i < d->deck.n && d->n_tiles < n; i++)
		if (tiled(d, d->deck.sessions[i]) && k++ >= first)
			add_tile(d, d->deck.sessions[i]->id, k, rects[d->n_tiles]);
}

/* Its canvas becomes what its pane shows: asked once for each size of the pane, so
 * that two dashboards on one home do not pull at it for ever. */
static void follow_size(struct desk *d, const struct desk_tile *t)
{
	struct deck_session *s = deck_find(&d->deck, t->id);
	int rows, cols;

	if (!s || !s->alive || !s->open)
		return;
	desk_inside(d, t, &rows, &cols);
	if (rows < 1 || cols < 1 || (s->asked_rows == rows && s->asked_cols == cols))
		return;
	s->asked_rows = rows;
	s->asked_cols = cols;
	client_resize(&s->client, cols, rows);
}

static int rows_of(const char *text, int cols)
{
	struct surface none = { .rows = 8, .cols = cols };

	return text[0] ? paint_measure(paint_all(&none), text) : 0;
}

/* What is said in passing has rows of its own: nothing lies over anything. */
static int strip(const struct desk *d)
{
	int cols = d->surface.cols - 2, rows = 0;
	struct progress_row row;

	if (d->notice.until && cols > 0)
		rows = rows_of(d->notice.text, cols) + rows_of(d->notice.hint, cols);
	return (rows > 5 ? 5 : rows) + build_row(&d->build, &row) + (int)d->templates.n;
}

void desk_arrange(struct desk *d)
{
	struct deck_session *s;
	struct layout_wish wish;

	desk_hold(d);
	s = desk_selected(d);
	recall(d);
	wish = (struct layout_wish){
		.mode = d->mode,
		.sessions = list_count(&d->deck, d->filter),
		.pane = d->typing || (s && s->scroll.on) || d->options->attach,
		.list_cols = d->arrangement.list_cols,
		.strip = strip(d),
	};
	d->layout = layout_cut(d->surface.rows, d->surface.cols, &wish);
	d->n_tiles = 0;
	d->tiles_wanted = 1;
	if (d->layout.panes.rows > 0)
		place_tiles(d);
	for (size_t i = 0; i < d->deck.n; i++)
		deck_show(d->deck.sessions[i], desk_tile_of(d, d->deck.sessions[i]->id) ||
						       d->deck.sessions[i]->cast);
	if (d->settings.follow_size) /* their size without the strip, which passes */
		for (int i = 0; i < d->n_tiles; i++)
			follow_size(d, &d->tiles[i]);
	yield_to_strip(d);
}

const struct desk_tile *desk_tile_of(const struct desk *d, const char *id)
{
	for (int i = 0; i < d->n_tiles; i++)
		if (strcmp(d->tiles[i].id, id) == 0)
			return &d->tiles[i];
	return NULL;
}

const struct desk_tile *desk_tile_at(const struct desk *d, int row, int col)
{
	for (int i = 0; i < d->n_tiles; i++)
		if (rect_has(&d->tiles[i].rect, row, col))
			return &d->tiles[i];
	return NULL;
}

void desk_inside(const struct desk *d, const struct desk_tile *t, int *rows, int *cols)
{
	struct rect r = t ? t->rect : d->layout.panes;

	*rows = r.rows > 2 ? r.rows - 2 : 1;
	*cols = r.cols > 2 ? r.cols - 2 : 1;
}
