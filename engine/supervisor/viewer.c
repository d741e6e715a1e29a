#include "engine/supervisor/viewer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	QUEUE_CAP = 4 << 20,
	QUEUE_LONG = 256 << 10,
	TURN_MESSAGES = 64,
	SHORT = 1 << 10, /* bytes: such a message is mostly alone, and the next wait says if not */
};

static void gone_later(struct later *l)
{
	struct viewer *v = LIST_ITEM(l, struct viewer, gone_later);

	v->events->gone(v);
}

void viewer_let_go(struct viewer *v)
{
	struct loop *l = v->source.loop;

	if (!l)
		return;
	source_forget(&v->source);
	loop_later(l, &v->gone_later);
}

static int flush(struct viewer *v)
{
	while (v->queue.len) {
		const uint8_t *p = bytes_front(&v->queue);
		uint32_t n;
		struct wire w;
		int r;

		memcpy(&n, p, sizeof(n));
		w = (struct wire){ .data = (uint8_t *)(uintptr_t)(p + sizeof(n)), .len = n };
		r = wire_send(v->source.fd, &w);
		if (r)
			return r;
		bytes_eat(&v->queue, sizeof(n) + n);
	}
	return 0;
}

static void want(struct viewer *v)
{
	source_want(&v->source, EPOLLIN | (v->queue.len ? (uint32_t)EPOLLOUT : 0u));
}

int viewer_post(void *viewer, const struct wire *w)
{
	struct viewer *v = viewer;
	uint32_t n = (uint32_t)w->len;
	int r = 1;

	if (!v->source.loop || w->bad)
		return -1;
	if (!v->queue.len)
		r = wire_send(v->source.fd, w);
	if (r == 0)
		return 0;
	if (r < 0 || v->queue.len + n + sizeof(n) > QUEUE_CAP) {
		viewer_let_go(v);
		return -1;
	}
	bytes_add(&v->queue, &n, sizeof(n));
	bytes_add(&v->queue, w->data, n);
	want(v);
	return 0;
}

void viewer_fail(struct viewer *v, uint32_t request, const struct error *err)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;

	wire_begin(&w, buf, WIRE_FAILED, request);
	wire_put_error(&w, err);
	viewer_post(v, &w);
}

bool viewer_busy(const struct viewer *v)
{
	return v->source.loop && v->queue.len > QUEUE_LONG;
}

void viewer_frame(struct viewer *v, const struct vt *vt)
{
	if (!v->source.loop || !v->watch || !v->damage.any)
		return;
	if (v->queue.len) {
		want(v);
		return;
	}
	answer_frame(vt, &v->damage, viewer_post, v);
}

static void say_hello(struct viewer *v)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;

	wire_begin(&w, buf, WIRE_HELLO, 0);
	wire_u32(&w, WIRE_VERSION);
	viewer_post(v, &w);
}

static void receive(struct viewer *v)
{
	uint8_t buf[WIRE_MAX];

	for (int i = 0; i < TURN_MESSAGES && v->source.loop; i++) {
		ssize_t n = recv(v->source.fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_TRUNC);
		struct wire w;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0 || wire_parse(&w, buf, (size_t)n) < 0) {
			viewer_let_go(v);
			return;
		}
		if (!v->hello) {
			if (w.type != WIRE_HELLO) {
				viewer_let_go(v);
				return;
			}
			v->hello = true;
			say_hello(v);
			if (wire_get_u32(&w) != WIRE_VERSION)
				viewer_let_go(v);
		}
		if (v->source.loop)
			v->events->message(v, &w);
		if (n < SHORT)
			return;
	}
}

static void event(struct source *s, uint32_t events)
{
	struct viewer *v = SOURCE_OWNER(s, struct viewer, source);

	if (events & EPOLLOUT) {
		if (flush(v) < 0) {
			viewer_let_go(v);
			return;
		}
		want(v);
		if (!v->queue.len)
			v->events->drained(v);
	}
	if (v->source.loop && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		receive(v);
}

struct viewer *viewer_new(struct loop *l, int fd, uint32_t id, const struct viewer_events *events,
			  void *owner)
{
	struct viewer *v = calloc(1, sizeof(*v));
	struct error err;

	if (!v) {
		close(fd);
		return NULL;
	}
	v->source.fn = event;
	v->gone_later.fn = gone_later;
	v->events = events;
	v->owner = owner;
	v->id = id;
	list_init(&v->link);
	bytes_init(&v->queue, QUEUE_CAP + WIRE_MAX);
	if (loop_watch(l, &v->source, fd, EPOLLIN, &err) < 0) {
		close(fd);
		free(v);
		return NULL;
	}
	return v;
}

struct viewer *viewer_find(const struct list *viewers, uint32_t id)
{
	for (struct list *i = viewers->next; i != viewers; i = i->next)
		if (LIST_ITEM(i, struct viewer, link)->id == id)
			return LIST_ITEM(i, struct viewer, link);
	return NULL;
}

void viewer_free(struct viewer *v)
{
	int fd = v->source.fd;

	source_forget(&v->source);
	later_cancel(&v->gone_later);
	list_remove(&v->link);
	close(fd);
	bytes_done(&v->queue);
	free(v);
}
