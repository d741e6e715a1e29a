/* DNS for the guest. Nothing that is asked here goes anywhere: an allowed name gets an
 * address of the session's own, everything else is refused at once. */
#include "engine/net/gate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/net/dns.h"

enum { QUERIES = 64 /* of one turn */ };

struct dns_conn {
	struct list link;
	struct source source;
	struct later over;
	struct gate *gate;
	uint64_t deadline_ms;
	uint8_t in[2 + DNS_QUERY_MAX];
	size_t n;
};

/* Allowed; which address? */
static enum dns_code find_address(struct gate *g, const char *name, struct in_addr *out)
{
	if (hostname_is_ours(name)) {
		inet_pton(AF_INET, GATEWAY_ADDRESS, out);
		return DNS_OK;
	}
	if (aliases_address(&g->aliases, name, now_ms(), out) == 0)
		return DNS_OK;
	gate_refuse(g, name, 0, GATEWAY_WHY_LIMIT);
	return DNS_SERVFAIL;
}

static enum dns_code judge(struct gate *g, const struct dns_query *q, struct in_addr *out,
			   bool *has)
{
	*has = false;
	if (!q->name[0] || !q->internet)
		return DNS_REFUSED;
	if (g->policy.mode == POLICY_NONE ||
	    (!hostname_is_ours(q->name) && !policy_knows(&g->policy, q->name))) {
		/* Programs ask for A and AAAA at once: that is one refusal. */
		if (q->type == DNS_AAAA)
			tally_refuse_once(&g->tally, q->name, 0, GATEWAY_WHY_NAME);
		else
			tally_refuse(&g->tally, q->name, 0, GATEWAY_WHY_NAME);
		gate_changed(g);
		return DNS_REFUSED;
	}
	if (q->type == DNS_AAAA)
		return DNS_OK;
	if (q->type != DNS_A)
		return DNS_REFUSED;
	*has = true;
	return find_address(g, q->name, out);
}

/* Gives the length of the answer, 0 for none. */
static size_t answer(struct gate *g, const uint8_t *packet, size_t n, uint8_t out[DNS_ANSWER_MAX])
{
	struct in_addr address;
	struct dns_query q;
	int code = dns_question_read(&q, packet, n);
	bool has = false;

	if (code < 0)
		return 0;
	if (code == DNS_OK)
		code = (int)judge(g, &q, &address, &has);
	return dns_answer_write(out, &q, (enum dns_code)code, has && code == DNS_OK ? &address : NULL,
			 ALIASES_TTL);
}

static void answer_udp(struct source *s, uint32_t events)
{
	struct gate *g = SOURCE_OWNER(s, struct gate, dns);
	uint8_t in[DNS_QUERY_MAX], out[DNS_ANSWER_MAX];

	(void)events;
	for (int i = 0; i < QUERIES; i++) {
		struct sockaddr_in from;
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(s->fd, in, sizeof(in), MSG_DONTWAIT, (struct sockaddr *)&from,
				     &len);
		size_t reply;

		if (n < 0)
			return;
		reply = answer(g, in, (size_t)n, out);
		if (reply) /* a lost answer is asked for again */
			sendto(s->fd, out, reply, MSG_DONTWAIT | MSG_NOSIGNAL,
			       (struct sockaddr *)&from, len);
	}
}

void gate_dns_start(struct gate *g, int fd)
{
	struct error err;

	g->dns.fn = answer_udp;
	g->sockets.dns = loop_watch(&g->loop, &g->dns, fd, EPOLLIN, &err) == 0;
}

/* Over TCP: a length in front of each message (RFC 1035 section 4.2.2). */

static void conn_over(struct later *l)
{
	free(LIST_ITEM(l, struct dns_conn, over));
}

static void conn_end(struct dns_conn *c)
{
	source_forget(&c->source);
	close(c->source.fd);
	list_remove(&c->link);
	c->gate->n_dns_conns--;
	loop_later(&c->gate->loop, &c->over);
}

/* Answer the messages that are whole; -1 when the connection is not worth keeping. */
static int conn_answer(struct dns_conn *c)
{
	uint8_t out[2 + DNS_ANSWER_MAX];

	while (c->n >= 2) {
		size_t len = (size_t)c->in[0] << 8 | c->in[1], reply;

		if (len > DNS_QUERY_MAX)
			return -1;
		if (c->n < 2 + len)
			return 0;
		reply = answer(c->gate, c->in + 2, len, out + 2);
		out[0] = (uint8_t)(reply >> 8);
		out[1] = (uint8_t)reply;
		/* A client that does not read its answers does not get any. */
		if (!reply || send(c->source.fd, out, 2 + reply, MSG_DONTWAIT | MSG_NOSIGNAL) !=
				      (ssize_t)(2 + reply))
			return -1;
		c->n -= 2 + len;
		memmove(c->in, c->in + 2 + len, c->n);
		c->deadline_ms = now_ms() + c->gate->times->begun;
	}
	return 0;
}

static void conn_ready(struct source *s, uint32_t events)
{
	struct dns_conn *c = SOURCE_OWNER(s, struct dns_conn, source);
	ssize_t n = recv(s->fd, c->in + c->n, sizeof(c->in) - c->n, MSG_DONTWAIT);

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		conn_end(c);
		return;
	}
	c->n += (size_t)n;
	if (conn_answer(c) < 0)
		conn_end(c);
}

void gate_dns_accept(struct gate *g, int fd)
{
	struct dns_conn *c = g->n_dns_conns < GATE_DNS_CONNS ? calloc(1, sizeof(*c)) : NULL;
	struct error err;

	if (!c) {
		gate_reset(fd);
		return;
	}
	c->gate = g;
	c->source.fn = conn_ready;
	c->over.fn = conn_over;
	c->deadline_ms = now_ms() + g->times->begun;
	if (loop_watch(&g->loop, &c->source, fd, EPOLLIN, &err) < 0) {
		free(c);
		gate_reset(fd);
		return;
	}
	list_append(&g->dns_conns, &c->link);
	g->n_dns_conns++;
	gate_sweep(g);
}

void gate_dns_sweep(struct gate *g, uint64_t now)
{
	struct list *next;

	for (struct list *l = g->dns_conns.next; l != &g->dns_conns; l = next) {
		struct dns_conn *c = LIST_ITEM(l, struct dns_conn, link);

		next = l->next;
		if (now >= c->deadline_ms)
			conn_end(c);
	}
}
