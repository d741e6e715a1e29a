#include "engine/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/text.h"

static int open_file(struct log *l)
{
	struct stat st;

	l->fd = openat(l->dir, l->name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	l->size = l->fd >= 0 && fstat(l->fd, &st) == 0 ? (size_t)st.st_size : 0;
	return l->fd;
}

int log_open(struct log *l, int dir, const char *name, size_t cap, struct error *err)
{
	*l = (struct log){ .dir = dir, .name = name, .cap = cap };
	if (open_file(l) < 0)
		return error_set(err, errno, "open log %s", name);
	return 0;
}

void log_close(struct log *l)
{
	if (l->name && l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

void log_bytes(struct log *l, const void *data, size_t n)
{
	char old[256];

	if (!l->name || l->fd < 0)
		return;
	if (l->size + n > l->cap && l->size) {
		snprintf(old, sizeof(old), "%s.1", l->name);
		renameat(l->dir, l->name, l->dir, old);
		close(l->fd);
		if (open_file(l) < 0)
			return;
	}
	if (n > l->cap)
		n = l->cap;
	if (write(l->fd, data, n) == (ssize_t)n)
		l->size += n;
}

void log_line(struct log *l, const char *fmt, ...)
{
	char raw[1024], line[1200];
	struct timespec t;
	struct tm tm;
	va_list ap;
	size_t n;

	if (!l->name || l->fd < 0)
		return;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	clock_gettime(CLOCK_REALTIME, &t);
	gmtime_r(&t.tv_sec, &tm);
	n = strftime(line, sizeof(line), "%Y-%m-%dT%H:%M:%S", &tm);
	n += (size_t)snprintf(line + n, sizeof(line) - n, ".%03ldZ ", t.tv_nsec / 1000000);
	n += text_clean(line + n, sizeof(line) - n - 1, raw, strlen(raw), false);
	line[n++] = '\n';
	log_bytes(l, line, n);
}
