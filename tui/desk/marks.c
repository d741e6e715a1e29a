#include "tui/desk/desk.h"

#include <stdio.h>
#include <string.h>

/* Marks, and the order of the list: what is carried, sorted, grouped. */

static void mark(struct desk *d)
{
	struct deck_session *s = desk_selected(d);

	if (s)
		s->marked = !s->marked;
	desk_act_cursor(d, ACTION_DOWN);
}

/* From the nearest mark above, else below, to the cursor. */
static void mark_range(struct desk *d)
{
	int total = list_count(&d->deck, d->filter), from = -1;
	int at = list_index(&d->deck, d->filter, d->selected);

	if (at < 0)
		return;
	for (int i = at; i >= 0 && from < 0; i--)
		if (list_at(&d->deck, d->filter, i)->marked)
			from = i;
	for (int i = at; i < total && from < 0; i++)
		if (list_at(&d->deck, d->filter, i)->marked)
			from = i;
	if (from < 0)
		from = at;
	for (int i = from < at ? from : at; i <= (from < at ? at : from); i++)
		list_at(&d->deck, d->filter, i)->marked = true;
}

static void invert(struct desk *d)
{
	for (size_t i = 0; i < d->deck.n; i++)
		if (desk_visible(d, d->deck.sessions[i]))
			d->deck.sessions[i]->marked = !d->deck.sessions[i]->marked;
}

static void unmark(struct desk *d)
{
	bool any = false;

	for (size_t i = 0; i < d->deck.n; i++) {
		any |= d->deck.sessions[i]->marked;
		d->deck.sessions[i]->marked = false;
	}
	if (!any) {
		d->filter[0] = '\0';
		desk_settle(d);
	}
}

void desk_save_order(struct desk *d)
{
	struct error err;

	if (order_save(&d->order, &err) < 0)
		desk_error(d, &err);
}

static bool sorted(struct desk *d)
{
	char hint[80], way[KEY_WAY_CAP];

	if (d->order.sort == SORT_OWN)
		return false;
	snprintf(hint, sizeof(hint), "%s goes on to the next order, and in the end to your own", desk_way(d, ACTION_SORT, way));
	desk_notice(d, false, "the list is sorted", hint);
	return true;
}

static bool visible_arg(void *arg, const struct deck_session *s)
{
	return desk_visible(arg, s);
}

static void carry(struct desk *d, int by)
{
	struct deck_session *s = desk_selected(d);

	if (!sorted(d) && s && deck_carry(&d->deck, s, by, visible_arg, d))
		desk_save_order(d);
}

void desk_carry_to(struct desk *d, const char *id, const char *where)
{
	if (!sorted(d) && deck_move(&d->deck, id, where))
		desk_save_order(d);
}

void desk_swap(struct desk *d, const char *a, const char *b)
{
	if (sorted(d))
		return;
	order_swap(&d->order, a, b);
	deck_sort(&d->deck);
	desk_save_order(d);
}

static void next_sort(struct desk *d)
{
	char text[64];

	d->order.sort = (enum order_sort)((d->order.sort + 1) % SORT_COUNT);
	deck_sort(&d->deck);
	desk_save_order(d);
	snprintf(text, sizeof(text), "sorted by %s", order_sort_names[d->order.sort]);
	desk_notice(d, false, d->order.sort == SORT_OWN ? "in your own order" : text, "");
}

static void group(struct desk *d)
{
	d->order.grouped = !d->order.grouped;
	deck_sort(&d->deck);
	desk_save_order(d);
	desk_notice(d, false, d->order.grouped ? "grouped by label" : "not grouped",
		    d->order.grouped ? "\"label\" in agents.json is what it goes by" : "");
}

bool desk_act_marks(struct desk *d, enum action a)
{
	switch (a) {
	case ACTION_MARK: mark(d); break;
	case ACTION_RANGE: mark_range(d); break;
	case ACTION_INVERT: invert(d); break;
	case ACTION_UNMARK: unmark(d); break;
	case ACTION_CARRY_DOWN: carry(d, 1); break;
	case ACTION_CARRY_UP: carry(d, -1); break;
	case ACTION_SORT: next_sort(d); break;
	case ACTION_GROUP: group(d); break;
	default: return false;
	}
	return true;
}
