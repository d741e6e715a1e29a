#include "engine/vm/qemu_errors.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "engine/vm/jail.h"

static void take_line(struct qemu_errors *e)
{
	static const char *const selves[] = { "qemu-system-x86_64: ", "qemu: ", NULL };
	char clean[sizeof(e->line)];
	const char *s = clean;
	size_t n;

	text_clean(clean, sizeof(clean), e->line, e->len, false);
	e->len = 0;
	if (!strncmp(s, JAIL_NOTE, strlen(JAIL_NOTE))) {
		n = strlen(e->notes);
		snprintf(e->notes + n, e->notes_cap - n, "%s%s", n ? "; " : "", s + strlen(JAIL_NOTE));
		return;
	}
	for (const char *const *self = selves; *self; self++)
		if (!strncmp(s, *self, strlen(*self)))
			s += strlen(*self);
	if (strstr(s, ": Assertion `") && e->last[0])
		return; /* the line before it says what happened, this one where */
	if (*s && strncmp(s, "warning:", 8) != 0)
		snprintf(e->last, sizeof(e->last), "%s", s);
}

/* 1: there may be more. A line that is too long is cut. */
static int read_some(struct qemu_errors *e)
{
	char buf[1024];
	ssize_t n = read(e->source.fd, buf, sizeof(buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		source_forget(&e->source);
		close(e->source.fd);
		return 0;
	}
	for (ssize_t i = 0; i < n; i++) {
		if (buf[i] == '\n')
			take_line(e);
		else if (e->len < sizeof(e->line))
			e->line[e->len++] = buf[i];
	}
	return 1;
}

static void on_ready(struct source *s, uint32_t events)
{
	(void)events;
	read_some(SOURCE_OWNER(s, struct qemu_errors, source));
}

void qemu_errors_drain(struct qemu_errors *e)
{
	/* Bounded by a pipe's 64 KiB. */
	for (int i = 0; i < 64 && e->source.loop && read_some(e); i++)
		;
	if (e->len)
		take_line(e);
}

int qemu_errors_start(struct qemu_errors *e, struct loop *l, int fd, struct error *err)
{
	e->source.fn = on_ready;
	if (loop_watch(l, &e->source, fd, EPOLLIN, err) < 0)
		return -1;
	read_some(e);
	return 0;
}

void qemu_errors_done(struct qemu_errors *e)
{
	if (!e->source.loop)
		return;
	source_forget(&e->source);
	close(e->source.fd);
}
