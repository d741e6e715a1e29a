#include "engine/net/tally.h"

#include <stdio.h>
#include <string.h>

/* A new row, or the one that was seen longest ago. */
static struct tally_refusal *room(struct tally *t)
{
	struct tally_refusal *e = &t->refusals[0];

	if (t->n_refusals < TALLY_REFUSALS)
		return &t->refusals[t->n_refusals++];
	for (int i = 1; i < t->n_refusals; i++)
		if (t->refusals[i].seen < e->seen)
			e = &t->refusals[i];
	if (!e->told)
		t->totals.lost++;
	return e;
}

static struct tally_refusal *find(struct tally *t, const char *name, uint16_t port,
				  enum gateway_why why)
{
	struct tally_refusal *e;

	for (int i = 0; i < t->n_refusals; i++) {
		e = &t->refusals[i];
		if (e->r.port == port && e->r.why == why && !strcmp(e->r.name, name))
			return e;
	}
	e = room(t);
	*e = (struct tally_refusal){ .r = { .port = port, .why = why } };
	snprintf(e->r.name, sizeof(e->r.name), "%s", name);
	return e;
}

static void refuse(struct tally *t, struct tally_refusal *e)
{
	t->totals.refused++;
	t->told_totals = false;
	e->seen = t->totals.refused;
	e->r.count++;
	e->told = false;
}

void tally_refuse(struct tally *t, const char *name, uint16_t port, enum gateway_why why)
{
	refuse(t, find(t, name, port, why));
}

void tally_refuse_once(struct tally *t, const char *name, uint16_t port, enum gateway_why why)
{
	struct tally_refusal *e = find(t, name, port, why);

	if (!e->r.count)
		refuse(t, e);
}

int tally_open(struct tally *t, const char *name)
{
	int i = 0;

	t->totals.connections++;
	t->totals.open++;
	t->told_totals = false;
	while (i < t->n_counters && strcmp(t->counters[i].c.name, name) != 0)
		i++;
	if (i == TALLY_NAMES) {
		t->totals.lost++;
		return -1;
	}
	if (i == t->n_counters) {
		t->n_counters++;
		t->counters[i] = (struct tally_counter){ .told = false };
		snprintf(t->counters[i].c.name, sizeof(t->counters[i].c.name), "%s", name);
	}
	t->counters[i].c.connections++;
	t->counters[i].c.open++;
	t->counters[i].told = false;
	return i;
}

void tally_close(struct tally *t, int row)
{
	t->totals.open--;
	t->told_totals = false;
	if (row < 0)
		return;
	t->counters[row].c.open--;
	t->counters[row].told = false;
}

void tally_moved(struct tally *t, int row, uint64_t in, uint64_t out)
{
	t->totals.in += in;
	t->totals.out += out;
	t->told_totals = false;
	if (row < 0)
		return;
	t->counters[row].c.in += in;
	t->counters[row].c.out += out;
	t->counters[row].told = false;
}

const struct gateway_refusal *tally_next_refusal(struct tally *t)
{
	for (int i = 0; i < t->n_refusals; i++) {
		struct tally_refusal *e = &t->refusals[(t->next_refusal + i) % t->n_refusals];

		if (!e->told) {
			t->next_refusal = (t->next_refusal + i + 1) % t->n_refusals;
			e->told = true;
			t->last = &e->told;
			return &e->r;
		}
	}
	return NULL;
}

const struct gateway_counter *tally_next_counter(struct tally *t)
{
	for (int i = 0; i < t->n_counters; i++) {
		struct tally_counter *e = &t->counters[(t->next_counter + i) % t->n_counters];

		if (!e->told) {
			t->next_counter = (t->next_counter + i + 1) % t->n_counters;
			e->told = true;
			t->last = &e->told;
			return &e->c;
		}
	}
	return NULL;
}

const struct gateway_totals *tally_next_totals(struct tally *t)
{
	if (t->told_totals)
		return NULL;
	t->told_totals = true;
	t->last = &t->told_totals;
	return &t->totals;
}

void tally_untold(struct tally *t)
{
	if (t->last)
		*t->last = false;
}
