#include "engine/guest/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* <3>: an error, the mildest that "quiet" lets through to the serial line. */
static void line(const char *text)
{
	char out[600];
	int n = snprintf(out, sizeof(out), "<3>vmdeck init: %s\n", text);
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	ssize_t written = write(fd, out, (size_t)n);
	(void)written;
	close(fd);
}

void say(const char *fmt, ...)
{
	char text[500];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	line(text);
}

void say_errno(const char *fmt, ...)
{
	char text[500], with[560];
	int code = errno;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	snprintf(with, sizeof(with), "%s: %s", text, strerror(code));
	line(with);
}
