#include "tui/desk/desk.h"

#include <stdio.h>
#include <string.h>

/* Stopping, killing, restarting, removing: of the marked sessions, or of the one
 * under the cursor; asked about first. */

bool desk_fits(const struct deck_session *s, enum action a)
{
	return a == ACTION_REMOVE ? !s->alive : a == ACTION_RESTART || s->alive;
}

static bool target(struct desk *d, const struct deck_session *s, enum action a)
{
	if (!desk_fits(s, a) || d->n_targets == DESK_TARGETS)
		return false;
	memcpy(d->targets[d->n_targets++], s->id, sizeof(s->id));
	return true;
}

/* Those that the action fits. */
static void collect(struct desk *d, enum action a)
{
	bool marks = false;

	d->n_targets = 0;
	for (size_t i = 0; i < d->deck.n; i++)
		if (d->deck.sessions[i]->marked && desk_visible(d, d->deck.sessions[i])) {
			marks = true;
			target(d, d->deck.sessions[i], a);
		}
	if (!marks && desk_selected(d))
		target(d, desk_selected(d), a);
}

static void names_of(const struct desk *d, char *out, size_t cap)
{
	size_t n = 0;

	out[0] = '\0';
	for (int i = 0; i < d->n_targets && n < cap; i++) {
		if (i == 4 && d->n_targets > 5) {
			snprintf(out + n, cap - n, " and %d more", d->n_targets - i);
			return;
		}
		n += (size_t)snprintf(out + n, cap - n, "%s%s",
				      !i ? "" : i + 1 == d->n_targets ? " and " : ", ",
				      d->targets[i]);
	}
}

static void do_one(struct desk *d, struct deck_session *s)
{
	struct error err;

	switch (d->asked) {
	case ACTION_STOP: client_stop(&s->client); break;
	case ACTION_KILL: deck_kill(s); break;
	case ACTION_RESTART:
		if (!s->alive) {
			desk_restart(d, s);
			break;
		}
		s->restart = true;
		client_stop(&s->client);
		break;
	case ACTION_REMOVE:
		if (deck_remove(s, &err) < 0)
			desk_error(d, &err);
		break;
	default: break;
	}
	s->marked = false;
}

static void on_answer(struct question *q, bool yes)
{
	struct desk *d = LIST_ITEM(q, struct desk, question);

	for (int i = 0; yes && i < d->n_targets; i++) {
		struct deck_session *s = deck_find(&d->deck, d->targets[i]);

		if (s)
			do_one(d, s);
	}
	if (yes)
		deck_scan(&d->deck);
	desk_changed(d);
}

static void tell_none(struct desk *d, enum action a, const char *text)
{
	char hint[120], stop[KEY_WAY_CAP], kill[KEY_WAY_CAP];

	snprintf(hint, sizeof(hint), "%s stops, %s kills", desk_way(d, ACTION_STOP, stop),
		 desk_way(d, ACTION_KILL, kill));
	desk_notice(d, false, text, a == ACTION_REMOVE && desk_selected(d) ? hint : "");
}

void desk_ask(struct desk *d, enum action a)
{
	static const struct {
		enum action action;
		const char *verb, *yes, *no, *detail, *none;
	} asks[] = {
		{ ACTION_STOP, "Stop", "stop", "leave running",
		  "The machine is asked to power off; after 10 s it is killed.",
		  "nothing runs here that could be stopped" },
		{ ACTION_KILL, "Kill", "kill", "leave running",
		  "What the agent has not saved outside is lost at once.",
		  "nothing runs here that could be killed" },
		{ ACTION_RESTART, "Restart", "restart", "leave it",
		  "It ends, and is launched again with a fresh disk.", "no session" },
		{ ACTION_REMOVE, "Remove", "remove", "keep",
		  "Its record, its screen and its logs are deleted.",
		  "only ended sessions can be removed" },
	};
	char names[300];

	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		if (asks[i].action != a)
			continue;
		collect(d, a);
		if (!d->n_targets) {
			tell_none(d, a, asks[i].none);
			return;
		}
		d->asked = a;
		names_of(d, names, sizeof(names));
		question_ask(&d->question, &d->stage, asks[i].no, asks[i].yes, asks[i].detail,
			     "%s %s?", asks[i].verb, names);
		d->question.answered = on_answer;
		desk_push(d, &d->question.view);
	}
}
