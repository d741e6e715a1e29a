/*
 * The HTTP proxy (RFC 9110 section 7): CONNECT, and requests in absolute form, under
 * the same policy as connections by address, and for programs that are told of it by
 * HTTP_PROXY. It answers refusals in words, which a connection cannot.
 *
 * One request per connection: an absolute-form request goes on as a new head in origin
 * form with `Connection: close`, then its body, then nothing. What is read strictly
 * (http_request.h) and written anew cannot mean something else to the server.
 */
#include "engine/net/relay.h"

#include <stdio.h>
#include <string.h>

enum { WORDS = 512 };

static const char *reason(int status)
{
	switch (status) {
	case 403:
		return "Forbidden";
	case 502:
		return "Bad Gateway";
	case 503:
		return "Service Unavailable";
	default:
		return "Bad Request";
	}
}

/* Answer with that status, then end. */
static void fail(struct relay *r, int status, const char *why)
{
	upstream_stop(&r->upstream);
	bytes_clear(&r->held);
	r->passed = 0;
	r->ending = true;
	r->since_ms = now_ms();
	if (bytes_printf(&r->back,
			 "HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n"
			 "Connection: close\r\n\r\n%s\n",
			 status, reason(status), strlen(why) + 1, why) < 0)
		relay_cut(r);
	else
		relay_go_on(r);
}

static void refused(struct relay *r, enum gateway_why why)
{
	char words[WORDS];

	if (gateway_why_is_failure(why)) {
		snprintf(words, sizeof(words), "vmdeck: %s:%u: %s", r->host, r->port,
			 gateway_why_texts[why]);
		fail(r, 502, words);
		return;
	}
	snprintf(words, sizeof(words), "vmdeck: %s:%u: %s by this session's network policy", r->host,
		 r->port, gateway_why_texts[why]);
	fail(r, why == GATEWAY_WHY_LIMIT ? 503 : 403, words);
}

static int add(struct bytes *b, struct http_span s)
{
	return bytes_add(b, s.at, s.n);
}

/* The head in origin form. */
static int write_head(struct bytes *b, const struct http_request *q)
{
	int r = add(b, q->method) | bytes_printf(b, " ") | add(b, q->path);

	r |= bytes_printf(b, " HTTP/1.1\r\nHost: %s", q->host);
	if (q->port && q->port != 80)
		r |= bytes_printf(b, ":%u", q->port);
	r |= bytes_printf(b, "\r\n");
	for (size_t i = 0; i < q->n_headers; i++) {
		const struct http_header *h = &q->headers[i];

		if (http_span_is_nocase(h->name, "host") || http_request_hop_by_hop(q, h->name))
			continue;
		r |= add(b, h->name) | bytes_printf(b, ": ") | add(b, h->value) |
		     bytes_printf(b, "\r\n");
	}
	if (q->chunked)
		r |= bytes_printf(b, "Transfer-Encoding: chunked\r\n");
	return r | bytes_printf(b, "Connection: close\r\n\r\n");
}

/* Put the new head in the old one's place. */
static int replace_head(struct relay *r, const struct http_request *q)
{
	struct bytes b;
	int result;

	bytes_init(&b, r->held.cap);
	result = write_head(&b, q);
	r->passed = b.len;
	result |= bytes_add(&b, bytes_front(&r->held) + q->head_len, r->held.len - q->head_len);
	bytes_done(&r->held);
	r->held = b;
	return result;
}

/* To NAME.vmdeck: the broker's, as it came, or what is in the tunnel. */
static void to_broker(struct relay *r, const struct http_request *q)
{
	size_t skip = q->form == HTTP_AUTHORITY ? q->head_len : 0;
	static const char yes[] = "HTTP/1.1 200 Connection established\r\n\r\n";
	int fd = r->guest.fd;

	if (skip && send(fd, yes, sizeof(yes) - 1, MSG_DONTWAIT | MSG_NOSIGNAL) !=
			    (ssize_t)sizeof(yes) - 1) {
		relay_cut(r);
		return;
	}
	source_forget(&r->guest.source);
	r->guest.fd = -1;
	gate_to_broker(r->gate, fd, bytes_front(&r->held) + skip, r->held.len - skip);
	relay_cut(r);
}

static void go(struct relay *r, const struct http_request *q)
{
	uint16_t port = q->port ? q->port : 80;
	char host[HOSTNAME_SIZE];

	if (hostname_read(host, q->host, strlen(q->host), NULL) < 0) {
		fail(r, 403, "vmdeck: only names are connected to, not addresses");
		return;
	}
	if (hostname_is_ours(host)) {
		if (port == GATEWAY_BROKER)
			to_broker(r, q);
		else
			fail(r, 403, "vmdeck: names under .vmdeck speak http on port 80");
		return;
	}
	r->head = false;
	memcpy(r->host, host, strlen(host) + 1);
	r->port = port;
	if (!policy_allows(&r->gate->policy, host, port)) {
		enum gateway_why why = policy_knows(&r->gate->policy, host) ? GATEWAY_WHY_PORT :
									     GATEWAY_WHY_NAME;

		gate_refuse(r->gate, host, port, why);
		refused(r, why);
		return;
	}
	if (q->form == HTTP_AUTHORITY) {
		bytes_eat(&r->held, q->head_len);
		guard_init(&r->guard, host);
		r->tunnel = true;
	} else {
		guard_body_only(&r->guard, host, q);
		if (replace_head(r, q) < 0) {
			fail(r, 400, "vmdeck: the request is too long");
			return;
		}
	}
	relay_connect(r, host, port);
}

static void read_head(struct relay *r)
{
	struct http_request q;
	struct http_refusal no;

	switch (http_request_parse(&q, bytes_front(&r->held), r->held.len, &r->scanned, &no)) {
	case 1:
		if (q.form == HTTP_AUTHORITY || q.form == HTTP_ABSOLUTE)
			go(r, &q);
		else
			fail(r, 400, "vmdeck: this is a proxy; give the whole URL");
		return;
	case 0:
		if (r->guest.eof)
			relay_cut(r);
		else
			relay_go_on(r);
		return;
	default:
		fail(r, no.status, no.why);
	}
}

static const struct relay_asker asker = { .head = read_head, .refused = refused };

void proxy_accept(struct gate *g, int fd)
{
	struct relay *r;

	if (!gate_has_room(g) || g->policy.mode == POLICY_NONE) {
		gate_reset(fd);
		return;
	}
	r = relay_new(g, fd);
	if (!r)
		return;
	r->asker = &asker;
	r->head = true;
	relay_go_on(r);
}
