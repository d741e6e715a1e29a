#include "engine/net/broker_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/file.h"

enum {
	IN_CAP = HTTP_HEAD_MAX + 4096,
	OUT_CAP = 1 << 20, /* libcurl hands on at most what one read gave it */
	HEAD_CAP = 48 << 10,
};

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

static void parse(struct broker_conn *c)
{
	struct http_request r;
	struct http_refusal no;
	int got;

	if (c->state != CONN_HEAD || !c->in.len)
		return;
	got = http_request_parse(&r, bytes_front(&c->in), c->in.len, &c->scanned, &no);
	if (got < 0) {
		c->slot = NULL;
		c->is_head = false;
		broker_refuse(c, no.status, no.why);
	} else if (got > 0) {
		broker_forward(c, &r);
		bytes_eat(&c->in, r.head_len);
	}
}

static void parse_later(struct later *l)
{
	struct broker_conn *c = LIST_ITEM(l, struct broker_conn, parse);

	if (c->closed)
		return;
	parse(c);
	if (c->eof && c->state == CONN_HEAD)
		broker_conn_close(c);
	if (!c->closed)
		broker_conn_want(c);
}

static void receive(struct broker_conn *c)
{
	uint8_t buf[BROKER_READ];
	ssize_t n = recv(c->source.fd, buf, sizeof(buf), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		broker_conn_close(c);
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
		broker_conn_close(c); /* both ways: nobody is there for an answer */
		return;
	}
	if (what & EPOLLIN)
		receive(c);
	if (!c->closed)
		parse(c);
	if (!c->closed && c->eof && c->state == CONN_HEAD)
		broker_conn_close(c);
	if (!c->closed)
		broker_conn_flush(c);
}

void broker_conn_sweep(struct broker_conn *c, uint64_t now)
{
	const struct broker_times *t = c->broker->host.times;
	uint64_t limit = c->state == CONN_HEAD ? t->idle_ms : t->stuck_ms;

	if (!c->closed && now - c->active > limit)
		broker_conn_close(c);
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
