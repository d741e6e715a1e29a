#include "engine/vm/demo_console.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "engine/base/file.h"

enum { OUT_CAP = 256 * 1024 };

const struct demo_script *const demo_scripts[] = {
	&demo_shell, &demo_claude, &demo_codex, &demo_build, &demo_noisy, &demo_matrix,
	&demo_replay, &demo_keys, NULL,
};

static const struct demo_script *find(const char *name)
{
	for (const struct demo_script *const *s = demo_scripts; *s; s++)
		if (!strcmp((*s)->name, name))
			return *s;
	return NULL;
}

bool demo_console_exists(const char *script)
{
	return find(script);
}

void demo_print(struct demo *d, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n > 0)
		bytes_add(&d->out, text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

uint32_t demo_random(struct demo *d, uint32_t below)
{
	d->random ^= d->random << 13; /* xorshift32 */
	d->random ^= d->random >> 17;
	d->random ^= d->random << 5;
	return d->random % below;
}

/* Blocks when nobody reads, as any program on a terminal does. */
static void flush(struct demo *d)
{
	struct error err;

	if (fd_write_all(1, bytes_front(&d->out), d->out.len, &err) < 0)
		loop_stop(&d->loop, 1);
	bytes_clear(&d->out);
}

void demo_exit(struct demo *d, int status)
{
	loop_stop(&d->loop, status);
}

void demo_ticks(struct demo *d, unsigned ms)
{
	struct error err;

	timer_stop(&d->tick);
	if (ms)
		timer_start(&d->loop, &d->tick, ms, ms, &err);
}

static void on_tick(struct timer *t)
{
	struct demo *d = LIST_ITEM(t, struct demo, tick);

	d->ticks++;
	d->script->tick(d);
	flush(d);
}

/* Arrow keys come as ESC [ A or ESC O A in one read; everything else is given
 * byte by byte. */
static void on_input(struct source *s, uint32_t events)
{
	struct demo *d = SOURCE_OWNER(s, struct demo, input);
	unsigned char buf[512];
	ssize_t n = read(s->fd, buf, sizeof(buf));

	(void)events;
	if (n <= 0) {
		if (n == 0 || (errno != EINTR && errno != EAGAIN))
			demo_exit(d, 0);
		return;
	}
	for (ssize_t i = 0; i < n && !d->loop.stop; i++) {
		static const int arrows[] = { DEMO_UP, DEMO_DOWN, DEMO_RIGHT, DEMO_LEFT };

		if (buf[i] == 27 && i + 2 < n && (buf[i + 1] == '[' || buf[i + 1] == 'O') &&
		    buf[i + 2] >= 'A' && buf[i + 2] <= 'D') {
			d->script->key(d, arrows[buf[i + 2] - 'A']);
			i += 2;
		} else {
			d->script->key(d, buf[i]);
		}
	}
	flush(d);
}

static void measure(struct demo *d)
{
	struct winsize ws = { 0 };

	if (ioctl(1, TIOCGWINSZ, &ws) < 0)
		ioctl(2, TIOCGWINSZ, &ws); /* the console is a stream (demo.c) */
	d->cols = ws.ws_col ? ws.ws_col : 80;
	d->rows = ws.ws_row ? ws.ws_row : 24;
}

static void on_signal(struct signals *s, int signo, pid_t sender)
{
	struct demo *d = LIST_ITEM(s, struct demo, signals);

	(void)sender;
	if (signo != SIGWINCH) {
		demo_exit(d, 0);
		return;
	}
	measure(d);
	if (d->script->resized)
		d->script->resized(d);
	flush(d);
}

static int run(struct demo *d)
{
	static const int signals[] = { SIGWINCH, SIGTERM, SIGHUP, 0 };
	struct error err;

	if (loop_init(&d->loop, &err) < 0)
		return 1;
	bytes_init(&d->out, OUT_CAP);
	d->input.fn = on_input;
	d->tick.fn = on_tick;
	d->signals.fn = on_signal;
	if (signals_watch(&d->loop, &d->signals, signals, &err) < 0 ||
	    loop_watch(&d->loop, &d->input, 0, EPOLLIN, &err) < 0)
		return 1;
	demo_ticks(d, d->script->tick_ms);
	d->script->start(d);
	flush(d);
	return loop_run(&d->loop, &err);
}

int demo_console(const char *script)
{
	struct demo d = { .script = find(script), .random = (uint32_t)getpid() * 2654435761U | 1 };
	struct termios before, raw;
	bool tty = tcgetattr(0, &before) == 0;
	int status;

	if (!d.script)
		return 2;
	if (tty) {
		raw = before;
		cfmakeraw(&raw);
		tcsetattr(0, TCSANOW, &raw);
	}
	measure(&d);
	status = run(&d);
	timer_stop(&d.tick);
	signals_forget(&d.signals);
	bytes_done(&d.out);
	loop_done(&d.loop);
	if (tty)
		tcsetattr(0, TCSANOW, &before);
	return status < 0 ? 1 : status;
}
