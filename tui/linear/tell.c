#include "tui/linear/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/base/text.h"
#include "tui/notify.h"

enum { SENTENCE = 1400 };

void tell_done(struct tell *t)
{
	free(t->items);
	*t = (struct tell){ 0 };
}

static struct told_session *find(const struct tell *t, const char *id)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->items[i].id, id) == 0)
			return &t->items[i];
	return NULL;
}

static struct told_session *add(struct tell *t, const struct deck_session *s)
{
	struct told_session *more = realloc(t->items, (t->n + 1) * sizeof(*more));

	if (!more)
		return NULL;
	t->items = more;
	if (!t->n)
		t->last = 0;
	t->items[t->n] = (struct told_session){ .number = ++t->last, .state = SESSION_STATE_COUNT,
						.refused = s->record.net_refused };
	snprintf(t->items[t->n].id, sizeof(t->items[t->n].id), "%s", s->id);
	return &t->items[t->n++];
}

static void drop_unseen(struct tell *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (t->items[i].seen)
			t->items[n++] = t->items[i];
	t->n = n;
}

struct deck_session *tell_find(const struct tell *t, const struct deck *d, const char *word)
{
	char *end;
	unsigned long number = strtoul(word, &end, 10);

	if (*word < '0' || *word > '9' || *end)
		return deck_find(d, word);
	for (size_t i = 0; i < t->n; i++)
		if (t->items[i].number == number)
			return deck_find(d, t->items[i].id);
	return NULL;
}

/* What it is in now, for a sentence that begins with its name. */
static void predicate(const struct session_record *r, char *out, size_t cap)
{
	static const char *const words[SESSION_STATE_COUNT] = {
		[SESSION_STARTING] = "starts",	   [SESSION_READY] = "is ready",
		[SESSION_WORKING] = "works",	   [SESSION_ASKS] = "asks",
		[SESSION_IDLE] = "has finished",   [SESSION_EXITED] = "exited, its machine stays",
		[SESSION_SILENT] = "does not respond", [SESSION_STOPPING] = "stops",
		[SESSION_FAILED] = "failed",	   [SESSION_ENDED] = "ended",
	};

	snprintf(out, cap, "%s%s%s%s%s", words[r->state], r->cause[0] ? ": " : "", r->cause,
		 r->hint[0] ? "; fix: " : "", r->hint);
}

static void tell_waiting(const struct deck *d, char *out, size_t cap)
{
	unsigned n = deck_count(d, SESSION_ASKS);

	if (n > 1)
		snprintf(out, cap, ". %u wait for you", n);
}

/* Between ready and working it goes to and fro: that is not told. */
static bool worth(enum session_state before, enum session_state now)
{
	if (before == now || now == SESSION_WORKING)
		return false;
	if (now == SESSION_READY)
		return before != SESSION_WORKING && before != SESSION_IDLE && before != SESSION_ASKS;
	return now != SESSION_IDLE || before == SESSION_WORKING || before == SESSION_READY;
}

static void tell_one(const struct told_session *t, const struct deck *d,
		     const struct session_record *r, tell_fn *line, void *arg)
{
	char what[900], text[SENTENCE];
	size_t n;

	predicate(r, what, sizeof(what));
	n = (size_t)snprintf(text, sizeof(text), "%u. %s %s", t->number, t->id, what);
	if (r->state == SESSION_READY && r->total_ms > 0 && t->state == SESSION_STARTING)
		snprintf(text + n, sizeof(text) - n, " after %.2f s, %s", r->total_ms / 1000,
			 r->warm ? "warm" : "cold");
	else if (r->state == SESSION_ASKS)
		tell_waiting(d, text + n, sizeof(text) - n);
	line(arg, text);
}

static void tell_refused(const struct told_session *t, const struct session_record *r,
			 tell_fn *line, void *arg)
{
	char text[200];

	snprintf(text, sizeof(text), "%u. %s: its network policy refused %llu more; \"policy %s\" shows them",
		 t->number, t->id, (unsigned long long)(r->net_refused - t->refused), t->id);
	line(arg, text);
}

bool tell_changes(struct tell *t, struct deck *d, bool quietly, tell_fn *line, void *arg)
{
	bool bell = false;

	for (size_t i = 0; i < t->n; i++)
		t->items[i].seen = false;
	for (size_t i = 0; i < d->n; i++) {
		const struct session_record *r = &d->sessions[i]->record;
		struct told_session *s = find(t, d->sessions[i]->id);

		if (!s && !(s = add(t, d->sessions[i])))
			continue;
		s->seen = true;
		if (!quietly && worth(s->state, r->state))
			tell_one(s, d, r, line, arg);
		if (!quietly && s->state != SESSION_STATE_COUNT)
			bell |= notify_worth(s->state, r->state);
		if (!quietly && r->net_refused > s->refused)
			tell_refused(s, r, line, arg);
		s->state = r->state;
		s->refused = r->net_refused;
	}
	drop_unseen(t);
	return bell;
}

/* --- The list --- */

static void since(const struct session_record *r, char *out, size_t cap)
{
	int64_t from = r->ended ? r->ended : r->since ? r->since : r->created;
	int64_t now = (int64_t)time(NULL);
	char text[32];

	text_duration(text, sizeof(text), from && now > from ? (uint64_t)(now - from) : 0);
	snprintf(out, cap, ", for %s", text);
}

static void figures(const struct session_record *r, char *out, size_t cap)
{
	char memory[16];
	size_t n = 0;

	out[0] = '\0';
	if (!session_alive(r->state))
		return;
	if (r->mem_used_kib) {
		text_size(memory, sizeof(memory), r->mem_used_kib << 10);
		n += (size_t)snprintf(out + n, cap - n, ", cpu %.0f%%, memory %s", r->cpu * 100, memory);
	}
	if (r->net_refused)
		n += (size_t)snprintf(out + n, cap - n, ", %llu refused",
				      (unsigned long long)r->net_refused);
	if (r->changes_known && r->changes)
		n += (size_t)snprintf(out + n, cap - n, ", %u files changed", r->changes);
	if (r->dropped)
		snprintf(out + n, cap - n, ", %llu bytes dropped", (unsigned long long)r->dropped);
}

static void list_one(const struct told_session *t, struct deck_session *s, bool selected,
		     tell_fn *line, void *arg)
{
	const struct session_record *r = &s->record;
	const struct session_step *step = record_step(r);
	struct estimate e = deck_estimate(s, (int64_t)time(NULL));
	char text[SENTENCE], what[900], age[48], more[160], where[96] = "", left[24];

	predicate(r, what, sizeof(what));
	since(r, age, sizeof(age));
	figures(r, more, sizeof(more));
	if (r->state == SESSION_STARTING && step)
		snprintf(where, sizeof(where), ", step %u of %u, %s%s%s", r->n_steps, r->steps_of,
			 step->name, e.left ? ", " : "", estimate_text(&e, left, sizeof(left)));
	snprintf(text, sizeof(text), "%u. %s%s %s%s%s%s", t->number, t->id,
		 selected ? " (selected)" : "", what, where, age, more);
	line(arg, text);
}

void tell_list(const struct tell *t, const struct deck *d, bool all, const char *selected,
	       tell_fn *line, void *arg)
{
	size_t shown = 0, hidden = 0;
	char text[160];

	for (size_t i = 0; i < d->n; i++) {
		struct deck_session *s = d->sessions[i];
		const struct told_session *told = find(t, s->id);

		if (!told || (!all && !s->alive)) {
			hidden++;
			continue;
		}
		list_one(told, s, strcmp(s->id, selected) == 0, line, arg);
		shown++;
	}
	if (!shown && !hidden)
		line(arg, "no sessions; \"launch shell\" starts one, \"agents\" lists what there is");
	else if (hidden) {
		snprintf(text, sizeof(text), "%s%zu ended; \"list all\" has them", shown ? "and " : "no session runs; ",
			 hidden);
		line(arg, text);
	}
}
