/*
 * What happened, counted: refusals by name, port and reason, and traffic by name. Two
 * tables with caps, whose rows remember whether they changed since they were told.
 * Pure. A full table of refusals gives up the row that was seen longest ago; what is
 * given up before it was told, and a name that finds no room, is counted in `lost`.
 */
#ifndef ENGINE_NET_TALLY_H
#define ENGINE_NET_TALLY_H

#include "engine/net/gateway.h"

enum { TALLY_REFUSALS = 256, TALLY_NAMES = 512 };

struct tally {
	struct tally_refusal {
		struct gateway_refusal r;
		uint64_t seen; /* when, in refusals */
		bool told;
	} refusals[TALLY_REFUSALS];
	struct tally_counter {
		struct gateway_counter c;
		bool told;
	} counters[TALLY_NAMES];
	int n_refusals, n_counters;
	int next_refusal, next_counter; /* where telling goes on */
	struct gateway_totals totals;
	bool told_totals;
	bool *last; /* told last */
};

void tally_refuse(struct tally *t, const char *name, uint16_t port, enum gateway_why why);
/* The same, but only the first time: a program's second question for the same thing. */
void tally_refuse_once(struct tally *t, const char *name, uint16_t port, enum gateway_why why);

/* A connection to that name begins: its row, or -1 without room; give it to the others. */
int tally_open(struct tally *t, const char *name);
void tally_close(struct tally *t, int row);
void tally_moved(struct tally *t, int row, uint64_t in, uint64_t out);

/* Something that changed since it was told; NULL when all is told. Marks it told. */
const struct gateway_refusal *tally_next_refusal(struct tally *t);
const struct gateway_counter *tally_next_counter(struct tally *t);
const struct gateway_totals *tally_next_totals(struct tally *t);
/* The one that was given last could not be told after all. */
void tally_untold(struct tally *t);

#endif
