#include "engine/net/broker_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/text.h"

/*
 * A connection of the guest:
 *
 *	HEAD     a request is awaited, or its head comes in
 *	CALL     it was forwarded: body up, answer down, both at once
 *	LAST     the answer is said, and nothing more will be read
 *
 * `in` has what the guest sent and nobody took yet; it is read from only while
 * short. `out` has what the guest has not taken; beyond OUT_HIGH the provider is
 * held. A connection that ends in the middle of an answer is reset, so that
 * nobody takes half an answer for a whole one.
 */
enum {
	IN_CAP = HTTP_HEAD_MAX + 4096,
	OUT_HIGH = 128 << 10,
	OUT_LOW = 32 << 10,
	OUT_CAP = 1 << 20, /* libcurl hands on at most what one read gave it */
	HEAD_CAP = 48 << 10,
	READ_AT_ONCE = 16 << 10,
};

enum state { HEAD, CALL, LAST };

struct broker_conn {
	struct list link;
	struct broker *broker;
	struct source source;
	struct later over, parse; /* freed; looked for the next request */
	enum state state;
	bool closed, eof;
	uint64_t active; /* now_ms() of the last byte either way */
	struct bytes in, out;
	size_t scanned;

	/* the request */
	struct broker_slot *slot;
	struct http_call *call;
	struct http_body body;
	bool keep, chunks, is_head, want_continue, body_waits, answer_held, answered;
	int minor;
	/* its answer's head, as it comes in */
	struct bytes head;
	char length_text[24]; /* Content-Length; "": none */
	bool coded;           /* it came in chunks, whatever a Content-Length says (RFC 9112 section 6.3) */
};

struct broker_conn *broker_conn_of(struct list *link)
{
	return LIST_ITEM(link, struct broker_conn, link);
}

void broker_conn_free(struct broker_conn *c)
{
	source_forget(&c->source);
	later_cancel(&c->over);
	later_cancel(&c->parse);
	if (c->call) {
		http_cancel(c->call);
		c->slot->figures.open--;
		c->broker->n_calls--;
		broker_changed(c->broker);
	}
	close(c->source.fd);
	bytes_done(&c->in);
	bytes_done(&c->out);
	bytes_done(&c->head);
	list_remove(&c->link);
	c->broker->n_conns--;
	free(c);
}

static void free_later(struct later *l)
{
	broker_conn_free(LIST_ITEM(l, struct broker_conn, over));
}

static void close_conn(struct broker_conn *c)
{
	c->closed = true;
	source_forget(&c->source);
	loop_later(c->broker->loop, &c->over);
}

/* Half an answer is out: let nobody take it for a whole. */
static void reset_conn(struct broker_conn *c)
{
	struct linger hard = { .l_onoff = 1 };

	setsockopt(c->source.fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close_conn(c);
}

/* To the guest. */

static void want(struct broker_conn *c)
{
	uint32_t events = c->out.len ? (uint32_t)EPOLLOUT : 0;
	bool reads = c->state == HEAD || (c->state == CALL && !http_body_done(&c->body));

	if (reads && !c->eof && c->in.len < READ_AT_ONCE)
		events |= EPOLLIN;
	source_want(&c->source, events);
}

static void flush(struct broker_conn *c)
{
	while (c->out.len) {
		ssize_t n = send(c->source.fd, bytes_front(&c->out), c->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN) {
			close_conn(c);
			return;
		}
		if (n <= 0)
			break;
		bytes_eat(&c->out, (size_t)n);
		c->active = now_ms();
	}
	if (c->state == LAST && !c->out.len) {
		close_conn(c);
		return;
	}
	if (c->answer_held && c->out.len <= OUT_LOW) {
		c->answer_held = false;
		http_resume(c->call);
	}
	want(c);
}

static const char *reason(int status)
{
	static const struct { int status; const char *text; } known[] = {
		{ 200, "OK" }, { 201, "Created" }, { 204, "No Content" }, { 400, "Bad Request" },
		{ 401, "Unauthorized" }, { 403, "Forbidden" }, { 404, "Not Found" },
		{ 405, "Method Not Allowed" }, { 413, "Content Too Large" }, { 414, "URI Too Long" },
		{ 417, "Expectation Failed" }, { 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" }, { 500, "Internal Server Error" },
		{ 501, "Not Implemented" }, { 502, "Bad Gateway" }, { 503, "Service Unavailable" },
		{ 505, "HTTP Version Not Supported" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i].status == status)
			return known[i].text;
	return "-";
}

/* The broker's own answer, after which the connection ends: what the guest still
 * sends would have to be read to its end, and there may be none. */
static void say(struct broker_conn *c, int status, const char *type, unsigned retry_s, const char *message)
{
	char clean[400], quoted[800], body[1000], retry[40] = "";
	char *q = quoted;
	int n;

	text_clean_str(clean, sizeof(clean), message);
	for (const char *p = clean; *p; p++) {
		if (*p == '"' || *p == '\\')
			*q++ = '\\';
		*q++ = *p;
	}
	*q = '\0';
	n = snprintf(body, sizeof(body), "{\"type\": \"error\", \"error\": {\"type\": \"%s\", \"message\": \"%s\"}}\n",
		     type, quoted);
	if (retry_s)
		snprintf(retry, sizeof(retry), "retry-after: %u\r\n", retry_s);
	bytes_printf(&c->out, "HTTP/1.1 %d %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
		     "connection: close\r\n%s\r\n%s", status, reason(status), n, retry,
		     c->is_head ? "" : body);
	c->state = LAST;
	flush(c);
}

static void refuse(struct broker_conn *c, int status, const char *why)
{
	char text[300];

	if (c->slot) {
		c->slot->figures.refused++;
		broker_changed(c->broker);
	}
	snprintf(text, sizeof(text), "vmdeck: %s", why);
	say(c, status, "vmdeck_refused", 0, text);
}

/* The call's events. */

static bool over_cap(struct broker_conn *c, size_t bytes)
{
	broker_spend(c->broker, c->slot, 0, bytes);
	broker_changed(c->broker);
	return broker_capped(c->broker, c->slot, false) > 0;
}

static long call_read(struct http_call *call, void *out, size_t n)
{
	struct broker_conn *c = http_owner(call);
	struct http_span got;

	if (c->want_continue && !c->in.len && !c->answered) {
		c->want_continue = false;
		bytes_printf(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
		flush(c);
	}
	while (c->in.len && !http_body_done(&c->body)) {
		long used = http_body_take(&c->body, bytes_front(&c->in), c->in.len < n ? c->in.len : n, &got);

		if (used < 0)
			return HTTP_ABORT;
		memcpy(out, got.at, got.n);
		bytes_eat(&c->in, (size_t)used);
		if (!got.n)
			continue;
		c->slot->figures.out += got.n;
		want(c);
		return over_cap(c, got.n) ? HTTP_ABORT : (long)got.n;
	}
	want(c);
	if (http_body_done(&c->body))
		return 0;
	if (c->eof)
		return HTTP_ABORT;
	c->body_waits = true;
	return HTTP_WAIT;
}

static void call_header(struct http_call *call, const char *name, size_t name_len, const char *value,
			size_t value_len)
{
	struct broker_conn *c = http_owner(call);
	struct http_span n = { name, name_len };

	if (http_span_is_nocase(n, "content-length") && value_len < sizeof(c->length_text)) {
		memcpy(c->length_text, value, value_len);
		c->length_text[value_len] = '\0';
	}
	if (http_span_is_nocase(n, "transfer-encoding"))
		c->coded = true;
	if (broker_passes(n))
		bytes_printf(&c->head, "%.*s: %.*s\r\n", (int)name_len, name, (int)value_len, value);
}

static void call_head(struct http_call *call, int status)
{
	struct broker_conn *c = http_owner(call);
	bool none = status == 204 || status == 304 || c->is_head;

	c->answered = true;
	if (status >= 400)
		c->slot->figures.errors++;
	bytes_printf(&c->out, "HTTP/1.1 %d %s\r\n", status, reason(status));
	bytes_add(&c->out, bytes_front(&c->head), c->head.len);
	if (!c->coded && c->length_text[0] && strspn(c->length_text, "0123456789") == strlen(c->length_text) && status != 204)
		bytes_printf(&c->out, "content-length: %s\r\n", c->length_text);
	else if (!none && c->minor == 1)
		c->chunks = true;
	else if (!none)
		c->keep = false; /* its end is the connection's */
	/* An answer before the request's end: what is left of it is not read. */
	if (!http_body_done(&c->body))
		c->keep = false;
	bytes_printf(&c->out, "%sconnection: %s\r\n\r\n", c->chunks ? "transfer-encoding: chunked\r\n" : "",
		     c->keep ? "keep-alive" : "close");
	flush(c);
}

static bool call_data(struct http_call *call, const void *data, size_t n)
{
	struct broker_conn *c = http_owner(call);

	if (c->out.len >= OUT_HIGH) {
		c->answer_held = true;
		return false;
	}
	c->slot->figures.in += n;
	if (over_cap(c, n)) {
		reset_conn(c);
		return false;
	}
	if (c->chunks)
		bytes_printf(&c->out, "%zx\r\n", n);
	bytes_add(&c->out, data, n);
	if (c->chunks)
		bytes_add(&c->out, "\r\n", 2);
	c->active = now_ms();
	flush(c);
	return true;
}

static void next_request(struct broker_conn *c)
{
	c->state = HEAD;
	c->scanned = 0;
	loop_later(c->broker->loop, &c->parse);
}

static void call_failed(struct broker_conn *c, const struct error *why)
{
	char text[400];
	unsigned wait = broker_capped(c->broker, c->slot, false);

	c->slot->figures.errors++;
	if (c->answered) {
		reset_conn(c);
	} else if (c->body.state == HTTP_BODY_BAD) {
		refuse(c, 400, "the request's body is not well formed");
	} else if (wait) {
		say(c, 429, "vmdeck_cap", wait, "vmdeck: this session's hourly cap of bytes is reached");
	} else if (c->eof && !http_body_done(&c->body)) {
		close_conn(c);
	} else {
		snprintf(text, sizeof(text), "vmdeck: %s cannot be reached: %.200s", c->slot->p.name, why->msg);
		say(c, 502, "vmdeck_unreachable", 0, text);
	}
}

static void call_done(struct http_call *call, const struct error *why)
{
	struct broker_conn *c = http_owner(call);

	(void)call;
	c->call = NULL;
	c->broker->n_calls--;
	c->slot->figures.open--;
	broker_changed(c->broker);
	if (c->closed)
		return;
	if (why) {
		call_failed(c, why);
		return;
	}
	if (c->chunks)
		bytes_add(&c->out, "0\r\n\r\n", 5);
	if (c->keep && http_body_done(&c->body))
		next_request(c);
	else
		c->state = LAST;
	flush(c);
}

static const struct http_events events = {
	.read = call_read, .header = call_header, .head = call_head, .data = call_data, .done = call_done,
};

/* From the guest. */

static bool name_of(const char *host, char out[BROKER_NAME])
{
	const char *dot = strchr(host, '.');

	if (!dot || strcmp(dot, ".vmdeck") != 0 || dot - host >= BROKER_NAME)
		return false;
	memcpy(out, host, (size_t)(dot - host));
	out[dot - host] = '\0';
	return true;
}

static int start_call(struct broker_conn *c, const struct http_request *r, const char *url)
{
	const char *lines[BROKER_LINES + 1];
	struct http_spec spec = {
		.url = url, .headers = lines, .body = r->chunked || r->has_length,
		.body_len = r->chunked ? -1 : (int64_t)r->length,
		.ca = c->slot->p.ca, .ca_len = c->slot->p.ca_len,
		.may_connect = c->broker->host.is_public, .may_connect_arg = c->broker->host.arg,
		.events = &events, .owner = c, .idle_s = c->broker->host.times->provider_s,
	};
	struct bytes text;
	struct error err;
	char method[24];

	snprintf(method, sizeof(method), "%.*s", (int)r->method.n, r->method.at);
	spec.method = method;
	if (c->slot->p.local)
		spec.may_connect = NULL;
	bytes_init(&text, HTTP_HEAD_MAX + BROKER_SECRET + 256);
	/* All of it at once, so that no copy of a part is left behind. */
	if (bytes_room(&text, text.cap) && broker_headers(&c->slot->p, r, &text, lines) == 0)
		c->call = http_start(c->slot->p.local ? c->broker->http_local : c->broker->http, &spec, &err);
	if (text.data)
		explicit_bzero(text.data, text.size);
	bytes_done(&text);
	return c->call ? 0 : -1;
}

static void forward(struct broker_conn *c, const struct http_request *r)
{
	char name[BROKER_NAME], url[BROKER_BASE + HTTP_TARGET_MAX];
	struct http_refusal no;
	unsigned wait;

	c->slot = name_of(r->host, name) ? broker_find(c->broker, name) : NULL;
	c->is_head = http_span_is(r->method, "HEAD");
	if (!c->slot) {
		refuse(c, 404, "this session has no provider of that name: see \"credentials\" in agents.json");
		return;
	}
	if (r->port && r->port != 80) {
		refuse(c, 404, "providers are served at port 80");
		return;
	}
	if (broker_url(&c->slot->p, r, url, sizeof(url), &no) < 0) {
		refuse(c, no.status, no.why);
		return;
	}
	wait = broker_capped(c->broker, c->slot, true);
	if (wait) {
		c->slot->figures.refused++;
		broker_changed(c->broker);
		say(c, 429, "vmdeck_cap", wait, "vmdeck: this session's hourly cap is reached");
		return;
	}
	if (c->broker->n_calls >= BROKER_CALLS) {
		c->slot->figures.refused++;
		say(c, 429, "vmdeck_busy", 1, "vmdeck: too many requests at a time");
		return;
	}
	c->keep = r->keep_alive;
	c->minor = r->minor;
	c->want_continue = r->expect_continue;
	c->chunks = c->body_waits = c->answer_held = c->answered = false;
	c->length_text[0] = '\0';
	c->coded = false;
	bytes_clear(&c->head);
	http_body_begin(&c->body, r);
	if (start_call(c, r, url) < 0) {
		refuse(c, 503, "out of memory");
		return;
	}
	c->state = CALL;
	c->broker->n_calls++;
	c->slot->figures.open++;
	c->slot->figures.requests++;
	broker_spend(c->broker, c->slot, 1, 0);
	broker_changed(c->broker);
}

static void parse(struct broker_conn *c)
{
	struct http_request r;
	struct http_refusal no;
	int got;

	if (c->state != HEAD || !c->in.len)
		return;
	got = http_request_parse(&r, bytes_front(&c->in), c->in.len, &c->scanned, &no);
	if (got < 0) {
		c->slot = NULL;
		c->is_head = false;
		refuse(c, no.status, no.why);
	} else if (got > 0) {
		forward(c, &r);
		bytes_eat(&c->in, r.head_len);
	}
}

static void parse_later(struct later *l)
{
	struct broker_conn *c = LIST_ITEM(l, struct broker_conn, parse);

	if (c->closed)
		return;
	parse(c);
	if (c->eof && c->state == HEAD)
		close_conn(c);
	if (!c->closed)
		want(c);
}

static void receive(struct broker_conn *c)
{
	uint8_t buf[READ_AT_ONCE];
	ssize_t n = recv(c->source.fd, buf, sizeof(buf), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		close_conn(c);
		return;
	}
	c->active = now_ms();
	c->eof = n == 0;
	bytes_add(&c->in, buf, (size_t)n);
	if (c->call && c->body_waits) {
		c->body_waits = false;
		http_resume(c->call);
	}
}

static void on_event(struct source *s, uint32_t what)
{
	struct broker_conn *c = SOURCE_OWNER(s, struct broker_conn, source);

	if (what & (EPOLLHUP | EPOLLERR)) {
		close_conn(c); /* both ways: nobody is there for an answer */
		return;
	}
	if (what & EPOLLIN)
		receive(c);
	if (!c->closed)
		parse(c);
	if (!c->closed && c->eof && c->state == HEAD)
		close_conn(c);
	if (!c->closed)
		flush(c);
}

void broker_conn_sweep(struct broker_conn *c, uint64_t now)
{
	const struct broker_times *t = c->broker->host.times;
	uint64_t limit = c->state == HEAD ? t->idle_ms : t->stuck_ms;

	if (!c->closed && now - c->active > limit)
		close_conn(c);
}

int broker_conn_new(struct broker *b, int fd, const void *already, size_t n)
{
	struct broker_conn *c = calloc(1, sizeof(*c));
	struct error err;

	if (!c)
		return -1;
	fd_nonblock(fd);
	c->broker = b;
	c->source.fn = on_event;
	c->over.fn = free_later;
	c->parse.fn = parse_later;
	c->active = now_ms();
	bytes_init(&c->in, IN_CAP);
	bytes_init(&c->out, OUT_CAP);
	bytes_init(&c->head, HEAD_CAP);
	if (bytes_add(&c->in, already, n) < 0 || loop_watch(b->loop, &c->source, fd, EPOLLIN, &err) < 0) {
		bytes_done(&c->in);
		free(c);
		return -1;
	}
	list_append(&b->conns, &c->link);
	b->n_conns++;
	loop_later(b->loop, &c->parse);
	return 0;
}
