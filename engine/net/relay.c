#include "engine/net/relay.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KEPT_MAX = GATE_SCRATCH + GUARD_HELD_MAX + 1024 };

static void free_relay(struct later *l)
{
	free(LIST_ITEM(l, struct relay, over));
}

static void drop_end(struct relay_end *e, bool reset)
{
	if (e->fd < 0)
		return;
	source_forget(&e->source);
	if (reset)
		gate_reset(e->fd);
	else
		close(e->fd);
	e->fd = -1;
}

static void end(struct relay *r, bool reset)
{
	struct gate *g = r->gate;

	upstream_stop(&r->upstream);
	drop_end(&r->guest, reset);
	drop_end(&r->server, reset);
	bytes_done(&r->held);
	bytes_done(&r->back);
	pipes_give(&g->pipes, &r->up.pipe);
	pipes_give(&g->pipes, &r->down.pipe);
	if (r->name >= 0)
		aliases_close(&g->aliases, r->name, now_ms());
	if (r->counted)
		tally_close(&g->tally, r->row);
	gate_changed(g);
	list_remove(&r->link);
	g->n_relays--;
	loop_later(&g->loop, &r->over);
}

void relay_cut(struct relay *r)
{
	end(r, true);
}

/* Refused or failed: who asked for it is told in its own language. */
static void refused(struct relay *r, enum gateway_why why)
{
	gate_refuse(r->gate, r->host, r->port, why);
	if (r->asker && r->server.fd < 0)
		r->asker->refused(r, why);
	else
		relay_cut(r);
}

/* Watched only for what is wanted: a hung-up descriptor that is not would wake us for
 * ever. */
static int want(struct relay *r, struct relay_end *e, uint32_t events)
{
	struct error err;

	if (e->fd < 0)
		return 0;
	if (!events)
		source_forget(&e->source);
	else if (e->source.loop)
		source_want(&e->source, events);
	else
		return loop_watch(&r->gate->loop, &e->source, e->fd, events, &err);
	return 0;
}

static int watch(struct relay *r)
{
	uint32_t guest = 0, server = 0;

	if (r->ending) {
		if (!r->guest.eof)
			guest |= EPOLLIN;
	} else if (!r->guest.eof && !r->passed && !r->up.pipe.held && r->held.len < GUARD_HELD_MAX)
		guest |= EPOLLIN;
	if (r->back.len || r->down.pipe.held)
		guest |= EPOLLOUT;
	if (r->passed || r->up.pipe.held)
		server |= EPOLLOUT;
	if (!r->server.eof && !r->back.len && !r->down.pipe.held)
		server |= EPOLLIN;
	return want(r, &r->guest, guest) < 0 ? -1 : want(r, &r->server, server);
}

static void shut(struct relay_end *e)
{
	if (!e->shut && e->fd >= 0)
		shutdown(e->fd, SHUT_WR);
	e->shut = true;
}

/* What the guard lets through of what is held; -1 when the relay is over. */
static int look(struct relay *r)
{
	enum gateway_why why;
	const uint8_t *at = bytes_front(&r->held) + r->passed;
	size_t n = r->held.len - r->passed;
	long more;

	if (r->head || r->ending)
		return 0;
	more = guard_look(&r->guard, at, n, &why);
	if (more >= 0 && r->guest.eof)
		more = guard_end(&r->guard, n - (size_t)more, at + more, &why) < 0 ? -1 : (long)n;
	if (more < 0) {
		refused(r, why);
		return -1;
	}
	r->passed += (size_t)more;
	return 0;
}

void relay_go_on(struct relay *r)
{
	if (look(r) < 0)
		return;
	if (relay_drain(r) < 0) {
		relay_cut(r);
		return;
	}
	if (r->ending && !r->back.len)
		shut(&r->guest);
	if (r->server.fd >= 0) {
		if (r->guest.eof && !r->held.len && !r->up.pipe.held)
			shut(&r->server);
		if (r->server.eof && !r->back.len && !r->down.pipe.held)
			shut(&r->guest);
	}
	if (r->guest.shut && (r->ending ? r->guest.eof : r->server.shut)) {
		end(r, false);
		return;
	}
	if (watch(r) < 0)
		relay_cut(r);
}

static void guest_ready(struct source *s, uint32_t events)
{
	struct relay *r = SOURCE_OWNER(SOURCE_OWNER(s, struct relay_end, source), struct relay, guest);

	if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && s->events & EPOLLIN && relay_from_guest(r) < 0) {
		relay_cut(r);
		return;
	}
	if (r->head && !r->ending)
		r->asker->head(r);
	else
		relay_go_on(r);
}

static void server_ready(struct source *s, uint32_t events)
{
	struct relay *r = SOURCE_OWNER(SOURCE_OWNER(s, struct relay_end, source), struct relay, server);

	if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && s->events & EPOLLIN && relay_from_server(r) < 0) {
		relay_cut(r);
		return;
	}
	relay_go_on(r);
}

/* Each byte at once; who is gone is noticed; urgent ones are bytes like others, for nobody
 * here could tell what they interrupt. */
static void prepare(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &on, sizeof(on));
}

static void connected(struct upstream *u, int fd, enum gateway_why why)
{
	struct relay *r = SOURCE_OWNER(u, struct relay, upstream);

	if (fd < 0) {
		refused(r, why);
		return;
	}
	prepare(fd);
	r->server.fd = fd;
	r->since_ms = now_ms();
	if (r->tunnel && bytes_printf(&r->back, "HTTP/1.1 200 Connection established\r\n\r\n") < 0) {
		relay_cut(r);
		return;
	}
	relay_go_on(r);
}

struct relay *relay_new(struct gate *g, int fd)
{
	struct relay *r = calloc(1, sizeof(*r));

	if (!r) {
		gate_reset(fd);
		return NULL;
	}
	prepare(fd);
	*r = (struct relay){ .gate = g, .guest.fd = fd, .server.fd = -1, .name = -1, .row = -1,
			     .since_ms = now_ms() };
	r->over.fn = free_relay;
	r->upstream.fn = connected;
	r->guest.source.fn = guest_ready;
	r->server.source.fn = server_ready;
	bytes_init(&r->held, KEPT_MAX);
	bytes_init(&r->back, KEPT_MAX);
	list_append(&g->relays, &r->link);
	g->n_relays++;
	gate_sweep(g);
	return r;
}

void relay_connect(struct relay *r, const char *host, uint16_t port)
{
	struct error err;

	memcpy(r->host, host, strlen(host) + 1);
	r->port = port;
	r->row = tally_open(&r->gate->tally, host);
	r->counted = true;
	if (r->held.len)
		tally_moved(&r->gate->tally, r->row, 0, r->held.len);
	gate_changed(r->gate);
	if (upstream_start(&r->upstream, &r->gate->loop, host, port, &err) < 0)
		refused(r, GATEWAY_WHY_RESOLVE);
	else
		relay_go_on(r);
}

void relay_accept(struct gate *g, int fd, int name, uint16_t port)
{
	struct relay *r = relay_new(g, fd);

	if (!r)
		return;
	r->name = name;
	aliases_open(&g->aliases, name);
	guard_init(&r->guard, aliases_text(&g->aliases, name));
	relay_connect(r, aliases_text(&g->aliases, name), port);
}

/* How long it may go on as it is. */
static uint64_t patience(const struct relay *r)
{
	const struct gateway_times *t = r->gate->times;

	if (r->head || r->ending || (guard_waits(&r->guard) && r->held.len > r->passed))
		return t->begun;
	if (r->guest.eof || r->server.eof)
		return t->half;
	return r->server.fd < 0 ? UINT64_MAX : t->idle; /* connecting has its own time */
}

/* A word that was held for a while goes on; see guard.h. */
static void release(struct relay *r)
{
	size_t n = guard_release(&r->guard, bytes_front(&r->held) + r->passed,
				 r->held.len - r->passed);

	r->passed += n;
	if (n)
		relay_go_on(r);
}

void relay_sweep(struct gate *g, uint64_t now)
{
	struct list *next;

	for (struct list *l = g->relays.next; l != &g->relays; l = next) {
		struct relay *r = LIST_ITEM(l, struct relay, link);
		uint64_t most = patience(r);

		next = l->next;
		if (now - r->since_ms < most) {
			if (!r->head && !r->ending && now - r->since_ms >= g->times->word)
				release(r);
			continue;
		}
		if (r->host[0] && guard_waits(&r->guard) && r->held.len > r->passed)
			gate_refuse(g, r->host, r->port, GATEWAY_WHY_INVALID);
		relay_cut(r);
	}
}

void relay_recheck(struct gate *g)
{
	struct list *next;

	for (struct list *l = g->relays.next; l != &g->relays; l = next) {
		struct relay *r = LIST_ITEM(l, struct relay, link);

		next = l->next;
		if (r->host[0] && !policy_allows(&g->policy, r->host, r->port))
			relay_cut(r);
	}
}
