#include "engine/vm/qmp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/passing.h"

static void fail_slot(struct qmp_slot *slot, const struct error *err)
{
	struct qmp_slot s = *slot;

	*slot = (struct qmp_slot){ .id = 0 }; /* free before its owner asks again */
	s.fn(s.arg, NULL, err);
}

static void close_down(struct qmp *q)
{
	q->state = QMP_STATE_GONE;
	timer_stop(&q->deadline);
	if (q->source.loop) {
		source_forget(&q->source);
		close(q->source.fd);
	}
}

static void go(struct qmp *q, const char *why, bool violation)
{
	struct error err;

	if (q->state == QMP_STATE_GONE)
		return;
	close_down(q);
	error_set(&err, ECONNRESET, "QMP: %s", why);
	for (int i = 0; i < QMP_PENDING; i++)
		if (q->slots[i].id)
			fail_slot(&q->slots[i], &err);
	if (q->gone)
		q->gone(q, why, violation);
}

static void flush(struct qmp *q)
{
	while (q->out.len && q->state != QMP_STATE_GONE) {
		ssize_t n = send(q->source.fd, bytes_front(&q->out), q->out.len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0)
			break; /* the reading side tells how it ended */
		bytes_eat(&q->out, (size_t)n);
	}
	source_want(&q->source, EPOLLIN | (q->out.len ? EPOLLOUT : 0));
}

static uint64_t earliest(const struct qmp *q)
{
	uint64_t at = 0;

	for (int i = 0; i < QMP_PENDING; i++) {
		const struct qmp_slot *s = &q->slots[i];

		if (s->id && s->deadline_ms && (!at || s->deadline_ms < at))
			at = s->deadline_ms;
	}
	return at;
}

static void arm(struct qmp *q)
{
	uint64_t at = earliest(q), now = now_ms();
	struct error err;

	if (!at || q->state == QMP_STATE_GONE)
		timer_stop(&q->deadline);
	else if (timer_start(q->loop, &q->deadline, at > now ? at - now : 0, 0, &err) < 0)
		go(q, err.msg, false);
}

static void on_deadline(struct timer *t)
{
	struct qmp *q = LIST_ITEM(t, struct qmp, deadline);
	uint64_t now = now_ms();
	struct error err;

	error_set(&err, ETIMEDOUT, "QMP");
	for (int i = 0; i < QMP_PENDING && q->state != QMP_STATE_GONE; i++) {
		struct qmp_slot *s = &q->slots[i];

		if (s->id && s->deadline_ms && s->deadline_ms <= now)
			fail_slot(s, &err);
	}
	arm(q);
}

static int put_request(struct qmp *q, struct bytes *to, const char *command, const char *args,
		       unsigned deadline_ms, qmp_reply_fn *fn, void *arg)
{
	struct qmp_slot *slot = q->slots;

	while (slot < q->slots + QMP_PENDING && slot->id)
		slot++;
	if (q->state == QMP_STATE_GONE || slot == q->slots + QMP_PENDING ||
	    bytes_printf(to, "{\"execute\":\"%s\",\"id\":%llu%s%s}\n", command,
			 (unsigned long long)q->next_id, args ? ",\"arguments\":" : "",
			 args ? args : "") < 0)
		return -1;
	*slot = (struct qmp_slot){ .id = q->next_id++, .fn = fn, .arg = arg,
				   .deadline_ms = deadline_ms ? now_ms() + deadline_ms : 0 };
	flush(q);
	arm(q);
	return 0;
}

int qmp_ask(struct qmp *q, const char *command, const char *args, unsigned deadline_ms,
	    qmp_reply_fn *fn, void *arg)
{
	struct bytes *to = q->state == QMP_STATE_READY ? &q->out : &q->held;

	return put_request(q, to, command, args, deadline_ms, fn, arg);
}

int qmp_ask_fd(struct qmp *q, const char *command, const char *args, int fd, qmp_reply_fn *fn,
	       void *arg)
{
	/* A descriptor goes with a byte: with the first of the question, here a space. */
	if (q->state != QMP_STATE_READY || q->out.len ||
	    passing_send(q->source.fd, " ", 1, &fd, 1, 0) != 1)
		return -1;
	return qmp_ask(q, command, args, 0, fn, arg);
}

static void on_capabilities(void *arg, const cJSON *ret, const struct error *err)
{
	struct qmp *q = arg;

	(void)err;
	if (!ret) {
		go(q, "it refuses the handshake", true);
		return;
	}
	q->state = QMP_STATE_READY;
	if (bytes_add(&q->out, bytes_front(&q->held), q->held.len) < 0)
		go(q, "too much was asked", false);
	bytes_done(&q->held);
	flush(q);
}

static int on_greeting(struct qmp *q)
{
	if (q->state != QMP_STATE_GREETING)
		return 1;
	q->state = QMP_STATE_CAPABILITIES;
	/* The handshake's deadline is that of its slot, taken in qmp_start. */
	if (bytes_printf(&q->out, "{\"execute\":\"qmp_capabilities\",\"id\":1}\n") < 0)
		return 1;
	flush(q);
	return 0;
}

static int on_answer(struct qmp *q, const struct qmp_message *m)
{
	struct error err;

	if (m->id >= q->next_id || (q->state == QMP_STATE_CAPABILITIES && m->id != 1) ||
	    q->state == QMP_STATE_GREETING)
		return 1; /* of a question that was never asked */
	for (int i = 0; i < QMP_PENDING; i++) {
		struct qmp_slot s = q->slots[i];

		if (s.id != m->id)
			continue;
		if (m->kind == QMP_ERROR) {
			error_set(&err, 0, "QMP: %s", m->name);
			fail_slot(&q->slots[i], &err);
		} else {
			q->slots[i] = (struct qmp_slot){ .id = 0 };
			s.fn(s.arg, m->body, NULL);
		}
		arm(q);
		break;
	}
	return 0; /* without a slot: its deadline has passed */
}

static int on_message(void *arg, const struct qmp_message *m)
{
	struct qmp *q = arg;
	int bad = 0;

	if (m->kind == QMP_GREETING)
		bad = on_greeting(q);
	else if (m->kind == QMP_EVENT && q->event)
		q->event(q, m->name, m->body);
	else if (m->kind != QMP_EVENT)
		bad = on_answer(q, m);
	if (bad)
		go(q, "a message out of turn", true);
	return q->state == QMP_STATE_GONE;
}

/* One chunk: 1 when there may be more. */
static int read_some(struct qmp *q)
{
	char buf[16 * 1024];
	struct error err;
	ssize_t n = read(q->source.fd, buf, sizeof(buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		go(q, n ? strerror(errno) : "it closed the connection", false);
		return 0;
	}
	if (qmp_reader_feed(&q->reader, buf, (size_t)n, on_message, q, &err) < 0)
		go(q, err.msg, true);
	return q->state != QMP_STATE_GONE;
}

static void on_ready(struct source *s, uint32_t events)
{
	struct qmp *q = SOURCE_OWNER(s, struct qmp, source);

	if (events & EPOLLOUT)
		flush(q);
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		read_some(q); /* one chunk a turn: a storm of events is not the only thing here */
}

void qmp_drain(struct qmp *q)
{
	/* Bounded: a socket's buffer holds some 200 KiB, and its writer is dead. */
	for (int i = 0; i < 64 && q->source.loop && read_some(q); i++)
		;
}

int qmp_start(struct qmp *q, struct loop *loop, int fd, unsigned greeting_ms, struct error *err)
{
	q->loop = loop;
	q->state = QMP_STATE_GREETING;
	q->next_id = 2; /* 1 is the handshake's */
	q->source.fn = on_ready;
	q->deadline.fn = on_deadline;
	memset(q->slots, 0, sizeof(q->slots));
	q->slots[0] = (struct qmp_slot){ .id = 1, .fn = on_capabilities, .arg = q,
					 .deadline_ms = now_ms() + greeting_ms };
	qmp_reader_init(&q->reader);
	bytes_init(&q->held, QMP_OUT_MAX);
	bytes_init(&q->out, QMP_OUT_MAX);
	if (timer_start(loop, &q->deadline, greeting_ms, 0, err) < 0)
		return -1;
	if (loop_watch(loop, &q->source, fd, EPOLLIN, err) < 0) {
		timer_stop(&q->deadline);
		return -1;
	}
	return 0;
}

void qmp_done(struct qmp *q)
{
	close_down(q);
	qmp_reader_done(&q->reader);
	bytes_done(&q->held);
	bytes_done(&q->out);
}
