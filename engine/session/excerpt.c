#include "engine/session/excerpt.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/session/redact.h"

/* Of an event: far below what a reader of one takes (CAST_LINE). */
enum { EVENT_BYTES = 64 * 1024 };

bool excerpt_is_cast(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && strcmp(dot, ".cast") == 0;
}

static void as_cast(struct bytes *out, const struct cast_header *header, const struct bytes *shown)
{
	const uint8_t *p = bytes_front(shown);
	struct cast_held held = { 0 };

	cast_put_header(out, header);
	for (size_t at = 0; at < shown->len; at += EVENT_BYTES) {
		size_t n = shown->len - at < EVENT_BYTES ? shown->len - at : EVENT_BYTES;

		cast_put_output(out, 0, &held, p + at, n); /* code points are whole at the end */
	}
}

static int write_new(const char *path, const struct bytes *b, struct error *err)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0) {
		error_set(err, errno, "write %s", path);
		if (err->code == EEXIST)
			error_hint(err, "choose another name, or remove it first");
		return -1;
	}
	if (fd_write_all(fd, bytes_front(b), b->len, err) < 0) {
		unlink(path);
		return error_wrap(err, "write %s", path);
	}
	return 0;
}

int excerpt_save(const char *path, const struct cast_header *header, const struct bytes *shown,
		 struct excerpt_saved *saved, struct error *err)
{
	struct bytes clean, cast, *out = &clean;
	struct redact redact;
	int r;

	/* "[redacted]" may be longer than what it stands for, escapes in JSON six times. */
	bytes_init(&clean, shown->len * 2 + 1024);
	bytes_init(&cast, shown->len * 12 + 8192);
	redact_init(&redact);
	redact_feed(&redact, bytes_front(shown), shown->len, &clean);
	redact_flush(&redact, &clean);
	if (excerpt_is_cast(path)) {
		as_cast(&cast, header, &clean);
		out = &cast;
	}
	*saved = (struct excerpt_saved){ .bytes = out->len, .taken = redact.taken };
	r = out->dropped ? error_set(err, ENOMEM, "write %s", path) : write_new(path, out, err);
	redact_done(&redact);
	bytes_done(&cast);
	bytes_done(&clean);
	return r;
}
