/*
 * The session's addresses: each name that DNS answered has one of 198.18.0.0/15,
 * and by it a connection says which name it means. Pure: time is handed in.
 *
 * A name keeps its address for the whole session as long as there is room. When
 * the table is full, the address that was used longest ago goes to the new name,
 * but only when its TTL is over and no connection is open; else the new name gets
 * none. An address that changed hands cannot be misused: both names are allowed,
 * and what is connected to is always the name that has it now.
 */
#ifndef ENGINE_NET_ALIASES_H
#define ENGINE_NET_ALIASES_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/net/hostname.h"

enum { ALIASES_MAX = 4096, ALIASES_TTL = 60 /* seconds */ };

struct alias {
	char text[HOSTNAME_SIZE];
	uint64_t used_ms; /* last answered, or last connection closed */
	uint32_t open;    /* connections */
	int32_t next;     /* in its bucket; -1 */
};

struct aliases {
	struct alias *all; /* ALIASES_MAX, owned */
	int32_t n;
	int32_t buckets[1024];
};

int aliases_init(struct aliases *t); /* -1 without memory */
void aliases_done(struct aliases *t);

/* The name's address, given now if it has none; -1 when there is no room. */
int aliases_address(struct aliases *t, const char *name, uint64_t now_ms, struct in_addr *out);
/* Who has the address: an index for aliases_open and aliases_close, or -1. */
int aliases_find(const struct aliases *t, struct in_addr a);
static inline const char *aliases_text(const struct aliases *t, int at)
{
	return t->all[at].text;
}
/* While a connection is open its name keeps the address. */
void aliases_open(struct aliases *t, int at);
void aliases_close(struct aliases *t, int at, uint64_t now_ms);
/* Is it one of the prefix at all? */
bool aliases_covers(struct in_addr a);

#endif
