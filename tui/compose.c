#include "tui/desk.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* --- Who has a tile --- */

static bool tiled(const struct desk *d, const struct deck_session *s)
{
	return deck_paned(s) && sessions_pass(s, d->filter);
}

static struct paint area(struct desk *d, struct rect r)
{
	return paint_part(paint_all(&d->surface), r.row, r.col, r.rows, r.cols);
}

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

/* As many as fit, the page of them that has the selected one. */
static void place_tiles(struct desk *d)
{
	struct rect rects[TILES_MAX];
	int total = 0, at, each, n, first, k = 0;

	for (size_t i = 0; i < d->deck.n; i++)
		total += tiled(d, d->deck.sessions[i]);
	at = number_of(d, d->selected);
	if (!at || d->mode == LAYOUT_ZOOM || d->layout.kind == LAYOUT_SINGLE) {
		if (d->selected[0])
			add_tile(d, d->selected, at, d->layout.panes);
		return;
	}
	each = tiles_place(d->shape, total, d->layout.panes, rects);
	first = (at - 1) / each * each;
	n = total - first < each ? total - first : each;
	tiles_place(d->shape, n, d->layout.panes, rects);
	for (size_t i = 0; i < d->deck.n && d->n_tiles < n; i++)
		if (tiled(d, d->deck.sessions[i]) && k++ >= first)
			add_tile(d, d->deck.sessions[i]->id, k, rects[d->n_tiles]);
}

static int listed(const struct desk *d)
{
	int n = 0;

	for (size_t i = 0; i < d->deck.n; i++)
		n += sessions_pass(d->deck.sessions[i], d->filter);
	return n;
}

static void follow_size(struct desk *d, const struct desk_tile *t)
{
	struct deck_session *s = deck_find(&d->deck, t->id);
	const struct screen *screen = s ? deck_screen(s) : NULL;
	int rows, cols;

	if (!screen || !s->alive)
		return;
	desk_inside(d, t, &rows, &cols);
	if (rows > 0 && cols > 0 && (screen->rows != rows || screen->cols != cols))
		client_resize(&s->client, cols, rows);
}

void desk_arrange(struct desk *d)
{
	struct deck_session *s = desk_selected(d);
	bool pane = d->typing || (s && s->scroll.on) || d->options->attach;

	d->layout = layout_cut(d->surface.rows, d->surface.cols, d->mode, listed(d), pane);
	d->n_tiles = 0;
	if (d->layout.panes.rows > 0)
		place_tiles(d);
	for (size_t i = 0; i < d->deck.n; i++)
		deck_show(d->deck.sessions[i], desk_tile_of(d, d->deck.sessions[i]->id));
	if (d->settings.follow_size)
		for (int i = 0; i < d->n_tiles; i++)
			follow_size(d, &d->tiles[i]);
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
	for (int i = 0; i < d->n_tiles; i++) {
		const struct rect *r = &d->tiles[i].rect;

		if (row >= r->row && row < r->row + r->rows && col >= r->col &&
		    col < r->col + r->cols)
			return &d->tiles[i];
	}
	return NULL;
}

void desk_inside(const struct desk *d, const struct desk_tile *t, int *rows, int *cols)
{
	struct rect r = t ? t->rect : d->layout.panes;

	*rows = r.rows > 2 ? r.rows - 2 : 1;
	*cols = r.cols > 2 ? r.cols - 2 : 1;
}

/* --- Drawing --- */

static void draw_tile(struct desk *d, const struct desk_tile *t)
{
	struct deck_session *s = deck_find(&d->deck, t->id);
	char leader[KEY_NAME_CAP];
	struct pane_look look = {
		.number = t->number,
		.selected = strcmp(t->id, d->selected) == 0,
		.leader = key_name(d->settings.bindings.leaders[0], leader),
		.now = time(NULL),
	};

	if (!s)
		return;
	look.typing = look.selected && d->typing;
	pane_draw(area(d, t->rect), s, &look);
}

static void draw_list(struct desk *d)
{
	struct sessions_look look = {
		.filter = d->filter,
		.selected = d->selected,
		.focus = !d->typing && !d->n_views,
		.now = time(NULL),
		.top = &d->list_top,
	};

	sessions_draw(area(d, d->layout.list), &d->deck, &look);
}

static void draw_top(struct desk *d)
{
	char preflight[48] = "";
	struct topline t = { .deck = &d->deck, .host = &d->host, .preflight = preflight,
			     .filter = d->filter };

	t.preflight_role = preflight_word(&d->preflight, preflight, sizeof(preflight));
	topline_draw(area(d, d->layout.top), &t);
}

static void draw_footer(struct desk *d)
{
	struct paint p = area(d, d->layout.footer);
	struct deck_session *s = desk_selected(d);
	const struct bindings *b = &d->settings.bindings;

	if (d->n_views)
		footer_draw(p, b, d->views[d->n_views - 1]->ops->context);
	else if (d->typing && d->leader)
		footer_draw(p, b, CONTEXT_LEADER);
	else if (d->typing)
		footer_typing(p, b, d->selected);
	else if (s && s->scroll.on)
		footer_draw(p, b, CONTEXT_SCROLL);
	else
		footer_draw(p, b, CONTEXT_LIST);
}

static void draw_nothing(struct desk *d)
{
	struct paint p = area(d, d->layout.panes);

	if (!p.rows)
		return;
	if (d->deck.n) {
		p = paint_on(p, ROLE_TEXT);
		paint_clear(p);
		p = paint_box(p, ROLE_BORDER);
		paint_text(p, 1, 2, ROLE_DIM, "no session matches the filter; Esc clears it");
		return;
	}
	if (!d->card_known) {
		startcard_look(&d->card, d->paths, &d->manifest);
		d->card_known = true;
	}
	startcard_draw(p, &d->card, &d->settings.bindings);
}

/* Above the footer, in as many rows as it needs. */
static void draw_notice(struct desk *d)
{
	enum theme_role role = d->notice.bad ? ROLE_ERROR : ROLE_NOTICE;
	struct paint all = paint_on(paint_all(&d->surface), role), p;
	char text[800];
	int rows;

	if (!d->notice.until || all.rows < 4)
		return;
	snprintf(text, sizeof(text), "%s%s%s", d->notice.text, d->notice.hint[0] ? "\n" : "",
		 d->notice.hint);
	rows = (text_columns(d->notice.text) + all.cols) / (all.cols - 2) +
	       (d->notice.hint[0] ? (text_columns(d->notice.hint) + all.cols) / (all.cols - 2) : 0);
	if (rows > all.rows - 2)
		rows = all.rows - 2;
	p = paint_part(all, all.rows - 1 - rows, 0, rows, all.cols);
	paint_clear(p);
	paint_wrapped(paint_part(p, 0, 1, rows, all.cols - 2), 0, role, text);
}

static void compose_all(struct desk *d)
{
	d->surface.cursor_row = d->surface.cursor_col = -1;
	desk_arrange(d);
	if (d->layout.kind == LAYOUT_TINY) {
		tiny_draw(paint_all(&d->surface), &d->deck);
		return;
	}
	paint_clear(paint_all(&d->surface));
	draw_top(d);
	if (d->layout.list.rows)
		draw_list(d);
	if (!d->n_tiles)
		draw_nothing(d);
	for (int i = 0; i < d->n_tiles; i++)
		draw_tile(d, &d->tiles[i]);
	draw_footer(d);
	if (d->n_views)
		d->surface.cursor_row = d->surface.cursor_col = -1;
	for (int i = 0; i < d->n_views; i++)
		d->views[i]->ops->draw(d->views[i], paint_all(&d->surface));
	draw_notice(d);
}

static void compose_panes(struct desk *d)
{
	for (int i = 0; i < d->n_tiles; i++) {
		struct deck_session *s = deck_find(&d->deck, d->tiles[i].id);

		if (!s || !s->dirty)
			continue;
		if (d->typing && strcmp(s->id, d->selected) == 0)
			d->surface.cursor_row = d->surface.cursor_col = -1;
		draw_tile(d, &d->tiles[i]);
	}
}

void desk_compose(struct desk *d)
{
	if (d->all || d->n_views || d->notice.until)
		compose_all(d);
	else
		compose_panes(d);
	d->all = false;
}
