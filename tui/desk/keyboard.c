#include "tui/desk/desk.h"

#include <stdio.h>

/*
 * Where a key goes. While typing, to the session (typing.c). Else to the view on
 * top, or to the scrollback of the selected pane, or to the list; what the one
 * that has it does not bind may be bound everywhere (CONTEXT_ANYWHERE).
 */

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
	if (a == ACTION_CANCEL || a == ACTION_REDRAW || a == ACTION_SUSPEND || a == ACTION_HELP)
		desk_act(d, a);
}

static void on_key(void *owner, struct key k)
{
	struct desk *d = owner;
	struct deck_session *s = desk_selected(d);
	const struct bindings *b = &d->settings.bindings;
	enum action a;

	d->used = true;
	if (d->notice.until && !d->notice.bad && !(d->typing && !d->n_views)) {
		d->notice.until = 0;
		desk_changed(d);
	}
	if (d->n_views) {
		view_key(d, k);
	} else if (d->typing) {
		desk_type_key(d, k);
	} else if (s && s->scroll.on) {
		a = bindings_find(b, CONTEXT_SCROLL, k);
		if (action_rows[a].context == CONTEXT_SCROLL)
			desk_scroll(d, a);
		else
			desk_act(d, a);
	} else {
		a = bindings_find(b, d->filter[0] ? CONTEXT_FILTERED : CONTEXT_LIST, k);
		d->notice.until = a == ACTION_NONE ? d->notice.until : 0;
		desk_act(d, a);
	}
	if (d->due) /* what a key did is not to wait for the pace of the panes */
		desk_pane_changed(d, PACE_ECHO);
}

static void on_paste(void *owner, const char *text, size_t n, uint64_t dropped)
{
	struct desk *d = owner;
	char why[96], way[KEY_WAY_CAP];

	if (d->n_views) {
		struct view *v = d->views[d->n_views - 1];

		if (v->ops->paste)
			v->ops->paste(v, text, n);
		desk_changed(d);
	} else if (d->typing) {
		desk_paste(d, text, n, dropped);
	} else {
		snprintf(why, sizeof(why), "a paste goes to a session: %s types into it first",
			 desk_way(d, ACTION_TYPE, way));
		desk_notice(d, false, why, "");
	}
}

const struct decoder_events desk_input_events = { on_key, desk_mouse, on_paste, desk_hear_answer };
