/* A request of the guest on its way to its provider, and the answer back: body up, answer
 * down, each piece at once, caps looked at with each. */
#include "engine/net/broker_parts.h"

#include <stdio.h>
#include <string.h>

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
		broker_conn_flush(c);
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
		broker_conn_want(c);
		return over_cap(c, got.n) ? HTTP_ABORT : (long)got.n;
	}
	broker_conn_want(c);
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
	bytes_printf(&c->out, "HTTP/1.1 %d %s\r\n", status, broker_reason(status));
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
	broker_conn_flush(c);
}

static bool call_data(struct http_call *call, const void *data, size_t n)
{
	struct broker_conn *c = http_owner(call);

	if (c->out.len >= BROKER_OUT_HIGH) {
		c->answer_held = true;
		return false;
	}
	c->slot->figures.in += n;
	if (over_cap(c, n)) {
		broker_conn_reset(c);
		return false;
	}
	if (c->chunks)
		bytes_printf(&c->out, "%zx\r\n", n);
	bytes_add(&c->out, data, n);
	if (c->chunks)
		bytes_add(&c->out, "\r\n", 2);
	c->active = now_ms();
	broker_conn_flush(c);
	return true;
}

static void next_request(struct broker_conn *c)
{
	c->state = CONN_HEAD;
	c->scanned = 0;
	loop_later(c->broker->loop, &c->parse);
}

static void call_failed(struct broker_conn *c, const struct error *why)
{
	char text[400];
	unsigned wait = broker_capped(c->broker, c->slot, false);

	c->slot->figures.errors++;
	if (c->answered) {
		broker_conn_reset(c);
	} else if (c->body.state == HTTP_BODY_BAD) {
		broker_refuse(c, 400, "the request's body is not well formed");
	} else if (wait) {
		broker_say(c, 429, "vmdeck_cap", wait, "vmdeck: this session's hourly cap of bytes is reached");
	} else if (c->eof && !http_body_done(&c->body)) {
		broker_conn_close(c);
	} else {
		snprintf(text, sizeof(text), "vmdeck: %s cannot be reached: %.200s", c->slot->p.name, why->msg);
		broker_say(c, 502, "vmdeck_unreachable", 0, text);
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
		c->state = CONN_LAST;
	broker_conn_flush(c);
}

static const struct http_events events = {
	.read = call_read, .header = call_header, .head = call_head, .data = call_data, .done = call_done,
};

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

void broker_forward(struct broker_conn *c, const struct http_request *r)
{
	char name[BROKER_NAME], url[BROKER_BASE + HTTP_TARGET_MAX];
	struct http_refusal no;
	unsigned wait;

	c->slot = name_of(r->host, name) ? broker_find(c->broker, name) : NULL;
	c->is_head = http_span_is(r->method, "HEAD");
	if (!c->slot) {
		broker_refuse(c, 404, "this session has no provider of that name: see \"credentials\" in agents.json");
		return;
	}
	if (r->port && r->port != 80) {
		broker_refuse(c, 404, "providers are served at port 80");
		return;
	}
	if (broker_url(&c->slot->p, r, url, sizeof(url), &no) < 0) {
		broker_refuse(c, no.status, no.why);
		return;
	}
	wait = broker_capped(c->broker, c->slot, true);
	if (wait) {
		c->slot->figures.refused++;
		broker_changed(c->broker);
		broker_say(c, 429, "vmdeck_cap", wait, "vmdeck: this session's hourly cap is reached");
		return;
	}
	if (c->broker->n_calls >= BROKER_CALLS) {
		c->slot->figures.refused++;
		broker_say(c, 429, "vmdeck_busy", 1, "vmdeck: too many requests at a time");
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
		broker_refuse(c, 503, "out of memory");
		return;
	}
	c->state = CONN_CALL;
	c->broker->n_calls++;
	c->slot->figures.open++;
	c->slot->figures.requests++;
	broker_spend(c->broker, c->slot, 1, 0);
	broker_changed(c->broker);
}
