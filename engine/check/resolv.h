/*
 * What a resolv.conf says: its name servers, and whether they are of use to
 * anybody but the machine it lies on. It parses foreign bytes (a guest image's
 * file) and allocates nothing.
 *
 * Source: resolv.conf(5), with glibc's limits where it has any.
 */
#ifndef ENGINE_CHECK_RESOLV_H
#define ENGINE_CHECK_RESOLV_H

#include <stdbool.h>
#include <stddef.h>

enum { RESOLV_SERVERS = 8 };

struct resolv {
	char servers[RESOLV_SERVERS][64]; /* cleaned, as written */
	size_t n;           /* of servers that are addresses; more than fit are counted out */
	size_t n_loopback;  /* of them: 127.0.0.0/8, ::1, 0.0.0.0, :: */
	size_t n_bad;       /* lines `nameserver` without an address: a template's placeholder */
};

void resolv_parse(struct resolv *out, const char *text, size_t len);
bool resolv_loopback(const char *address);
/* "192.0.2.1, 192.0.2.2"; gives out. */
const char *resolv_list(const struct resolv *r, char *out, size_t cap);

#endif
