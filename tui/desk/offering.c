#include "tui/desk/desk.h"

/* Which actions the footer offers: those that would do something just now. The keys of the
 * others are bound all the same, and say why they do nothing. */

static bool has_target(struct desk *d, enum action a)
{
	struct deck_session *one = desk_selected(d);
	bool marks = false, fits = false;

	for (size_t i = 0; i < d->deck.n; i++) {
		struct deck_session *s = d->deck.sessions[i];

		if (!s->marked || !desk_visible(d, s))
			continue;
		marks = true;
		fits |= desk_fits(s, a);
	}
	return marks ? fits : one && desk_fits(one, a);
}

bool desk_can(void *desk, enum action a)
{
	struct desk *d = desk;
	struct deck_session *s = desk_selected(d), *asks;

	switch (a) {
	case ACTION_TYPE: return s && s->alive && s->open;
	case ACTION_ZOOM:
	case ACTION_MARK: return s;
	case ACTION_FILTER: return d->deck.n;
	case ACTION_NEXT:
	case ACTION_LEADER_NEXT:
	case ACTION_CARRY_DOWN: return s && list_count(&d->deck, d->filter) > 1;
	case ACTION_ASKING:
	case ACTION_LEADER_ASKING:
		asks = deck_waiting(&d->deck, s);
		return asks && asks != s;
	case ACTION_MATCH_NEXT:
	case ACTION_MATCH_BEFORE: return list_count(&d->deck, d->filter) > 0;
	case ACTION_STOP:
	case ACTION_KILL:
	case ACTION_RESTART:
	case ACTION_REMOVE: return has_target(d, a);
	default: return true;
	}
}
