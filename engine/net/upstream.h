/*
 * A TCP connection to a name, from the host's namespace: resolved now, special-purpose
 * addresses and the host's own thrown out, then tried in order until one answers. The
 * address that answered is the connection's for good. Knows no policy: who calls has
 * asked it.
 */
#ifndef ENGINE_NET_UPSTREAM_H
#define ENGINE_NET_UPSTREAM_H

#include "engine/base/loop.h"
#include "engine/net/gateway.h"
#include "engine/net/resolve.h"

struct upstream;
/* fd >= 0: connected, non-blocking, the callee's. -1: why says what it was. */
typedef void upstream_fn(struct upstream *u, int fd, enum gateway_why why);

struct upstream {
	upstream_fn *fn; /* set before upstream_start */
	/* private */
	struct loop *loop;
	struct resolve *resolve;
	struct source source;
	struct timer timer;
	struct resolve_address all[RESOLVE_MAX];
	int n, at;
};

/* May anything connect there: not a special-purpose address, and not the host's own? */
bool upstream_may(const struct sockaddr *a, socklen_t len);

/* fn is called once, from the loop, never from here. */
int upstream_start(struct upstream *u, struct loop *l, const char *name, uint16_t port,
		   struct error *err);
/* Stop whatever goes on; fn will not be called. Harmless when nothing does. */
void upstream_stop(struct upstream *u);

#endif
