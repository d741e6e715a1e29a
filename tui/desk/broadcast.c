#include "tui/desk/desk.h"

#include <stdio.h>
#include <string.h>

#include "engine/vt/vt.h"
#include "tui/view/prompt_line.h"

/*
 * Broadcast: what is typed goes into all marked sessions at once. It is asked
 * about first, the panes look like nothing else, and the way out is the leader's.
 *
 * A session gets a line only if it waits for input when the line begins: it asks,
 * it is idle, or its cursor stands behind a prompt. Who joins is looked at again
 * with the first key of each line, so that an agent that has begun to work does
 * not get the next answer into its work; and not within a line, so that nobody
 * gets half of one. "Forced" means that nobody is looked at.
 */

static bool waits(const struct deck_session *s)
{
	const struct screen *screen = deck_screen(s);

	if (!s->open || !s->alive)
		return false;
	switch (s->record.state) {
	case SESSION_ASKS:
	case SESSION_IDLE:
		return true;
	case SESSION_READY:
		return screen && prompt_waits(screen);
	default:
		return false;
	}
}

static void begin_line(struct desk *d)
{
	for (size_t i = 0; i < d->deck.n; i++) {
		struct deck_session *s = d->deck.sessions[i];

		s->cast_skipped = s->cast && !d->cast_force && !waits(s);
		s->dirty |= s->cast;
	}
	d->cast_line = true;
	desk_changed(d);
}

static bool gets(const struct deck_session *s)
{
	return s->cast && !s->cast_skipped && s->open && s->alive;
}

int desk_cast_count(const struct desk *d, bool *some_skipped)
{
	int n = 0;

	if (some_skipped)
		*some_skipped = false;
	for (size_t i = 0; i < d->deck.n; i++) {
		const struct deck_session *s = d->deck.sessions[i];

		if (!s->cast || !s->alive)
			continue;
		n++;
		if (some_skipped)
			*some_skipped |= s->cast_skipped;
	}
	return n;
}

static bool ends_line(struct key k)
{
	return k.code == VT_KEY_ENTER || k.code == VT_KEY_KP_ENTER || k.code == VT_KEY_ESCAPE ||
	       (k.mods == VT_CTRL && (k.code == 'c' || k.code == 'd' || k.code == 'm' || k.code == 'j'));
}

void desk_cast_key(struct desk *d, struct key k)
{
	int n = 0;

	if (!d->cast_line)
		begin_line(d);
	for (size_t i = 0; i < d->deck.n; i++) {
		struct deck_session *s = d->deck.sessions[i];

		if (!gets(s))
			continue;
		if (k.code == VT_KEY_ENTER && !k.mods) /* each takes the line in its own time */
			client_enter(&s->client, true);
		else
			client_key(&s->client, k.code, k.mods);
		n++;
	}
	if (!n)
		desk_notice(d, true, "none of them waits for input: nobody got that key",
			    "leave and force it if you must");
	if (ends_line(k) || !n)
		d->cast_line = false;
}

void desk_cast_paste(struct desk *d, const char *text, size_t n)
{
	if (!d->cast_line)
		begin_line(d);
	for (size_t i = 0; i < d->deck.n; i++)
		if (gets(d->deck.sessions[i]))
			client_paste(&d->deck.sessions[i]->client, text, n);
}

void desk_cast_end(struct desk *d)
{
	d->casting = d->cast_force = d->cast_line = false;
	d->typing = false;
	for (size_t i = 0; i < d->deck.n; i++) {
		struct deck_session *s = d->deck.sessions[i];

		s->dirty |= s->cast;
		if (s->cast)
			desk_leave_keyboard(s);
		s->cast = s->cast_skipped = false;
	}
	desk_changed(d);
}

/* --- The question --- */

static void begin(struct desk *d, bool force)
{
	struct deck_session *s = desk_selected(d), *first = NULL;

	d->casting = d->typing = true;
	d->cast_force = force;
	d->leader = d->cast_line = false;
	for (size_t i = 0; i < d->deck.n; i++) {
		struct deck_session *one = d->deck.sessions[i];

		if (one->cast && !first)
			first = one;
		if (one->cast && one->open)
			one->keyboard = client_take_keyboard(&one->client, false);
	}
	if (first && (!s || !s->cast))
		desk_select(d, first->id);
	begin_line(d);
	d->cast_line = false; /* looked at, for the picture; the first key looks again */
}

static void on_answer(struct question *q, bool yes)
{
	struct desk *d = LIST_ITEM(q, struct desk, question);

	if (yes)
		begin(d, q->also_taken);
	else
		desk_cast_end(d);
}

static void add_name(char *names, size_t cap, const char *id)
{
	size_t n = strlen(names);

	snprintf(names + n, cap - n, "%s%s", n ? ", " : "", id);
}

void desk_ask_broadcast(struct desk *d)
{
	char names[200] = "", busy[160] = "", detail[256], all[24], some[24], way[KEY_WAY_CAP];
	int n = 0, ready = 0;

	for (size_t i = 0; i < d->deck.n; i++) {
		struct deck_session *s = d->deck.sessions[i];

		s->cast = s->marked && s->alive && s->open && desk_visible(d, s);
		if (!s->cast)
			continue;
		n++;
		ready += waits(s);
		add_name(names, sizeof(names), s->id);
		if (!waits(s))
			add_name(busy, sizeof(busy), s->id);
	}
	if (n < 2) {
		desk_cast_end(d);
		snprintf(detail, sizeof(detail), "mark two running sessions or more first: %s marks",
			 desk_way(d, ACTION_MARK, way));
		desk_notice(d, false, detail, "");
		return;
	}
	desk_arrange(d); /* all of them send their screens from here on */
	snprintf(some, sizeof(some), ready == n ? "type into %d" : "where one waits (%d)", ready);
	snprintf(all, sizeof(all), "all %d, forced", n);
	if (busy[0])
		snprintf(detail, sizeof(detail),
			 "Not at a prompt now: %s. Such a session gets a line only once it waits for "
			 "input, unless you force it.", busy);
	else
		snprintf(detail, sizeof(detail), "A session gets a line only while it waits for input.");
	question_ask(&d->question, &d->stage, "no", some, detail, "Type into %d sessions at once? %s", n,
		     names);
	question_also(&d->question, busy[0] ? all : "");
	d->question.answered = on_answer;
	desk_push(d, &d->question.view);
}
