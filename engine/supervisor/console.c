#include "engine/supervisor/console_parts.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
	READ = 64 << 10,
	TURN = 128 << 10, /* bytes taken in one turn of the loop */
	SHORT = 64, /* bytes: less than that was all there was */
	LAST_TURNS = 64, /* of a machine that has ended */
};

static void on_bell(void *owner)
{
	struct console *c = owner;

	c->events->bell(c);
}

static void on_notify(void *owner, const char *title, const char *body)
{
	struct console *c = owner;

	c->events->notify(c, *body ? body : title);
}

static void on_agent_state(void *owner, const struct vt_agent *words)
{
	struct console *c = owner;

	c->events->agent_state(c, words);
}

static void on_prompt(void *owner, char mark)
{
	struct console *c = owner;

	c->events->prompt(c, mark);
}

static const struct vt_events vt_hooks = {
	.bell = on_bell, .notify = on_notify, .agent_state = on_agent_state,
	.prompt = on_prompt,
};

static void rested(struct timer *t);

static void sync_over(struct timer *t)
{
	struct console *c = SOURCE_OWNER(t, struct console, sync);

	c->events->changed(c);
}

int console_init(struct console *c, int dir, int cols, int rows,
		 const struct console_events *events, struct error *err)
{
	*c = (struct console){ .events = events, .sync.fn = sync_over, .rest.fn = rested,
			       .answers = CONSOLE_ANSWERS_BURST, .answered_at = now_ms() };
	console_input_init(c);
	c->vt = vt_new(cols, rows, CONSOLE_SCROLLBACK);
	if (!c->vt)
		return error_set(err, ENOMEM, "console of %dx%d", cols, rows);
	vt_set_events(c->vt, &vt_hooks, c);
	if (log_open(&c->log, dir, "console.log", CONSOLE_LOG, err) < 0)
		return -1;
	transcript_init(&c->transcript, &c->log);
	return 0;
}

/* After n bytes of a flood, perhaps. */
static void rest(struct console *c, size_t n)
{
	uint64_t now = now_us();
	struct throttle_times times;
	struct error ignored;

	if (throttle_took(&c->throttle, n, now) && throttle_look(&times))
		throttle_step(&c->throttle, &times, now);
	if (c->throttle.rest_ms && c->source.loop && n >= SHORT)
		timer_start(c->source.loop, &c->rest, c->throttle.rest_ms, 0, &ignored);
}

static void rested(struct timer *t)
{
	console_flush(SOURCE_OWNER(t, struct console, rest)); /* wants to be told again */
}

static void refill_answers(struct console *c, uint64_t now)
{
	uint64_t more = (now - c->answered_at) * CONSOLE_ANSWERS / 1000;

	if (!more)
		return;
	c->answers = more + c->answers > CONSOLE_ANSWERS_BURST ? CONSOLE_ANSWERS_BURST :
								 (unsigned)(more + c->answers);
	c->answered_at = now;
}

/* A guest that asks but does not read gets no answers: they must not crowd out what the
 * person types. One that asks without end gets few. All that there is at a time, or
 * nothing: half an answer would be taken for keys. */
static void answer_queries(struct console *c, uint64_t now)
{
	char buf[VT_REPLY_CAP];
	size_t n = vt_replies(c->vt, buf, sizeof(buf));

	if (!n)
		return;
	refill_answers(c, now);
	if (n > c->answers || c->input.len >= CONSOLE_INPUT / 16 || bytes_add(&c->input, buf, n) < 0)
		c->unanswered += n;
	else
		c->answers -= (unsigned)n;
}

uint64_t console_dropped(const struct console *c)
{
	return c->input.dropped + vt_replies_dropped(c->vt) + c->unanswered + c->transcript.dropped;
}

static void hold_frame(struct console *c, uint64_t now)
{
	uint64_t deadline = vt_sync_deadline(c->vt);
	struct error err;

	if (vt_frame_held(c->vt, now) && !timer_running(&c->sync) && c->source.loop)
		timer_start(c->source.loop, &c->sync, deadline > now ? deadline - now : 1, 0, &err);
}

static void take(struct console *c, const uint8_t *data, size_t n)
{
	uint64_t now = now_ms();

	vt_write(c->vt, data, n, now);
	answer_queries(c, now);
	hold_frame(c, now);
	if (!c->any_output) {
		c->any_output = true;
		c->events->output(c);
	}
}

/* What is shown goes first, the files have time, and so does the Enter that waits for a
 * text to be shown: looking for it on the whole screen takes longer than all the rest of a
 * key's way through this process. */
static void keep(struct console *c, const uint8_t *data, size_t n)
{
	transcript_add(&c->transcript, data, n, now_ms());
	recording_add(&c->recording, c->vt, data, n);
}

/* True when there may be more. */
static bool readable(struct console *c)
{
	static const size_t whole = READ;
	uint8_t buf[READ];
	size_t turn = 0, last = 0;

	while (turn < TURN) {
		ssize_t n = read(c->source.fd, buf, whole);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0 || errno != EAGAIN)
				source_forget(&c->source);
			break;
		}
		take(c, buf, (size_t)n);
		turn += (size_t)n;
		last = (size_t)n;
		if (last < SHORT)
			break;
		keep(c, buf, last);
		last = 0;
	}
	if (turn) {
		c->events->changed(c);
		console_input_drawn(c, now_ms());
	}
	if (last)
		keep(c, buf, last);
	rest(c, turn);
	console_flush(c);
	return c->source.loop && turn >= TURN;
}

static void event(struct source *s, uint32_t events)
{
	struct console *c = SOURCE_OWNER(s, struct console, source);

	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
		if ((readable(c) && !timer_running(&c->rest)) || events & (EPOLLHUP | EPOLLERR))
			source_again(s);
	} else if (events & EPOLLOUT) {
		console_flush(c);
	}
}

int console_attach(struct console *c, struct loop *l, int fd, struct error *err)
{
	c->source.fn = event;
	return loop_watch(l, &c->source, fd, CONSOLE_WAIT, err);
}

void console_detach(struct console *c)
{
	for (int i = 0; i < LAST_TURNS && readable(c); i++)
		;
	source_forget(&c->source);
	timer_stop(&c->sync);
	timer_stop(&c->enter_timer); /* nobody is there to take it */
	timer_stop(&c->rest);
}

void console_done(struct console *c)
{
	source_forget(&c->source);
	timer_stop(&c->sync);
	timer_stop(&c->rest);
	recording_stop(&c->recording);
	vt_free(c->vt);
	c->vt = NULL;
	console_input_done(c);
	log_close(&c->log);
}

/* The last row of the screen that has anything on it. */
static int last_row(const struct vt *vt)
{
	int r = vt_rows(vt) - 1;
	char probe[8];

	while (r > 0 && !vt_line_text(vt, vt_screen(vt) + (uint64_t)r, probe, sizeof(probe)))
		r--;
	return r;
}

void console_say(struct console *c, const char *fmt, ...)
{
	static const char leave[] = "\x18\033[?1049l\033[r\033[?6l\033[0m";
	char text[400], line[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* Out of whatever the guest left: normal screen, whole region, plain text, below
	 * what is written. */
	vt_write(c->vt, leave, sizeof(leave) - 1, now_ms());
	recording_add(&c->recording, c->vt, leave, sizeof(leave) - 1);
	n = snprintf(line, sizeof(line), "\033[%d;1H\r\n[vmdeck: %s]\r\n", last_row(c->vt) + 1, text);
	vt_write(c->vt, line, (size_t)n, now_ms());
	recording_add(&c->recording, c->vt, line, (size_t)n);
	transcript_add(&c->transcript, line, (size_t)n, now_ms());
	c->events->changed(c);
}
