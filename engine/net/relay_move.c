/* The bytes of a relay: copied where somebody looks at them or little comes at a time,
 * spliced where neither is so. */
#include "engine/net/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

enum {
	BULK = 48 << 10,   /* at one reading: more of that kind will come */
	TRICKLE = 8 << 10, /* not any more */
	SLIM = 4 << 10,
};

/* Read into the process's buffer; 0 at the end, -1 when there is nothing now, -2 on
 * failure. */
static ssize_t take_some(struct relay *r, struct relay_end *e, size_t most)
{
	ssize_t n;

	do
		n = recv(e->fd, r->gate->scratch, most, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -1 : -2;
	if (n == 0)
		e->eof = true;
	else
		r->since_ms = now_ms();
	return n;
}

/* Straight on where nothing is queued, the rest into the queue. */
static int pass(struct relay *r, struct relay_end *to, struct bytes *queue, bool straight, size_t n)
{
	size_t sent = 0;

	while (straight && sent < n) {
		ssize_t k = send(to->fd, r->gate->scratch + sent, n - sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0 && errno != EAGAIN)
			return -1;
		if (k < 0)
			break;
		sent += (size_t)k;
	}
	return bytes_add(queue, r->gate->scratch + sent, n - sent);
}

static void count(struct relay *r, uint64_t in, uint64_t out)
{
	if (!r->counted || !(in | out))
		return;
	tally_moved(&r->gate->tally, r->row, in, out);
	gate_changed(r->gate);
}

/* Send from the front of a queue; -1 when the other side is gone. */
static int drain(struct relay_end *e, struct bytes *b, size_t *n)
{
	while (*n) {
		ssize_t sent = send(e->fd, bytes_front(b), *n, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return errno == EAGAIN ? 0 : -1;
		bytes_eat(b, (size_t)sent);
		*n -= (size_t)sent;
	}
	return 0;
}

/* What is in the pipe goes out; back it goes when it is empty. */
static int unload(struct relay *r, struct relay_end *to, struct relay_way *w)
{
	while (w->pipe.held) {
		ssize_t n = splice(w->pipe.out, NULL, to->fd, NULL, w->pipe.held,
				   SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n <= 0)
			return -1;
		w->pipe.held -= (size_t)n;
	}
	pipes_give(&r->gate->pipes, &w->pipe);
	return 0;
}

/* A queue that was long once is not kept: connections live for hours. */
static void slim(struct bytes *b)
{
	size_t cap = b->cap;

	if (b->len || b->size <= SLIM)
		return;
	bytes_done(b);
	bytes_init(b, cap);
}

int relay_drain(struct relay *r)
{
	size_t back = r->back.len;

	if (drain(&r->guest, &r->back, &back) < 0 ||
	    (!r->back.len && unload(r, &r->guest, &r->down) < 0))
		return -1;
	if (r->server.fd < 0)
		return 0;
	if (drain(&r->server, &r->held, &r->passed) < 0)
		return -1;
	slim(&r->back);
	slim(&r->held);
	return r->held.len ? 0 : unload(r, &r->server, &r->up);
}

/*
 * From one socket to the other through a pipe, at most `most` bytes. 1: that was it for now,
 * *moved bytes were taken; 0: it is to be read instead, because there is no pipe or nothing
 * came; -1: a side is gone. That nothing came is neither "nothing now" nor the end: at a mark
 * of urgent data a splice gives either for ever, and a reader goes on behind it.
 */
static int move(struct relay *r, struct relay_end *from, struct relay_end *to, struct relay_way *w,
		uint64_t most, size_t *moved)
{
	size_t want = most < PIPE_WANTED ? (size_t)most : PIPE_WANTED;
	ssize_t n;

	*moved = 0;
	if (pipes_take(&r->gate->pipes, &w->pipe) < 0)
		return 0;
	do
		n = splice(from->fd, NULL, w->pipe.in, NULL, want, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EAGAIN)
		return -1;
	w->bulk = n >= TRICKLE;
	if (n > 0) {
		*moved = w->pipe.held = (size_t)n;
		r->since_ms = now_ms();
	}
	return unload(r, to, w) < 0 ? -1 : n > 0;
}

int relay_from_guest(struct relay *r)
{
	bool unseen = r->guard.state == GUARD_UNSEEN && !r->head;
	bool straight = unseen && r->server.fd >= 0 && !r->held.len;
	uint64_t blind = r->head || r->ending || r->server.fd < 0 || r->held.len ? 0 : guard_blind(&r->guard);
	size_t moved = 0;
	ssize_t n;

	if (r->up.bulk && blind) {
		int done = move(r, &r->guest, &r->server, &r->up, blind, &moved);

		guard_went_by(&r->guard, moved);
		count(r, 0, moved);
		if (done)
			return done < 0 ? -1 : 0;
	}
	n = take_some(r, &r->guest, unseen ? GATE_SCRATCH : GUARD_HELD_MAX);
	if (n == -1)
		return 0;
	if (n < 0)
		return -1;
	if (r->ending)
		return 0; /* not read any more */
	r->up.bulk = n >= (unseen ? BULK : GUARD_HELD_MAX);
	if (n && pass(r, &r->server, &r->held, straight, (size_t)n) < 0)
		return -1;
	if (straight)
		r->passed = r->held.len;
	count(r, 0, (uint64_t)n);
	return 0;
}

int relay_from_server(struct relay *r)
{
	size_t moved = 0;
	ssize_t n;

	if (r->down.bulk && !r->back.len) {
		int done = move(r, &r->server, &r->guest, &r->down, UINT64_MAX, &moved);

		count(r, moved, 0);
		if (done)
			return done < 0 ? -1 : 0;
	}
	n = take_some(r, &r->server, GATE_SCRATCH);
	if (n == -1)
		return 0;
	if (n < 0)
		return -1;
	r->down.bulk = n >= BULK;
	guard_hears(&r->guard, r->gate->scratch, (size_t)n);
	if (n && pass(r, &r->guest, &r->back, !r->back.len, (size_t)n) < 0)
		return -1;
	count(r, (uint64_t)n, 0);
	return 0;
}
