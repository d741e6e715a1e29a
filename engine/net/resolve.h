/*
 * Names to addresses as the host resolves them, without blocking: c-ares, whose
 * door this is. Each lookup reads /etc/hosts, /etc/nsswitch.conf and
 * /etc/resolv.conf anew, so that a laptop may change its network under a running
 * session. Of nsswitch's sources it knows `files` and `dns` (and systemd-resolved
 * through its stub in resolv.conf), not others' modules.
 *
 * Why c-ares and not getaddrinfo in a child: a child per connection costs more than
 * the lookup, and one that lives long would not notice a new resolv.conf.
 */
#ifndef ENGINE_NET_RESOLVE_H
#define ENGINE_NET_RESOLVE_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "engine/base/error.h"
#include "engine/base/loop.h"

enum { RESOLVE_MAX = 16 };

struct resolve_address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} at;
	socklen_t len;
};

struct resolve;
/* With n == 0, `why` is a static text. The lookup is over and freed after this. */
typedef void resolve_fn(void *owner, const struct resolve_address *all, int n, const char *why);

/* Once per process. */
int resolve_init(struct error *err);

/* Look it up; fn is called once, from the loop, never from here. The port is put into
 * the addresses; they come in the order in which to try them (RFC 6724). */
struct resolve *resolve_start(struct loop *l, const char *name, uint16_t port, resolve_fn *fn,
			      void *owner, struct error *err);
/* fn will not be called; harmless with NULL. */
void resolve_cancel(struct resolve *r);

#endif
