#include "tui/desk/desk.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* The list's cursor: which session is selected, and how it moves. */

bool desk_visible(const struct desk *d, const struct deck_session *s)
{
	return list_passes(s, d->filter);
}

struct deck_session *desk_selected(struct desk *d)
{
	return d->selected[0] ? deck_find(&d->deck, d->selected) : NULL;
}

void desk_select(struct desk *d, const char *id)
{
	int at;

	if (id != d->selected)
		snprintf(d->selected, sizeof(d->selected), "%s", id);
	at = list_index(&d->deck, d->filter, d->selected);
	if (at >= 0)
		d->at = at;
	desk_changed(d);
}

static void select_index(struct desk *d, int i)
{
	int total = list_count(&d->deck, d->filter);
	struct deck_session *s;

	i = i < 0 ? 0 : i >= total ? total - 1 : i;
	s = list_at(&d->deck, d->filter, i);
	desk_select(d, s ? s->id : "");
}

/* The selected one may have gone, or be filtered out. */
void desk_settle(struct desk *d)
{
	struct deck_session *s = desk_selected(d);

	if (!s || !desk_visible(d, s)) {
		d->leader = false;
		if (d->typing && !s)
			desk_type(d, false);
		if (!d->typing)
			select_index(d, d->at);
	} else {
		d->at = list_index(&d->deck, d->filter, d->selected);
	}
	s = desk_selected(d);
	if (d->options->attach && s && !s->alive && d->typing)
		desk_leave(d, 0);
	if (list_index(&d->deck, d->filter, d->selected) < 0 && !d->typing)
		d->selected[0] = '\0';
	if (d->casting && !desk_cast_count(d, NULL))
		desk_cast_end(d);
}

/* Answering is what makes a session no longer wait: neither a filter takes it out of
 * sight nor a sorted list carries it away while one types. */
void desk_hold(struct desk *d)
{
	bool held = d->deck.hold;

	d->deck.hold = d->typing;
	for (size_t i = 0; i < d->deck.n; i++) {
		struct deck_session *s = d->deck.sessions[i];

		s->stays = strcmp(s->id, d->selected) == 0 && (d->typing || s->scroll.on);
	}
	if (held && !d->typing)
		deck_sort(&d->deck);
	desk_settle(d);
}

static void move(struct desk *d, int by)
{
	if (by == INT_MIN || by == INT_MAX)
		select_index(d, by == INT_MIN ? 0 : INT_MAX);
	else
		select_index(d, list_index(&d->deck, d->filter, d->selected) + by);
}

/* With a filter only what matches is a row; after the last comes the first. */
static void next_match(struct desk *d, int by)
{
	int total = list_count(&d->deck, d->filter), i = list_index(&d->deck, d->filter, d->selected);

	if (total)
		select_index(d, ((i < 0 ? 0 : i + by) + total) % total);
}

/* Longest first; again and again goes through all that wait. */
void desk_next_asking(struct desk *d)
{
	struct deck_session *s = deck_waiting(&d->deck, desk_selected(d));

	if (!s) {
		desk_notice(d, false, "no session waits for you", "");
		return;
	}
	if (!desk_visible(d, s))
		d->filter[0] = '\0';
	desk_select(d, s->id);
}

bool desk_act_cursor(struct desk *d, enum action a)
{
	int page = d->layout.list.rows > 4 ? d->layout.list.rows - 3 : 5;

	switch (a) {
	case ACTION_DOWN: move(d, 1); break;
	case ACTION_UP: move(d, -1); break;
	case ACTION_FIRST: move(d, INT_MIN); break;
	case ACTION_LAST: move(d, INT_MAX); break;
	case ACTION_PAGE_DOWN: move(d, page); break;
	case ACTION_PAGE_UP:
		if (d->layout.list.rows)
			move(d, -page);
		else
			desk_look_back(d, true);
		break;
	case ACTION_MATCH_NEXT: next_match(d, 1); break;
	case ACTION_MATCH_BEFORE: next_match(d, -1); break;
	case ACTION_MATCH_END:
		d->filter[0] = '\0';
		desk_settle(d);
		break;
	case ACTION_ASKING: desk_next_asking(d); break;
	default: return false;
	}
	return true;
}
