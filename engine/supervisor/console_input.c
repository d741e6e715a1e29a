#include "engine/supervisor/console_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

void console_flush(struct console *c)
{
	if (!c->source.loop)
		return;
	while (c->input.len) {
		ssize_t n = write(c->source.fd, bytes_front(&c->input), c->input.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		bytes_eat(&c->input, (size_t)n);
	}
	source_want(&c->source, (timer_running(&c->rest) ? (uint32_t)EPOLLET : CONSOLE_WAIT) |
				       (c->input.len ? (uint32_t)EPOLLOUT : 0u));
}

/* To the guest, or behind the Enter that waits. */
static void put(struct console *c, const void *data, size_t n)
{
	if (!n)
		return;
	c->last_input = now_ms();
	timer_stop(&c->rest); /* somebody waits for what comes next */
	bytes_add(c->enter.waiting ? &c->behind : &c->input, data, n);
	console_flush(c);
}

/* Enter, judged by the text as it was before it was put into brackets. */
static void put_text(struct console *c, const void *text, size_t text_n, const void *data, size_t n)
{
	put(c, data, n);
	if (!c->enter.waiting) /* the key is on its way; the screen is as it was */
		enter_typed(&c->enter, c->vt, text, text_n, now_ms());
}

void console_type(struct console *c, const void *data, size_t n)
{
	put_text(c, data, n, data, n);
}

void console_key(struct console *c, uint32_t key, unsigned mods)
{
	char buf[64];
	size_t n = vt_key_encode(c->vt, key, mods, buf, sizeof(buf));

	/* Looking for its letter all over the screen would be in the way of its echo, and whose
	 * finger presses it also presses Enter. */
	put_text(c, "", 0, buf, n);
}

void console_paste(struct console *c, const char *text, size_t n)
{
	char *buf = malloc(n + 16);

	if (buf)
		put_text(c, text, n, buf, vt_paste_encode(c->vt, text, n, buf, n + 16));
	free(buf);
}

static void enter_later(struct console *c)
{
	uint64_t due = enter_due(&c->enter), now = now_ms();
	struct error err;

	if (!due || !c->source.loop)
		timer_stop(&c->enter_timer);
	else
		timer_start(c->source.loop, &c->enter_timer, due > now ? due - now : 1, 0, &err);
}

/* What was typed behind an Enter, up to the next one. */
static void put_behind(struct console *c)
{
	size_t n = c->n_enters ? c->enters[0] : c->behind.len;

	if (n) {
		enter_typed(&c->enter, c->vt, bytes_front(&c->behind), n, now_ms());
		put(c, bytes_front(&c->behind), n);
		bytes_eat(&c->behind, n);
	}
	for (size_t i = 0; i < c->n_enters; i++)
		c->enters[i] -= n;
}

static void press(struct console *c);

/* And the next Enter, if there is one. */
static void go_on(struct console *c)
{
	c->taking = false;
	put_behind(c);
	if (!c->n_enters)
		return;
	memmove(c->enters, c->enters + 1, --c->n_enters * sizeof(*c->enters));
	if (enter_wanted(&c->enter, c->vt, now_ms()))
		press(c);
}

/* What comes behind, now or later, waits until this Enter is taken as well: read in one
 * piece, the two would be a paste again. */
static void press(struct console *c)
{
	put(c, "\r", 1);
	c->entered++;
	c->events->entered(c, c->entered);
	enter_typed(&c->enter, c->vt, "", 0, now_ms());
	c->taking = !enter_wanted(&c->enter, c->vt, now_ms());
	if (!c->taking)
		go_on(c);
}

static void enter_over(struct timer *t)
{
	struct console *c = SOURCE_OWNER(t, struct console, enter_timer);

	if (enter_may(&c->enter, now_ms())) {
		if (c->taking)
			go_on(c);
		else
			press(c);
	}
	enter_later(c);
}

uint32_t console_enter(struct console *c)
{
	if (!c->enter.waiting) {
		uint32_t number = c->entered + 1;

		if (enter_wanted(&c->enter, c->vt, now_ms()) || !c->source.loop)
			press(c);
		enter_later(c);
		return number;
	}
	if (c->n_enters == CONSOLE_ENTERS) /* as part of what the last of them submits */
		bytes_add(&c->behind, "\r", 1);
	else
		c->enters[c->n_enters++] = c->behind.len;
	return c->entered + !c->taking + (uint32_t)c->n_enters;
}

void console_hold(struct console *c, uint64_t until)
{
	if (c->enter.hold == until)
		return;
	c->enter.hold = until;
	if (c->enter.waiting)
		enter_later(c);
}

void console_mouse(struct console *c, int button, int row, int col, unsigned mods, bool press,
		   bool motion)
{
	char buf[64];

	if (button < 0 || button > VT_WHEEL_RIGHT)
		return;
	put(c, buf, vt_mouse_encode(c->vt, motion ? VT_MOTION : press ? VT_PRESS : VT_RELEASE,
					     (enum vt_button)button, row, col, mods, buf, sizeof(buf)));
}

void console_focus(struct console *c, bool in)
{
	char buf[16];
	size_t n = vt_focus_encode(c->vt, in, buf, sizeof(buf));

	if (n) {
		bytes_add(&c->input, buf, n);
		console_flush(c);
	}
}

void console_input_init(struct console *c)
{
	bytes_init(&c->input, CONSOLE_INPUT);
	bytes_init(&c->behind, CONSOLE_INPUT);
	c->enter_timer.fn = enter_over;
}

void console_input_done(struct console *c)
{
	timer_stop(&c->enter_timer);
	bytes_done(&c->input);
	bytes_done(&c->behind);
}

void console_input_drawn(struct console *c, uint64_t now)
{
	if (c->input.len) /* what is drawn cannot be what is still on its way */
		return;
	enter_drawn(&c->enter, c->vt, now);
	if (c->enter.waiting)
		enter_later(c);
}
