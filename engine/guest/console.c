#include "engine/guest/console.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "engine/guest/port.h"

enum {
	DRAIN_MS = 500,
	QUIET_MS = 100, /* who says nothing for so long waits for an answer */
};

static void on_line(struct watch *w, uint32_t events);
static void on_master(struct watch *w, uint32_t events);

void console_init(struct console *c, int epoll)
{
	c->epoll = epoll;
	c->line = (struct watch){ .fn = on_line, .arg = c, .fd = -1 };
	c->master = (struct watch){ .fn = on_master, .arg = c, .fd = -1 };
	c->agent = -1;
}

/* The line. */

static void make_raw(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) < 0)
		return;
	cfmakeraw(&t);
	t.c_cflag |= CREAD | CLOCAL;
	tcsetattr(fd, TCSANOW, &t);
}

static int open_device(struct console *c, const char *path, const char *name)
{
	c->line.fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	c->name = name;
	if (c->line.fd < 0)
		return -1;
	make_raw(c->line.fd);
	return 0;
}

int console_open_virtio(struct console *c)
{
	char device[256];

	if (c->line.fd >= 0)
		return 0;
	if (port_device(CONSOLE_PORT, device, sizeof(device)))
		return open_device(c, device, "port");
	return open_device(c, "/dev/hvc0", "hvc0");
}

int console_open(struct console *c)
{
	return console_open_virtio(c) < 0 && open_device(c, "/dev/ttyS0", "ttyS0") < 0 ? errno : 0;
}

/* The bytes between. */

/* Wait for reading only while there is room to put it, for writing only while
 * there is something to write. */
static void want(struct console *c)
{
	watch_want(c->epoll, &c->line, (c->in.len ? 0u : (uint32_t)EPOLLIN) |
					       (c->out.len ? (uint32_t)EPOLLOUT : 0u));
	watch_want(c->epoll, &c->master, (c->out.len ? 0u : (uint32_t)EPOLLIN) |
						 (c->in.len ? (uint32_t)EPOLLOUT : 0u));
}

static void push(struct console_queue *q, int to)
{
	while (q->len) {
		ssize_t n = write(to, q->data + q->at, q->len);

		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) { /* nobody there: it is lost, as on a cable */
			q->len = 0;
			return;
		}
		q->at += (size_t)n;
		q->len -= (size_t)n;
	}
}

/* 1: some came, 0: none for now, -1: this end is over. */
static int pull(struct console_queue *q, int from)
{
	ssize_t n = read(from, q->data, sizeof(q->data));

	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0)
		return -1;
	q->at = 0;
	q->len = (size_t)n;
	return 1;
}

static void on_line(struct watch *w, uint32_t events)
{
	struct console *c = w->arg;

	if (events & EPOLLOUT)
		push(&c->out, c->line.fd);
	if (!c->in.len && (events & (EPOLLIN | EPOLLHUP | EPOLLERR))) {
		if (pull(&c->in, c->line.fd) < 0)
			return watch_pause(c->epoll, &c->line);
		push(&c->in, c->master.fd);
	}
	want(c);
}

static void on_master(struct watch *w, uint32_t events)
{
	struct console *c = w->arg;

	if (events & EPOLLOUT)
		push(&c->in, c->master.fd);
	if (!c->out.len && (events & (EPOLLIN | EPOLLHUP | EPOLLERR))) {
		if (pull(&c->out, c->master.fd) < 0)
			return watch_pause(c->epoll, &c->master);
		push(&c->out, c->line.fd);
	}
	want(c);
}

void console_drain(struct console *c)
{
	struct pollfd p = { .fd = c->line.fd, .events = POLLOUT };

	if (c->master.fd < 0)
		return;
	do {
		push(&c->out, c->line.fd);
		if (c->out.len && poll(&p, 1, DRAIN_MS) != 1)
			return;
	} while (c->out.len || pull(&c->out, c->master.fd) > 0);
}

bool console_converse(struct console *c, const char *typed, int pidfd, int ms)
{
	struct pollfd p[2] = { { .fd = pidfd, .events = POLLIN }, { .fd = c->master.fd, .events = POLLIN } };
	int quiet = ms; /* until it has said something, it has all the time */

	for (;;) {
		int n = poll(p, 2, typed ? quiet : ms);

		if (n < 0 || p[0].revents || (n == 0 && !typed))
			return n > 0;
		if (n == 0) {
			(void)!write(c->master.fd, typed, strlen(typed));
			typed = NULL;
			continue;
		}
		on_master(&c->master, EPOLLIN);
		quiet = QUIET_MS;
	}
}

/* The agent's terminal. */

/* What a login would find: echo, signals, lines; no flow control by ^S, which
 * looks like a hung agent; UTF-8 aware erase. */
static void settle(int fd)
{
	struct termios t = {
		.c_iflag = ICRNL | IUTF8,
		.c_oflag = OPOST | ONLCR,
		.c_cflag = CS8 | CREAD | CLOCAL | B115200,
		.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
		.c_cc = { [VINTR] = 3, [VQUIT] = 28, [VERASE] = 127, [VKILL] = 21, [VEOF] = 4,
			  [VSTART] = 17, [VSTOP] = 19, [VSUSP] = 26, [VREPRINT] = 18,
			  [VWERASE] = 23, [VLNEXT] = 22, [VMIN] = 1 },
	};

	cfsetspeed(&t, B115200);
	tcsetattr(fd, TCSANOW, &t);
	(void)!fchown(fd, 0, 5);
	(void)!fchmod(fd, 0620);
}

static void close_agent(struct console *c)
{
	watch_close(c->epoll, &c->master);
	if (c->agent >= 0)
		close(c->agent);
	c->agent = -1;
	c->in.len = c->out.len = 0;
}

int console_begin(struct console *c)
{
	int unlock = 0;

	close_agent(c);
	c->master.fd = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (c->master.fd < 0 || ioctl(c->master.fd, TIOCSPTLCK, &unlock) < 0)
		return errno;
	c->agent = ioctl(c->master.fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (c->agent < 0)
		return errno;
	settle(c->agent);
	ioctl(c->master.fd, TIOCSWINSZ, &c->size);
	want(c);
	return 0;
}

void console_give(struct console *c, const struct user *u)
{
	if (u->uid)
		(void)!fchown(c->agent, (uid_t)u->uid, 5);
}

void console_resize(struct console *c, uint16_t cols, uint16_t rows)
{
	c->size = (struct winsize){ .ws_col = cols, .ws_row = rows };
	if (c->line.fd >= 0)
		ioctl(c->line.fd, TIOCSWINSZ, &c->size);
	if (c->master.fd >= 0)
		ioctl(c->master.fd, TIOCSWINSZ, &c->size);
}

int console_adopt(const struct console *c)
{
	if (setsid() < 0 || ioctl(c->agent, TIOCSCTTY, 1) < 0)
		return errno;
	for (int i = 0; i < 3; i++)
		if (dup2(c->agent, i) < 0)
			return errno;
	return 0;
}

void console_say(struct console *c, const char *fmt, ...)
{
	va_list ap;

	if (c->line.fd < 0)
		return;
	dprintf(c->line.fd, "\r\n\033[0;2m");
	va_start(ap, fmt);
	vdprintf(c->line.fd, fmt, ap);
	va_end(ap);
	dprintf(c->line.fd, "\033[0m\r\n");
}
