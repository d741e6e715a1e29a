#include "tui/desk.h"

#include <string.h>

#include "engine/vt/vt.h"

/*
 * Where a key goes. While typing, to the session, except the leader and the
 * key after it. Else to the view on top, or to the scrollback of the selected
 * pane, or to the list; what the one that has it does not bind may be bound
 * everywhere (CONTEXT_ANYWHERE).
 */

static void type_key(struct desk *d, struct key k)
{
	const struct bindings *b = &d->settings.bindings;
	struct deck_session *s = desk_selected(d);

	if (d->leader) {
		d->leader = false;
		desk_changed(d);
		if (!bindings_is_leader(b, k)) {
			desk_leader(d, bindings_find(b, CONTEXT_LEADER, k));
			return;
		}
	} else if (bindings_is_leader(b, k)) {
		d->leader = true;
		desk_changed(d);
		return;
	}
	if (s && s->scroll.on) { /* wheeled up: what is typed is seen */
		scroll_leave(&s->scroll);
		desk_changed(d);
	}
	d->typed_at = now_ms();
	if (s && s->open && s->alive)
		client_key(&s->client, k.code, k.mods);
	else
		desk_notice(d, false, "this session has ended: nothing to type into", "");
}

static void view_key(struct desk *d, struct key k)
{
	struct view *v = d->views[d->n_views - 1];
	enum action a;

	desk_changed(d);
	if (v->ops->key && v->ops->key(v, k))
		return;
	a = bindings_find(&d->settings.bindings, v->ops->context, k);
	if (a == ACTION_NONE || (v->ops->act && v->ops->act(v, a)))
		return;
	if (a == ACTION_REDRAW || a == ACTION_SUSPEND || a == ACTION_HELP)
		desk_act(d, a);
}

static void on_key(void *owner, struct key k)
{
	struct desk *d = owner;
	struct deck_session *s = desk_selected(d);
	const struct bindings *b = &d->settings.bindings;
	enum action a;

	if (d->notice.until && !d->notice.bad) {
		d->notice.until = 0;
		desk_changed(d);
	}
	if (d->n_views) {
		view_key(d, k);
	} else if (d->typing) {
		type_key(d, k);
	} else if (s && s->scroll.on) {
		a = bindings_find(b, CONTEXT_SCROLL, k);
		if (action_rows[a].context == CONTEXT_SCROLL)
			desk_scroll(d, a);
		else
			desk_act(d, a);
	} else {
		a = bindings_find(b, CONTEXT_LIST, k);
		d->notice.until = a == ACTION_NONE ? d->notice.until : 0;
		desk_act(d, a);
	}
}

static void on_paste(void *owner, const char *text, size_t n, uint64_t dropped)
{
	struct desk *d = owner;
	struct deck_session *s = desk_selected(d);

	if (d->n_views) {
		struct view *v = d->views[d->n_views - 1];

		if (v->ops->paste)
			v->ops->paste(v, text, n);
		desk_changed(d);
	} else if (d->typing && s && s->open && s->alive) {
		client_paste(&s->client, text, n);
		if (dropped)
			desk_notice(d, true, "the paste was cut at 1 MiB", "");
	} else {
		desk_notice(d, false, "a paste goes to a session: Enter types into it first", "");
	}
}

/* --- Mouse --- */

static bool in_list(const struct desk *d, const struct mouse *m)
{
	const struct rect *r = &d->layout.list;

	return r->rows && m->row > r->row && m->row < r->row + r->rows - 1 && m->col >= r->col &&
	       m->col < r->col + r->cols;
}

/* To the guest, when it has the keyboard and wants the mouse. */
static bool guest_mouse(struct desk *d, const struct desk_tile *t, struct deck_session *s,
			const struct mouse *m)
{
	int row, col;

	if (!d->typing || strcmp(t->id, d->selected) != 0 || !s->open || !s->client.screen.mouse)
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
	if (!s->open || (!up && !s->scroll.on))
		return;
	scroll_enter(&s->scroll, &s->client, rows);
	scroll_wheel(&s->scroll, &s->client, up ? -3 : 3, rows);
	if (!up && s->scroll.top + (uint64_t)rows >= s->client.screen.end)
		scroll_leave(&s->scroll); /* wheeled down to the live screen */
	desk_changed(d);
}

static void pane_mouse(struct desk *d, const struct desk_tile *t, const struct mouse *m)
{
	struct deck_session *s = deck_find(&d->deck, t->id);

	if (!s || guest_mouse(d, t, s, m))
		return;
	if (m->button == VT_WHEEL_UP || m->button == VT_WHEEL_DOWN) {
		wheel(d, t, s, m->button == VT_WHEEL_UP);
	} else if (m->press && !m->motion && m->button == VT_BUTTON_LEFT &&
		   strcmp(s->id, d->selected) != 0) {
		bool typing = d->typing;

		desk_type(d, false);
		desk_select(d, t->id);
		desk_type(d, typing);
	}
}

static void on_mouse(void *owner, const struct mouse *m)
{
	struct desk *d = owner;
	const struct desk_tile *t = desk_tile_at(d, m->row, m->col);
	struct deck_session *s;

	if (d->n_views || d->leader)
		return;
	if (t) {
		struct desk_tile copy = *t;

		pane_mouse(d, &copy, m);
	} else if (in_list(d, m) && m->press && !m->motion && m->button == VT_BUTTON_LEFT) {
		s = sessions_at(&d->deck, d->filter, m->row - d->layout.list.row - 1 + d->list_top);
		desk_type(d, false);
		if (s)
			desk_select(d, s->id);
	}
}

const struct decoder_events desk_input_events = { on_key, on_mouse, on_paste };
