#include "engine/supervisor/boot.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "engine/base/text.h"

enum {
	BOOT_LOG = 256 << 10,
	TURN_READS = 16,
};

static bool tells_why(const char *line)
{
	static const char *const words[] = { "Kernel panic", "VFS: Unable", "EXT4-fs error",
					     "Out of memory" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strstr(line, words[i]))
			return true;
	return false;
}

static void listen_for_panic(struct boot *b, const char *data, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (data[i] != '\n' && data[i] != '\r') {
			if (b->n < sizeof(b->line) - 1)
				b->line[b->n++] = data[i];
			continue;
		}
		b->line[b->n] = '\0';
		if (!b->panic[0] && tells_why(b->line))
			text_clean_str(b->panic, sizeof(b->panic), b->line);
		b->n = 0;
	}
}

static void readable(struct source *src, uint32_t events)
{
	struct boot *b = SOURCE_OWNER(src, struct boot, source);
	char buf[4096];

	(void)events;
	for (int i = 0; i < TURN_READS; i++) {
		ssize_t n = read(src->fd, buf, sizeof(buf));

		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			return;
		if (n <= 0) {
			source_forget(src);
			return;
		}
		listen_for_panic(b, buf, (size_t)n);
		transcript_add(&b->text, buf, (size_t)n, now_ms());
	}
}

int boot_init(struct boot *b, int dir, struct error *err)
{
	*b = (struct boot){ .source.fn = readable };
	if (log_open(&b->log, dir, "boot.log", BOOT_LOG, err) < 0)
		return -1;
	transcript_init(&b->text, &b->log);
	return 0;
}

int boot_attach(struct boot *b, struct loop *l, int fd, struct error *err)
{
	return loop_watch(l, &b->source, fd, EPOLLIN, err);
}

void boot_detach(struct boot *b)
{
	if (b->source.loop)
		readable(&b->source, 0);
	source_forget(&b->source);
}

void boot_done(struct boot *b)
{
	source_forget(&b->source);
	log_close(&b->log);
}

void boot_say(struct boot *b, const char *fmt, ...)
{
	char line[1200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	log_line(&b->log, "%s", line);
}
