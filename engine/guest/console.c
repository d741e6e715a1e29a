#include "engine/guest/console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static int open_name(struct console *c, const char *name)
{
	char path[32];

	if (c->fd >= 0)
		return 0;
	snprintf(path, sizeof(path), "/dev/%s", name);
	c->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	c->name = name;
	return c->fd < 0 ? -1 : 0;
}

int console_open_hvc(struct console *c)
{
	return open_name(c, "hvc0");
}

int console_open(struct console *c)
{
	return console_open_hvc(c) < 0 && open_name(c, "ttyS0") < 0 ? errno : 0;
}

/* What a login would find: echo, signals, lines; no flow control by ^S, which
 * looks like a hung agent; UTF-8 aware erase. */
void console_reset(struct console *c, const struct user *u)
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
	tcsetattr(c->fd, TCSANOW, &t);
	(void)!fchown(c->fd, (uid_t)u->uid, 5);
	(void)!fchmod(c->fd, 0620);
}

void console_resize(struct console *c, uint16_t cols, uint16_t rows)
{
	struct winsize size = { .ws_col = cols, .ws_row = rows };

	if (c->fd >= 0)
		ioctl(c->fd, TIOCSWINSZ, &size);
}

int console_adopt(const struct console *c)
{
	char path[32];

	if (setsid() < 0)
		return errno;
	/* A description of its own: ours is non-blocking. */
	snprintf(path, sizeof(path), "/dev/%s", c->name);
	int fd = open(path, O_RDWR | O_NOCTTY);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 1) < 0)
		return errno;
	for (int i = 0; i < 3; i++)
		if (fd != i && dup2(fd, i) < 0)
			return errno;
	if (fd > 2)
		close(fd);
	return 0;
}

void console_say(struct console *c, const char *fmt, ...)
{
	va_list ap;

	if (c->fd < 0)
		return;
	dprintf(c->fd, "\r\n\033[0;2m");
	va_start(ap, fmt);
	vdprintf(c->fd, fmt, ap);
	va_end(ap);
	dprintf(c->fd, "\033[0m\r\n");
}
