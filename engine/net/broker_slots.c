/* Providers as they are served: their caps, and that their figures changed. */
#include "engine/net/broker_parts.h"

#include <string.h>

enum {
	REPORT_MS = 250,
};

struct broker_slot *broker_find(struct broker *b, const char *name)
{
	for (size_t i = 0; i < b->n_slots; i++)
		if (b->slots[i].p.name[0] && !strcmp(b->slots[i].p.name, name))
			return &b->slots[i];
	return NULL;
}

/* Caps. A minute's entry is used again an hour later. */

void broker_spend(const struct broker *b, struct broker_slot *s, uint64_t requests, uint64_t bytes)
{
	uint64_t minute = now_ms() / b->host.times->minute_ms;
	__typeof__(s->spent[0]) *m = &s->spent[minute % BROKER_MINUTES];

	if (m->minute != minute) {
		m->minute = minute;
		m->requests = m->bytes = 0;
	}
	m->requests += requests;
	m->bytes += bytes;
}

unsigned broker_capped(const struct broker *b, const struct broker_slot *s, bool requests_too)
{
	uint64_t minute = now_ms() / b->host.times->minute_ms, requests = 0, bytes = 0, oldest = minute;

	for (int i = 0; i < BROKER_MINUTES; i++) {
		if (s->spent[i].minute + BROKER_MINUTES <= minute ||
		    !(s->spent[i].requests | s->spent[i].bytes))
			continue;
		requests += s->spent[i].requests;
		bytes += s->spent[i].bytes;
		if (s->spent[i].minute < oldest)
			oldest = s->spent[i].minute;
	}
	if ((!requests_too || !s->p.requests_per_hour || requests < s->p.requests_per_hour) &&
	    (!s->p.bytes_per_hour || bytes < s->p.bytes_per_hour))
		return 0;
	return (unsigned)((oldest + BROKER_MINUTES - minute) * 60);
}

void broker_changed(struct broker *b)
{
	struct error err;

	if (!timer_running(&b->report_timer))
		timer_start(b->loop, &b->report_timer, REPORT_MS, 0, &err);
}
