#include "tui/view/deck.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which session stands where, and which one waits longest. */

struct deck_session *deck_find(const struct deck *d, const char *id)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->sessions[i]->id, id) == 0)
			return d->sessions[i];
	return NULL;
}

bool deck_paned(const struct deck_session *s)
{
	return s->alive || s->held;
}

/* What waits for the person first. */
static int urgency(const struct deck_session *s)
{
	static const int by_state[SESSION_STATE_COUNT] = {
		[SESSION_ASKS] = 0,	[SESSION_FAILED] = 1,	[SESSION_SILENT] = 2,
		[SESSION_EXITED] = 3,	[SESSION_IDLE] = 4,	[SESSION_READY] = 5,
		[SESSION_WORKING] = 6,	[SESSION_STARTING] = 7, [SESSION_STOPPING] = 8,
		[SESSION_ENDED] = 9,
	};

	return by_state[s->record.state];
}

static int compare(const void *x, const void *y)
{
	const struct deck_session *a = *(struct deck_session *const *)x;
	const struct deck_session *b = *(struct deck_session *const *)y;
	const struct order *o = a->deck->order;
	int r = (int)deck_paned(b) - (int)deck_paned(a);

	if (o->grouped) { /* those without a label last */
		r = (a->record.label[0] == '\0') - (b->record.label[0] == '\0');
		if (!r)
			r = strverscmp(a->record.label, b->record.label);
		if (!r)
			r = (int)deck_paned(b) - (int)deck_paned(a);
	}
	if (!r && o->sort == SORT_STATE)
		r = urgency(a) - urgency(b);
	if (!r && o->sort == SORT_NAME)
		r = strverscmp(a->id, b->id);
	if (!r && o->sort == SORT_AGE)
		r = (a->record.created > b->record.created) - (a->record.created < b->record.created);
	if (!r && o->sort == SORT_CPU)
		r = (a->record.cpu < b->record.cpu) - (a->record.cpu > b->record.cpu);
	if (!r && o->sort == SORT_MEMORY)
		r = (a->record.mem_used_kib < b->record.mem_used_kib) -
		    (a->record.mem_used_kib > b->record.mem_used_kib);
	if (!r) {
		size_t i = order_find(o, a->id), k = order_find(o, b->id);

		r = (i > k) - (i < k);
	}
	return r;
}

void deck_sort(struct deck *d)
{
	bool moves = d->order->sort == SORT_STATE || d->order->sort == SORT_CPU ||
		     d->order->sort == SORT_MEMORY;

	if (d->n && !(d->hold && moves))
		qsort(d->sessions, d->n, sizeof(*d->sessions), compare);
}

/* --- Carrying --- */

static bool any_marked(const struct deck *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->sessions[i]->marked)
			return true;
	return false;
}

/* Carrying keeps within those that have panes, and within a group. */
static bool alike(const struct order *o, const struct deck_session *a,
		  const struct deck_session *b)
{
	return deck_paned(a) == deck_paned(b) &&
	       (!o->grouped || strcmp(a->record.label, b->record.label) == 0);
}

/* The neighbour of row i that is in sight, or -1. */
static long neighbour(const struct deck *d, size_t i, int by,
		      bool (*visible)(void *, const struct deck_session *), void *arg)
{
	for (long k = (long)i + by; k >= 0 && k < (long)d->n; k += by)
		if (visible(arg, d->sessions[k]))
			return alike(d->order, d->sessions[k], d->sessions[i]) ? k : -1;
	return -1;
}

bool deck_carry(struct deck *d, struct deck_session *at, int by,
		bool (*visible)(void *arg, const struct deck_session *s), void *arg)
{
	bool marks = any_marked(d), moved = false;

	/* from the side that it goes to, so that a block moves as one */
	for (size_t step = 0; step < d->n; step++) {
		size_t i = by > 0 ? d->n - 1 - step : step;
		struct deck_session *s = d->sessions[i];
		long k;

		if ((marks ? !s->marked : s != at) || !visible(arg, s))
			continue;
		k = neighbour(d, i, by, visible, arg);
		if (k < 0 || (marks && d->sessions[k]->marked))
			continue;
		order_swap(d->order, s->id, d->sessions[k]->id);
		d->sessions[i] = d->sessions[k];
		d->sessions[k] = s;
		moved = true;
	}
	deck_sort(d);
	return moved;
}

bool deck_move(struct deck *d, const char *id, const char *where)
{
	size_t from = order_find(d->order, id), to = order_find(d->order, where);
	const struct deck_session *a = deck_find(d, id), *b = deck_find(d, where);

	if (!a || !b || a == b || !alike(d->order, a, b))
		return false;
	while (from != to) {
		size_t next = from < to ? from + 1 : from - 1;
		char other[ORDER_NAME];

		snprintf(other, sizeof(other), "%s", d->order->ids[next]);
		order_swap(d->order, id, other);
		from = next;
	}
	deck_sort(d);
	return true;
}

/* --- Waiting --- */

/* Waits longer, and of those that do equally the one that stands first. */
static bool sooner(const struct deck *d, const struct deck_session *a, const struct deck_session *b)
{
	if (a->record.since != b->record.since)
		return a->record.since < b->record.since;
	for (size_t i = 0; i < d->n; i++)
		if (d->sessions[i] == a || d->sessions[i] == b)
			return d->sessions[i] == a && a != b;
	return false;
}

struct deck_session *deck_waiting(const struct deck *d, const struct deck_session *after)
{
	struct deck_session *best = NULL, *first = NULL;

	for (size_t i = 0; i < d->n; i++) {
		struct deck_session *s = d->sessions[i];

		if (s->record.state != SESSION_ASKS)
			continue;
		if (!first || sooner(d, s, first))
			first = s;
		if (after && after->record.state == SESSION_ASKS && sooner(d, after, s) &&
		    (!best || sooner(d, s, best)))
			best = s;
	}
	return best ? best : first;
}

unsigned deck_count(const struct deck *d, enum session_state state)
{
	unsigned n = 0;

	for (size_t i = 0; i < d->n; i++)
		n += d->sessions[i]->record.state == state;
	return n;
}

/* --- Starting --- */

struct estimate deck_estimate(struct deck_session *s, int64_t now)
{
	const struct session_record *r = &s->record;
	struct estimate_past past = { .n = 0 };
	struct estimate e;

	if (r->state != SESSION_STARTING)
		return (struct estimate){ 0 };
	for (size_t i = 0; i < s->deck->n; i++)
		estimate_take(&past, r, &s->deck->sessions[i]->record);
	estimate_take(&past, r, &s->before);
	e = estimate_start(r, &past, now);
	if (s->come_of != r->created)
		s->come = 0;
	s->come_of = r->created;
	if (e.share > s->come)
		s->come = e.share;
	e.share = s->come;
	return e;
}
