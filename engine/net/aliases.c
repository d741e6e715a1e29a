#include "engine/net/aliases.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

/* 198.18.0.0/15; the first 256 are left out, they look like networks to people. */
static const uint32_t prefix = 198U << 24 | 18U << 16, first = 256;

static int32_t *bucket(struct aliases *t, const char *name)
{
	uint32_t h = 2166136261U; /* FNV-1a */

	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 16777619U;
	return &t->buckets[h % (sizeof(t->buckets) / sizeof(*t->buckets))];
}

int aliases_init(struct aliases *t)
{
	*t = (struct aliases){ .all = calloc(ALIASES_MAX, sizeof(*t->all)) };
	memset(t->buckets, 0xff, sizeof(t->buckets));
	return t->all ? 0 : -1;
}

void aliases_done(struct aliases *t)
{
	free(t->all);
	t->all = NULL;
	t->n = 0;
}

static void take_out(struct aliases *t, int32_t at)
{
	int32_t *link = bucket(t, t->all[at].text);

	while (*link != at)
		link = &t->all[*link].next;
	*link = t->all[at].next;
}

/* The one that was used longest ago and that nobody needs. */
static int32_t spare(struct aliases *t, uint64_t now_ms)
{
	int32_t best = -1;

	if (t->n < ALIASES_MAX)
		return t->n++;
	for (int32_t i = 0; i < t->n; i++) {
		const struct alias *e = &t->all[i];

		if (!e->open && now_ms - e->used_ms > ALIASES_TTL * 1000 &&
		    (best < 0 || e->used_ms < t->all[best].used_ms))
			best = i;
	}
	if (best >= 0)
		take_out(t, best);
	return best;
}

int aliases_address(struct aliases *t, const char *name, uint64_t now_ms, struct in_addr *out)
{
	int32_t *head = bucket(t, name), at = *head;

	while (at >= 0 && strcmp(t->all[at].text, name) != 0)
		at = t->all[at].next;
	if (at < 0) {
		at = spare(t, now_ms);
		if (at < 0)
			return -1;
		t->all[at] = (struct alias){ .next = *head };
		memcpy(t->all[at].text, name, strlen(name) + 1);
		*head = at;
	}
	t->all[at].used_ms = now_ms;
	out->s_addr = htonl(prefix + first + (uint32_t)at);
	return 0;
}

bool aliases_covers(struct in_addr a)
{
	return (ntohl(a.s_addr) & 0xfffe0000U) == prefix;
}

int aliases_find(const struct aliases *t, struct in_addr a)
{
	uint32_t at = ntohl(a.s_addr) - prefix - first;

	return aliases_covers(a) && at < (uint32_t)t->n ? (int)at : -1;
}

void aliases_open(struct aliases *t, int at)
{
	t->all[at].open++;
}

void aliases_close(struct aliases *t, int at, uint64_t now_ms)
{
	t->all[at].open--;
	t->all[at].used_ms = now_ms;
}
