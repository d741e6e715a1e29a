#include "tui/desk/desk.h"

#include <stdio.h>
#include <string.h>

static struct paint area(struct desk *d, struct rect r)
{
	return paint_part(paint_all(&d->surface), r.row, r.col, r.rows, r.cols);
}

/* `all` false: only what the guest changed, where that is enough. */
static void draw_tile(struct desk *d, const struct desk_tile *t, bool all)
{
	struct deck_session *s = deck_find(&d->deck, t->id);
	char leader[KEY_NAME_CAP];
	struct pane_look look = {
		.number = t->number,
		.selected = strcmp(t->id, d->selected) == 0,
		.leader = key_name(d->settings.bindings.leaders[0], leader),
		.now = desk_now(d),
		.cast = d->casting && s && s->cast,
		.cast_waits = s && s->cast_skipped,
	};

	if (!s)
		return;
	look.typing = look.selected && d->typing && !d->casting;
	if (all || !pane_update(area(d, t->rect), s, &look))
		pane_draw(area(d, t->rect), s, &look);
}

static bool scrolling(struct desk *d)
{
	struct deck_session *s = desk_selected(d);

	return s && s->scroll.on;
}

static void draw_list(struct desk *d)
{
	struct sessions_look look = {
		.filter = d->filter,
		.selected = d->selected,
		.focus = !d->typing && !d->n_views,
		.cursor = !d->typing && !d->n_views && !scrolling(d),
		.now = desk_now(d),
		.top = &d->list_top,
	};

	sessions_draw(area(d, d->layout.list), &d->deck, &look);
}

static void draw_top(struct desk *d)
{
	char preflight[48] = "";
	struct topline t = { .deck = &d->deck, .host = &d->host, .preflight = preflight,
			     .filter = d->filter, .now = desk_now(d), .cast = -1,
			     .first = d->page_first, .shown = d->n_tiles, .panes = d->page_total };

	for (size_t i = 0; i < d->deck.n; i++)
		t.marked += d->deck.sessions[i]->marked && desk_visible(d, d->deck.sessions[i]);
	if (d->casting)
		t.cast = desk_cast_count(d, NULL);
	t.preflight_role = preflight_word(&d->preflight, preflight, sizeof(preflight));
	topline_draw(area(d, d->layout.top), &t);
}

static bool view_can(void *arg, enum action a)
{
	struct view *v = arg;

	return v->ops->can(v, a);
}

static void draw_footer(struct desk *d)
{
	struct paint p = area(d, d->layout.footer);
	struct deck_session *s = desk_selected(d);
	const struct bindings *b = &d->settings.bindings;
	bool skipped;

	if (d->n_views)
		footer_draw(p, b, d->views[d->n_views - 1]->ops->context,
			    d->views[d->n_views - 1]->ops->can ? view_can : NULL,
			    d->views[d->n_views - 1]);
	else if (d->typing && d->leader)
		footer_draw(p, b, CONTEXT_LEADER, desk_can, d);
	else if (d->typing && d->casting)
		footer_casting(p, b, desk_cast_count(d, &skipped), skipped);
	else if (d->typing)
		footer_typing(p, b, d->selected);
	else if (s && s->scroll.on)
		footer_draw(p, b, CONTEXT_SCROLL, NULL, NULL);
	else
		footer_draw(p, b, d->filter[0] ? CONTEXT_FILTERED : CONTEXT_LIST, desk_can, d);
}

static void draw_nothing(struct desk *d, struct rect r)
{
	struct paint p = area(d, r);
	char way[KEY_WAY_CAP];

	if (!p.rows)
		return;
	if (d->deck.n) {
		p = paint_on(p, ROLE_TEXT);
		paint_clear(p);
		p = paint_box(p, ROLE_BORDER);
		paint_textf(p, 1, 2, ROLE_DIM, "no session matches the filter; %s clears it",
			    desk_way(d, ACTION_MATCH_END, way));
		return;
	}
	if (!d->card_known) {
		startcard_look(&d->card, d->paths, &d->manifest);
		d->card_known = true;
	}
	startcard_draw(p, &d->card, &d->settings.bindings);
}

/* The strip above the footer, which is as high as it needs: what is under way, what
 * is said in passing. */
static void draw_strip(struct desk *d)
{
	enum theme_role role = d->notice.bad ? ROLE_ERROR : ROLE_NOTICE;
	struct paint p = area(d, d->layout.strip);
	struct progress_row row;
	char key[KEY_NAME_CAP];
	const char *cancel = bindings_key(&d->settings.bindings, ACTION_CANCEL, key, sizeof(key));
	int used;

	/* The key cancels the topmost: that row has it. */
	if (p.rows && build_row(&d->build, &row)) {
		row.cancel = cancel;
		cancel = NULL;
		progress_row_draw(paint_part(p, 0, 0, 1, p.cols), &row);
		p = paint_part(p, 1, 0, p.rows - 1, p.cols);
	}
	for (size_t i = 0; i < d->templates.n && p.rows; i++) {
		templates_draw(&d->templates, i, paint_part(p, 0, 0, 1, p.cols), desk_now(d), cancel);
		cancel = NULL;
		p = paint_part(p, 1, 0, p.rows - 1, p.cols);
	}
	if (!d->notice.until || !p.rows)
		return;
	p = paint_on(p, role);
	paint_clear(p);
	p = paint_part(p, 0, 1, p.rows, p.cols - 2);
	used = paint_wrapped(p, 0, role, d->notice.text);
	if (d->notice.hint[0])
		paint_wrapped(p, used, role, d->notice.hint);
}

/* A view has the screen, but what is under way is not to cover its end. The line that is
 * typed stands where the footer was. */
static struct paint room_of(struct desk *d, const struct view *v)
{
	struct paint all = paint_all(&d->surface);

	if (v == &d->prompt.view)
		return all;
	return paint_part(all, 0, 0, all.rows - d->layout.strip.rows, all.cols);
}

static void compose_all(struct desk *d)
{
	d->surface.cursor_row = d->surface.cursor_col = -1;
	d->deck.figures = false;
	desk_arrange(d);
	if (d->layout.kind == LAYOUT_TINY) {
		tiny_draw(paint_all(&d->surface), &d->deck, &d->settings.bindings);
		return;
	}
	paint_clear(paint_all(&d->surface));
	draw_top(d);
	if (d->layout.list.rows)
		draw_list(d);
	if (!d->n_tiles)
		draw_nothing(d, d->layout.panes);
	if (d->layout.kind == LAYOUT_SINGLE && !d->deck.n)
		draw_nothing(d, d->layout.list); /* one thing at a time: not an empty list */
	for (int i = 0; i < d->n_tiles; i++)
		draw_tile(d, &d->tiles[i], true);
	draw_footer(d);
	if (d->n_views)
		d->surface.cursor_row = d->surface.cursor_col = -1;
	for (int i = 0; i < d->n_views; i++)
		d->views[i]->ops->draw(d->views[i], room_of(d, d->views[i]));
	draw_strip(d);
}

static void compose_panes(struct desk *d)
{
	for (int i = 0; i < d->n_tiles; i++) {
		struct deck_session *s = deck_find(&d->deck, d->tiles[i].id);

		if (!s || !(s->dirty || s->fresh))
			continue;
		if (strcmp(s->id, d->selected) == 0 && (d->typing || s->scroll.on))
			d->surface.cursor_row = d->surface.cursor_col = -1;
		draw_tile(d, &d->tiles[i], false);
	}
}

void desk_compose(struct desk *d)
{
	if (d->all || d->n_views)
		compose_all(d);
	else
		compose_panes(d);
	d->all = false;
}
