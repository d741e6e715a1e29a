#include "tui/desk/desk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Typing into the selected session: every key goes to it but the leader and the
 * key after it. */

/* Once in a lifetime of the home: how to get the keyboard back. */
static void tell_leader(struct desk *d, const char *id)
{
	const struct bindings *b = &d->settings.bindings;
	char text[160], hint[160], leader[KEY_NAME_CAP], back[KEY_NAME_CAP], help[KEY_NAME_CAP];

	if (d->order.told_leader)
		return;
	d->order.told_leader = true;
	key_name(b->leaders[0], leader);
	snprintf(text, sizeof(text), "You type into %s now: every key goes to it, Escape and Control-C too.",
		 id);
	snprintf(hint, sizeof(hint), "%s then %s gives the keyboard back; %s then %s tells the rest.",
		 leader, bindings_key(b, ACTION_LEADER_BACK, back, sizeof(back)), leader,
		 bindings_key(b, ACTION_LEADER_HELP, help, sizeof(help)));
	desk_notice(d, false, text, hint);
	if (!d->options->demo)
		desk_save_order(d);
}

void desk_leave_keyboard(struct deck_session *s)
{
	if (s->keyboard && s->open)
		client_leave_keyboard(&s->client);
	s->keyboard = 0;
}

static void on_take_over(struct question *q, bool yes)
{
	struct desk *d = LIST_ITEM(q, struct desk, question);
	struct deck_session *s = deck_find(&d->deck, d->targets[0]);

	if (!yes || !s || !s->open || !s->alive)
		return;
	desk_select(d, s->id);
	desk_type(d, true);
	s->keyboard = client_take_keyboard(&s->client, true);
}

/* Another dashboard has it already, or has taken it: nobody types into another's line. */
bool desk_keyboard_lost(struct deck_session *s, uint32_t request, const struct error *err)
{
	struct desk *d = s->deck->owner;
	bool here = d->typing && strcmp(s->id, d->selected) == 0;
	char hint[80], way[KEY_WAY_CAP];

	if (!request || request != s->keyboard || !err)
		return false;
	s->keyboard = 0;
	if (s->cast) {
		desk_notice(d, true, err->msg, "it gets nothing of what is typed here");
		s->cast = false;
		here = false;
	}
	if (!here)
		return true;
	desk_type(d, false);
	if (err->code == ECANCELED) {
		snprintf(hint, sizeof(hint), "%s takes it back", desk_way(d, ACTION_TYPE, way));
		desk_notice(d, true, err->msg, hint);
		return true;
	}
	snprintf(d->targets[0], sizeof(d->targets[0]), "%s", s->id);
	question_ask(&d->question, &d->stage, "look only", "take it over",
		     "Two who type into one console write into each other's lines. Taken over, the other "
		     "dashboard is told, and looks on.", "%s. Take it over?", err->msg);
	d->question.answered = on_take_over;
	desk_push(d, &d->question.view);
	return true;
}

static void tell_why_not(struct desk *d, const struct deck_session *s)
{
	char text[120], way[KEY_WAY_CAP];

	if (!s)
		snprintf(text, sizeof(text), "no session to type into: %s launches",
			 desk_way(d, ACTION_LAUNCH, way));
	else if (!s->alive)
		snprintf(text, sizeof(text), "this session has ended: %s launches it again",
			 desk_way(d, ACTION_RESTART, way));
	else
		snprintf(text, sizeof(text), "this session does not answer yet");
	desk_notice(d, false, text, "");
}

void desk_type(struct desk *d, bool on)
{
	struct deck_session *s = desk_selected(d);
	bool was = d->typing;

	if (on && (!s || !s->alive || !s->open)) {
		tell_why_not(d, s);
		on = false;
	}
	d->typing = on;
	d->leader = false;
	if (!on && d->casting)
		desk_cast_end(d);
	desk_changed(d);
	if (!s || !s->open || was == on)
		return;
	if (!on)
		desk_leave_keyboard(s);
	client_focus(&s->client, on);
	if (on) {
		s->keyboard = client_take_keyboard(&s->client, false);
		scroll_leave(&s->scroll);
		client_attend(&s->client);
		tell_leader(d, s->id);
	}
}

static void to_session(struct desk *d, struct key k)
{
	struct deck_session *s = desk_selected(d);

	d->typed_at = now_ms();
	d->echo_due = true;
	if (d->casting) {
		desk_cast_key(d, k);
		return;
	}
	if (s && s->scroll.on) { /* wheeled up: what is typed is seen */
		scroll_leave(&s->scroll);
		desk_changed(d);
	}
	if (s && s->open && s->alive)
		client_key(&s->client, k.code, k.mods);
	else
		desk_notice(d, false, "this session has ended: nothing to type into", "");
}

void desk_type_key(struct desk *d, struct key k)
{
	const struct bindings *b = &d->settings.bindings;

	if (!d->leader && bindings_is_leader(b, k)) {
		d->leader = true;
		desk_changed(d);
		return;
	}
	if (d->leader) {
		d->leader = false;
		desk_changed(d);
		if (!bindings_is_leader(b, k)) {
			desk_leader(d, bindings_find(b, CONTEXT_LEADER, k));
			return;
		}
	}
	to_session(d, k);
}

void desk_paste(struct desk *d, const char *text, size_t n, uint64_t dropped)
{
	struct deck_session *s = desk_selected(d);

	if (d->casting)
		desk_cast_paste(d, text, n);
	else if (s && s->open && s->alive)
		client_paste(&s->client, text, n);
	if (dropped)
		desk_notice(d, true, "the paste was cut at 1 MiB", "");
}
