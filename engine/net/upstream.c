#include "engine/net/upstream.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/net/netlink.h"
#include "engine/net/special.h"

/* One that does not answer at all must not keep the next from being tried; the last
 * may take its time. */
enum { NEXT_MS = 2000, LAST_MS = 10000 };

static void try_next(struct upstream *u);

static void tell(struct upstream *u, int fd, enum gateway_why why)
{
	timer_stop(&u->timer);
	u->fn(u, fd, why);
}

/* The kernel's own opinion; where there is no way, connect will say so. */
static bool is_host(const struct sockaddr *a)
{
	struct error err;
	AUTO_NETLINK struct netlink *n = netlink_open(&err);

	return !n || netlink_is_local(n, a, &err) > 0;
}

/* The host by way of a translator in its network. */
static bool is_host_translated(const struct sockaddr *a)
{
	struct sockaddr_in inner = { .sin_family = AF_INET };
	struct sockaddr_in6 in6;

	if (a->sa_family != AF_INET6)
		return false;
	memcpy(&in6, a, sizeof(in6));
	return special_translated(&in6.sin6_addr, &inner.sin_addr) && is_host((const struct sockaddr *)&inner);
}

bool upstream_may(const struct sockaddr *a, socklen_t len)
{
	if ((a->sa_family != AF_INET || len != sizeof(struct sockaddr_in)) &&
	    (a->sa_family != AF_INET6 || len != sizeof(struct sockaddr_in6)))
		return false;
	return !special_address(a) && !is_host(a) && !is_host_translated(a);
}

static void drop_socket(struct upstream *u)
{
	int fd = u->source.fd;

	if (!u->source.loop)
		return;
	source_forget(&u->source);
	close(fd);
}

static void connected(struct source *s, uint32_t events)
{
	struct upstream *u = SOURCE_OWNER(s, struct upstream, source);
	int code = 0, fd = s->fd;
	socklen_t len = sizeof(code);

	(void)events;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0 || code) {
		drop_socket(u);
		try_next(u);
		return;
	}
	source_forget(s);
	tell(u, fd, GATEWAY_WHY_COUNT);
}

static void too_slow(struct timer *t)
{
	struct upstream *u = SOURCE_OWNER(t, struct upstream, timer);

	drop_socket(u);
	try_next(u);
}

/* 0 when it is under way. */
static int try_one(struct upstream *u, const struct resolve_address *a)
{
	AUTO_CLOSE int fd = socket(a->at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct error err;

	if (fd < 0 || (connect(fd, &a->at.any, a->len) < 0 && errno != EINPROGRESS))
		return -1;
	u->source.fn = connected;
	if (loop_watch(u->loop, &u->source, fd, EPOLLOUT, &err) < 0)
		return -1;
	take_fd(&fd);
	return 0;
}

static void try_next(struct upstream *u)
{
	struct error err;

	while (u->at < u->n) {
		bool last = u->at == u->n - 1;

		if (try_one(u, &u->all[u->at++]) == 0) {
			timer_start(u->loop, &u->timer, last ? LAST_MS : NEXT_MS, 0, &err);
			return;
		}
	}
	tell(u, -1, GATEWAY_WHY_CONNECT);
}

static void resolved(void *owner, const struct resolve_address *all, int n, const char *why)
{
	struct upstream *u = owner;

	(void)why;
	u->resolve = NULL;
	for (int i = 0; i < n; i++)
		if (upstream_may(&all[i].at.any, all[i].len))
			u->all[u->n++] = all[i];
	if (n == 0)
		tell(u, -1, GATEWAY_WHY_RESOLVE);
	else if (u->n == 0)
		tell(u, -1, GATEWAY_WHY_SPECIAL);
	else
		try_next(u);
}

int upstream_start(struct upstream *u, struct loop *l, const char *name, uint16_t port,
		   struct error *err)
{
	*u = (struct upstream){ .fn = u->fn, .loop = l };
	u->timer.fn = too_slow;
	u->resolve = resolve_start(l, name, port, resolved, u, err);
	return u->resolve ? 0 : -1;
}

void upstream_stop(struct upstream *u)
{
	resolve_cancel(u->resolve);
	u->resolve = NULL;
	drop_socket(u);
	timer_stop(&u->timer);
}
