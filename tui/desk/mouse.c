#include "tui/desk/desk.h"

#include <stdio.h>
#include <string.h>

#include "engine/vt/vt.h"

/*
 * The mouse: a click selects, the wheel looks back or moves in the list, a drag
 * carries a row, swaps panes or moves a border. In the pane that one types into
 * it is the guest's, when the guest wants it.
 */

static bool pressed(const struct mouse *m)
{
	return m->press && !m->motion && m->button == VT_BUTTON_LEFT;
}

static bool wheeled(const struct mouse *m)
{
	return m->button == VT_WHEEL_UP || m->button == VT_WHEEL_DOWN;
}

/* --- The list --- */

static struct deck_session *row_at(const struct desk *d, const struct mouse *m)
{
	const struct rect *r = &d->layout.list;
	struct list_row rows[LIST_ROWS_MAX];
	int n = list_rows(&d->deck, d->filter, rows), i;

	i = sessions_row_at(r->cols, r->rows, d->list_top, m->row - r->row);
	return i >= 0 && i < n ? rows[i].session : NULL;
}

static void select_quietly(struct desk *d, const char *id, bool typing)
{
	char copy[SESSION_ID_MAX + 1]; /* it may lie in what changes */

	snprintf(copy, sizeof(copy), "%s", id);
	desk_type(d, false);
	desk_select(d, copy);
	if (typing)
		desk_type(d, true);
}

static void list_mouse(struct desk *d, const struct mouse *m)
{
	struct deck_session *s = row_at(d, m);

	if (wheeled(m)) {
		if (!d->typing && m->press)
			desk_act_cursor(d, m->button == VT_WHEEL_UP ? ACTION_UP : ACTION_DOWN);
		desk_changed(d);
		return;
	}
	if (!pressed(m) || !s)
		return;
	d->drag = (struct desk_drag){ .what = DRAG_ROW };
	snprintf(d->drag.id, sizeof(d->drag.id), "%s", s->id);
	select_quietly(d, s->id, false);
}

/* --- Panes --- */

/* To the guest, when it has the keyboard and wants the mouse. */
static bool guest_mouse(struct desk *d, const struct desk_tile *t, struct deck_session *s,
			const struct mouse *m)
{
	int row, col;

	if (!d->typing || d->casting || strcmp(t->id, d->selected) != 0 || !s->open ||
	    !s->client.screen.mouse)
		return false;
	if (pane_locate(s, t->rect.rows, t->rect.cols, m->row - t->rect.row, m->col - t->rect.col,
			&row, &col))
		client_mouse(&s->client, m->button, row, col, m->mods, m->press, m->motion);
	return true;
}

static void wheel(struct desk *d, const struct desk_tile *t, struct deck_session *s, bool up)
{
	int rows, cols;

	desk_inside(d, t, &rows, &cols);
	if (!s->open || !deck_screen(s) || (!up && !s->scroll.on))
		return;
	if (!s->scroll.on) {
		scroll_enter(&s->scroll, &s->client, rows);
		scroll_bottom(&s->scroll, &s->client, rows);
	}
	scroll_wheel(&s->scroll, &s->client, up ? -3 : 3, rows);
	if (!up && s->scroll.top + (uint64_t)rows >= s->client.screen.end)
		scroll_leave(&s->scroll); /* wheeled down to the live screen */
	s->dirty = true;
	desk_changed(d);
}

static void pane_mouse(struct desk *d, const struct desk_tile *t, const struct mouse *m)
{
	struct deck_session *s = deck_find(&d->deck, t->id);

	if (!s || guest_mouse(d, t, s, m))
		return;
	if (wheeled(m)) {
		if (m->press)
			wheel(d, t, s, m->button == VT_WHEEL_UP);
		return;
	}
	if (!pressed(m))
		return;
	if (m->row == t->rect.row) {
		d->drag = (struct desk_drag){ .what = DRAG_PANE };
		snprintf(d->drag.id, sizeof(d->drag.id), "%s", t->id);
	}
	if (strcmp(s->id, d->selected) != 0 && !d->casting)
		select_quietly(d, t->id, d->typing);
}

/* --- Dragging --- */

static bool on_list_border(const struct desk *d, const struct mouse *m)
{
	const struct rect *l = &d->layout.list, *p = &d->layout.panes;

	return l->rows && p->rows && p->col == l->col + l->cols && m->row >= l->row &&
	       m->row < l->row + l->rows && m->col == p->col - 1;
}

static bool take_border(struct desk *d, const struct mouse *m)
{
	bool rows = false;
	int tile;

	if (!pressed(m))
		return false;
	if (on_list_border(d, m)) {
		d->drag = (struct desk_drag){ .what = DRAG_LIST };
		return true;
	}
	if (d->n_tiles < 2)
		return false;
	tile = tiles_border(d->arrangement.shape, d->tiles_wanted, desk_tiled_area(d),
			    &d->arrangement.weights, m->row, m->col, &rows);
	if (tile < 0)
		return false;
	d->drag = (struct desk_drag){ .what = DRAG_BORDER, .tile = tile, .rows = rows };
	return true;
}

static void drag_border(struct desk *d, const struct mouse *m)
{
	struct arrangement *a = &d->arrangement;
	const struct rect *r = &d->tiles[d->drag.tile].rect;
	int by = d->drag.rows ? m->row - (r->row + r->rows - 1) : m->col - (r->col + r->cols - 1);

	if (d->drag.tile >= d->n_tiles || !by)
		return;
	tiles_grow(a->shape, d->tiles_wanted, desk_tiled_area(d), &a->weights, d->drag.tile,
		   d->drag.rows, by);
	desk_changed(d);
}

static void drag(struct desk *d, const struct mouse *m)
{
	struct deck_session *s;
	int to;

	switch (d->drag.what) {
	case DRAG_ROW:
		s = rect_has(&d->layout.list, m->row, m->col) ? row_at(d, m) : NULL;
		if (s && strcmp(s->id, d->drag.id) != 0)
			desk_carry_to(d, d->drag.id, s->id);
		break;
	case DRAG_LIST:
		to = m->col + 1;
		d->arrangement.list_cols = to < LIST_COLS_MIN ? LIST_COLS_MIN : to;
		break;
	case DRAG_BORDER: drag_border(d, m); break;
	default: break;
	}
	desk_changed(d);
}

static void drop(struct desk *d, const struct mouse *m)
{
	const struct desk_tile *t = desk_tile_at(d, m->row, m->col);
	struct desk_drag was = d->drag;

	d->drag.what = DRAG_NONE;
	if (was.what == DRAG_PANE && t && strcmp(t->id, was.id) != 0)
		desk_swap(d, was.id, t->id);
	if (was.what == DRAG_LIST || was.what == DRAG_BORDER)
		desk_keep_arrangement(d);
	desk_changed(d);
}

void desk_mouse(void *owner, const struct mouse *m)
{
	struct desk *d = owner;
	const struct desk_tile *t = desk_tile_at(d, m->row, m->col);

	if (d->n_views || d->leader) {
		d->drag.what = DRAG_NONE;
		return;
	}
	if (d->drag.what != DRAG_NONE && m->motion) {
		drag(d, m);
	} else if (d->drag.what != DRAG_NONE && !m->press) {
		drop(d, m);
	} else if (take_border(d, m)) {
		return;
	} else if (t) {
		struct desk_tile copy = *t;

		pane_mouse(d, &copy, m);
	} else if (rect_has(&d->layout.list, m->row, m->col)) {
		list_mouse(d, m);
	}
}
