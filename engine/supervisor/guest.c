#include "engine/supervisor/guest.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
	OUT_CAP = 1 << 20,
	TURN = 256 << 10, /* bytes read in one turn of the loop */
};

static void want(struct guest *g)
{
	source_want(&g->source, (g->held ? 0u : (uint32_t)EPOLLIN) |
					(g->out.len ? (uint32_t)EPOLLOUT : 0u));
}

static void flush(struct guest *g)
{
	while (g->out.len) {
		ssize_t n = write(g->source.fd, bytes_front(&g->out), g->out.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		bytes_eat(&g->out, (size_t)n);
	}
	want(g);
}

/* A callback may close the port: g->source.loop tells. */
static void take_frames(struct guest *g)
{
	while (g->source.loop) {
		struct frame f;
		const char *why = NULL;
		ssize_t n = frame_parse(bytes_front(&g->in), g->in.len, FRAME_FROM_GUEST, &f, &why);

		if (n == FRAME_PARTIAL)
			return;
		if (n < 0) {
			guest_close(g);
			g->events->bad(g, why ? why : "not a frame");
			return;
		}
		g->events->frame(g, &f);
		if (g->source.loop)
			bytes_eat(&g->in, (size_t)n);
	}
}

static void readable(struct guest *g)
{
	size_t turn = 0;

	while (g->source.loop && !g->held && turn < TURN) {
		uint8_t *room = bytes_room(&g->in, FRAME_MAX);
		ssize_t n = room ? read(g->source.fd, room, FRAME_MAX) : -1;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0) { /* the hypervisor is going; its own end tells why */
				guest_close(g);
			}
			return;
		}
		turn += (size_t)n;
		bytes_grew(&g->in, (size_t)n);
		take_frames(g);
	}
}

static void event(struct source *s, uint32_t events)
{
	struct guest *g = SOURCE_OWNER(s, struct guest, source);

	if (events & EPOLLOUT) {
		flush(g);
		if (!g->out.len && g->events->drained)
			g->events->drained(g);
	}
	if (!g->source.loop)
		return;
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
		if (g->held && (events & (EPOLLHUP | EPOLLERR)))
			guest_close(g);
		else
			readable(g);
	}
}

int guest_open(struct guest *g, struct loop *l, int fd, const struct guest_events *events,
	       struct error *err)
{
	*g = (struct guest){ .source.fn = event, .events = events };
	bytes_init(&g->in, 2 * FRAME_MAX);
	bytes_init(&g->out, OUT_CAP);
	return loop_watch(l, &g->source, fd, EPOLLIN, err);
}

void guest_close(struct guest *g)
{
	source_forget(&g->source);
	bytes_done(&g->out);
	bytes_clear(&g->in);
}

int guest_send(struct guest *g, const void *frame, size_t n)
{
	if (!n || !g->source.loop || bytes_add(&g->out, frame, n) < 0)
		return -1;
	flush(g);
	return 0;
}

void guest_hold(struct guest *g, bool hold)
{
	if (g->held == hold || !g->source.loop)
		return;
	g->held = hold;
	want(g);
}
