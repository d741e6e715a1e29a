/* What a connection of the guest is told: bytes out as it takes them, the broker's own
 * answers, its end. */
#include "engine/net/broker_parts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "engine/base/text.h"

void broker_conn_close(struct broker_conn *c)
{
	c->closed = true;
	source_forget(&c->source);
	loop_later(c->broker->loop, &c->over);
}

void broker_conn_reset(struct broker_conn *c)
{
	struct linger hard = { .l_onoff = 1 };

	setsockopt(c->source.fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	broker_conn_close(c);
}

void broker_conn_want(struct broker_conn *c)
{
	uint32_t events = c->out.len ? (uint32_t)EPOLLOUT : 0;
	bool reads = c->state == CONN_HEAD || (c->state == CONN_CALL && !http_body_done(&c->body));

	if (reads && !c->eof && c->in.len < BROKER_READ)
		events |= EPOLLIN;
	source_want(&c->source, events);
}

void broker_conn_flush(struct broker_conn *c)
{
	while (c->out.len) {
		ssize_t n = send(c->source.fd, bytes_front(&c->out), c->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN) {
			broker_conn_close(c);
			return;
		}
		if (n <= 0)
			break;
		bytes_eat(&c->out, (size_t)n);
		c->active = now_ms();
	}
	if (c->state == CONN_LAST && !c->out.len) {
		broker_conn_close(c);
		return;
	}
	if (c->answer_held && c->out.len <= BROKER_OUT_LOW) {
		c->answer_held = false;
		http_resume(c->call);
	}
	broker_conn_want(c);
}

const char *broker_reason(int status)
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

void broker_say(struct broker_conn *c, int status, const char *type, unsigned retry_s, const char *message)
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
		     "connection: close\r\n%s\r\n%s", status, broker_reason(status), n, retry,
		     c->is_head ? "" : body);
	c->state = CONN_LAST;
	broker_conn_flush(c);
}

void broker_refuse(struct broker_conn *c, int status, const char *why)
{
	char text[300];

	if (c->slot) {
		c->slot->figures.refused++;
		broker_changed(c->broker);
	}
	snprintf(text, sizeof(text), "vmdeck: %s", why);
	broker_say(c, status, "vmdeck_refused", 0, text);
}
