#include "engine/net/resolve.h"

#include <ares.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

/* A channel per lookup; c-ares says which sockets it has, and the loop tells it when
 * they are ready. The channel is destroyed at the end of the turn, because c-ares
 * must not lose it inside of a callback. */
enum { SOCKETS = 16, TIMEOUT_MS = 2500, TRIES = 2 };

struct socket {
	struct source source;
	struct resolve *owner;
};

struct resolve {
	struct loop *loop;
	ares_channel channel;
	struct socket sockets[SOCKETS];
	struct timer timer;
	struct later finish;
	resolve_fn *fn; /* NULL: cancelled or told */
	void *owner;
	struct resolve_address all[RESOLVE_MAX];
	int n;
	uint16_t port;
	bool over;
	const char *why;
};

int resolve_init(struct error *err)
{
	int r = ares_library_init(ARES_LIB_INIT_ALL);

	return r == ARES_SUCCESS ? 0 : error_set(err, 0, "c-ares: %s", ares_strerror(r));
}

static void set_timer(struct resolve *r)
{
	struct timeval most = { .tv_sec = 1 }, tv, *t = ares_timeout(r->channel, &most, &tv);
	uint64_t ms = t ? (uint64_t)t->tv_sec * 1000 + (uint64_t)t->tv_usec / 1000 : 1000;
	struct error err;

	if (r->over)
		timer_stop(&r->timer);
	else
		timer_start(r->loop, &r->timer, ms + 1, 0, &err);
}

static void tick(struct timer *t)
{
	struct resolve *r = SOURCE_OWNER(t, struct resolve, timer);

	ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	set_timer(r);
}

static void ready(struct source *s, uint32_t events)
{
	struct resolve *r = SOURCE_OWNER(s, struct socket, source)->owner;
	bool in = events & (EPOLLIN | EPOLLHUP | EPOLLERR), out = events & EPOLLOUT;
	int fd = s->fd;

	ares_process_fd(r->channel, in ? fd : ARES_SOCKET_BAD, out ? fd : ARES_SOCKET_BAD);
	set_timer(r);
}

/* c-ares wants this socket watched so; neither means that it closes it. */
static void socket_state(void *data, ares_socket_t fd, int readable, int writable)
{
	struct resolve *r = data;
	struct socket *unused = NULL, *s = NULL;
	uint32_t events = (readable ? EPOLLIN : 0) | (writable ? EPOLLOUT : 0);
	struct error err;

	for (int i = 0; i < SOCKETS; i++) {
		if (r->sockets[i].source.loop && r->sockets[i].source.fd == fd)
			s = &r->sockets[i];
		else if (!r->sockets[i].source.loop)
			unused = &r->sockets[i];
	}
	if (s && events)
		source_want(&s->source, events);
	else if (s)
		source_forget(&s->source);
	else if (events && unused) {
		unused->source.fn = ready;
		unused->owner = r;
		loop_watch(r->loop, &unused->source, fd, events, &err);
	}
}

static const char *reason(int status)
{
	switch (status) {
	case ARES_ENOTFOUND:
	case ARES_ENODATA:
		return "no such name";
	case ARES_ETIMEOUT:
		return "the name servers do not answer";
	case ARES_ECONNREFUSED:
		return "the name servers refuse";
	default:
		return "the name cannot be resolved";
	}
}

static void found(void *arg, int status, int timeouts, struct ares_addrinfo *info)
{
	struct resolve *r = arg;

	(void)timeouts;
	r->over = true;
	r->why = status == ARES_SUCCESS ? "no address" : reason(status);
	for (struct ares_addrinfo_node *a = info ? info->nodes : NULL; a && r->n < RESOLVE_MAX;
	     a = a->ai_next) {
		struct resolve_address *at = &r->all[r->n];

		if (a->ai_addrlen > sizeof(at->at))
			continue;
		memcpy(&at->at, a->ai_addr, a->ai_addrlen);
		at->len = a->ai_addrlen;
		if (at->at.any.sa_family == AF_INET)
			at->at.v4.sin_port = htons(r->port);
		else if (at->at.any.sa_family == AF_INET6)
			at->at.v6.sin6_port = htons(r->port);
		r->n++;
	}
	if (info)
		ares_freeaddrinfo(info);
	loop_later(r->loop, &r->finish);
}

static void finish(struct later *l)
{
	struct resolve *r = LIST_ITEM(l, struct resolve, finish);
	resolve_fn *fn = r->fn;

	r->fn = NULL;
	if (fn)
		fn(r->owner, r->all, r->n, r->n ? NULL : r->why);
	timer_stop(&r->timer);
	if (r->channel)
		ares_destroy(r->channel); /* forgets its sockets by socket_state */
	later_cancel(&r->finish); /* a callback of ares_destroy may have queued it */
	free(r);
}

struct resolve *resolve_start(struct loop *l, const char *name, uint16_t port, resolve_fn *fn,
			      void *owner, struct error *err)
{
	struct resolve *r = calloc(1, sizeof(*r));
	struct ares_options o = { .flags = ARES_FLAG_NOSEARCH, .timeout = TIMEOUT_MS, .tries = TRIES,
				  .sock_state_cb = socket_state, .sock_state_cb_data = r };
	struct ares_addrinfo_hints hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	int status;

	if (!r) {
		error_set(err, ENOMEM, "resolve %s", name);
		return NULL;
	}
	*r = (struct resolve){ .loop = l, .fn = fn, .owner = owner, .port = port };
	r->timer.fn = tick;
	r->finish.fn = finish;
	status = ares_init_options(&r->channel, &o, ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS |
						       ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
	if (status != ARES_SUCCESS) {
		free(r);
		error_set(err, 0, "resolve %s: %s", name, ares_strerror(status));
		return NULL;
	}
	ares_getaddrinfo(r->channel, name, NULL, &hints, found, r);
	set_timer(r);
	return r;
}

void resolve_cancel(struct resolve *r)
{
	if (!r)
		return;
	r->fn = NULL;
	r->over = true;
	loop_later(r->loop, &r->finish);
}
