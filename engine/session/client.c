#include "engine/session/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/session/client_parts.h"
#include "engine/vt/vt.h"

enum {
	OUT_CAP = 4 << 20,
	TURN_MESSAGES = 64,
	SHORT = 1 << 10, /* bytes: such a message is mostly alone, and the next wait says if not */
	AGAIN_MS = 20,
	AGAIN_TRIES = 100,
};

static void disconnect(struct client *c)
{
	if (!c->source.loop)
		return;
	source_forget(&c->source);
	close(c->source.fd);
	bytes_clear(&c->out);
	c->live = false;
}

static void give_up(struct client *c, const struct error *err)
{
	c->open = false;
	disconnect(c);
	if (c->events->gone)
		c->events->gone(c, err);
}

static void lost(struct client *c)
{
	struct session_entry e;
	struct stat st;
	struct error err;

	disconnect(c);
	if (fstat(c->dir, &st) < 0 || st.st_nlink == 0) {
		error_set(&err, 0, "the session was removed");
		give_up(c, &err);
		return;
	}
	session_read(c->dir, c->record.id, &e);
	if (!e.alive) {
		client_become_archive(c, &e);
		return;
	}
	if (c->tries++ < AGAIN_TRIES && timer_start(c->loop, &c->again, AGAIN_MS, 0, &err) == 0)
		return;
	error_set(&err, 0, "session %s closed the connection", c->record.id);
	error_hint(&err, "it may be of another version of vmdeck; vmdeck kill %s ends it",
		   c->record.id);
	give_up(c, &err);
}

static void lost_again(struct timer *t)
{
	lost(SOURCE_OWNER(t, struct client, again));
}

static void flush(struct client *c)
{
	while (c->out.len) {
		const uint8_t *p = bytes_front(&c->out);
		uint32_t n;
		struct wire w;

		memcpy(&n, p, sizeof(n));
		w = (struct wire){ .data = (uint8_t *)(uintptr_t)(p + sizeof(n)), .len = n };
		if (wire_send(c->source.fd, &w) != 0)
			break;
		bytes_eat(&c->out, sizeof(n) + n);
	}
	source_want(&c->source, EPOLLIN | (c->out.len ? (uint32_t)EPOLLOUT : 0u));
}

static void receive(struct client *c)
{
	uint8_t buf[WIRE_MAX];

	for (int i = 0; i < TURN_MESSAGES && c->source.loop; i++) {
		ssize_t n = recv(c->source.fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_TRUNC);
		struct wire w;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0 || wire_parse(&w, buf, (size_t)n) < 0 || client_take(c, &w) < 0 ||
		    w.bad) {
			client_tell_frame(c);
			if (c->open)
				lost(c);
			return;
		}
		if (n < SHORT)
			break;
	}
	client_tell_frame(c);
}

static void event(struct source *s, uint32_t events)
{
	struct client *c = SOURCE_OWNER(s, struct client, source);

	if (events & EPOLLOUT)
		flush(c);
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		receive(c);
}

static void queue(struct bytes *b, const struct wire *w)
{
	uint32_t n = (uint32_t)w->len;

	if (b->len + sizeof(n) + n > OUT_CAP)
		return;
	bytes_add(b, &n, sizeof(n));
	bytes_add(b, w->data, n);
}

void client_post(struct client *c, const struct wire *w)
{
	if (!c->open || w->bad)
		return;
	if (!c->source.loop) {
		queue(&c->asked, w);
		loop_later(c->loop, &c->answers);
		return;
	}
	if (!c->out.len && wire_send(c->source.fd, w) != 1)
		return;
	queue(&c->out, w);
	source_want(&c->source, EPOLLIN | EPOLLOUT);
}

static int connect_live(struct client *c, struct error *err)
{
	AUTO_CLOSE int fd = wire_connect(c->dir, err);
	uint8_t buf[WIRE_MAX];
	struct wire w;

	if (fd < 0 || loop_watch(c->loop, &c->source, fd, EPOLLIN, err) < 0)
		return -1;
	take_fd(&fd);
	c->live = true;
	wire_begin(&w, buf, WIRE_HELLO, 0);
	wire_u32(&w, WIRE_VERSION);
	client_post(c, &w);
	return 0;
}

int client_open(struct client *c, struct loop *l, const struct paths *p, const char *id,
		const struct client_events *events, void *owner, struct error *err)
{
	struct session_entry e;

	*c = (struct client){ .loop = l,
			      .events = events,
			      .owner = owner,
			      .source.fn = event,
			      .answers.fn = client_archive_answers,
			      .again.fn = lost_again,
			      .last_request = 1 };
	c->dir = session_dir(p, id, err);
	if (c->dir < 0)
		return -1;
	c->open = true;
	bytes_init(&c->out, OUT_CAP);
	bytes_init(&c->asked, OUT_CAP);
	bytes_init(&c->network_text, NETWORK_STATUS_CAP);
	session_read(c->dir, id, &e);
	c->record = e.record;
	if (!e.alive)
		client_become_archive(c, &e);
	else if (connect_live(c, err) < 0) {
		if (err->code == EPERM) {
			client_close(c);
			return -1;
		}
		lost(c); /* it is just ending */
	}
	return 0;
}

void client_close(struct client *c)
{
	if (!c->loop)
		return;
	disconnect(c);
	timer_stop(&c->again);
	later_cancel(&c->answers);
	drop_fd(&c->dir);
	vt_free(c->archive);
	bytes_done(&c->out);
	bytes_done(&c->asked);
	bytes_done(&c->network_text);
	free(c->network);
	free(c->screen.cells);
	free(c->screen.changed);
	free(c->lines);
	free(c->line_flags);
	*c = (struct client){ .dir = -1 };
}
