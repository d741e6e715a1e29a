/* A reader of libarchive: made, opened on a part of a file, its failures in our words. */
#include "engine/image/archive_inside.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FEW = 16 * 1024 }; /* bytes to read of what will most likely be skipped */

/* The library's text may quote the archive: it is cleaned where it is shown. */
int archive_fail(struct error *err, struct archive *a, const char *doing)
{
	const char *text = archive_error_string(a);
	int code = archive_errno(a);

	return error_set(err, 0, "archive: %s: %s", doing,
			 text ? text : code > 0 ? strerror(code) : "damaged");
}

void archive_drop(struct archive **a)
{
	if (*a)
		archive_read_free(*a);
}

/* Names are bytes: without a locale in which they are text, the library would
 * drop what is not ASCII. */
static void need_utf8(void)
{
	if (MB_CUR_MAX > 1)
		return;
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (utf8)
		uselocale(utf8); /* of this thread, for good */
}

struct archive *archive_reader(struct error *err)
{
	struct archive *a = archive_read_new();

	if (!a)
		error_set(err, ENOMEM, "archive");
	else
		archive_read_support_filter_all(a);
	need_utf8();
	return a;
}

static la_ssize_t read_part(struct archive *a, void *arg, const void **buf)
{
	struct archive_part *p = arg;
	uint64_t left = p->end - p->at;

	*buf = p->buf;
	ssize_t n = pread(p->fd, p->buf, left < p->want ? left : p->want, (off_t)p->at);
	if (p->want < sizeof(p->buf))
		p->want *= 2;
	if (n < 0)
		archive_set_error(a, errno, "read");
	else
		p->at += (uint64_t)n;
	return n;
}

static la_int64_t skip_part(struct archive *a, void *arg, la_int64_t n)
{
	struct archive_part *p = arg;
	uint64_t left = p->end - p->at;

	(void)a;
	if (n < 0)
		return 0;
	if ((uint64_t)n > left)
		n = (la_int64_t)left;
	p->at += (uint64_t)n;
	p->want = FEW;
	return n;
}

struct archive_part *archive_open_part(struct archive *a, int fd, uint64_t at, uint64_t len,
				       struct error *err)
{
	struct archive_part *p = malloc(sizeof(*p));

	if (!p) {
		error_set(err, ENOMEM, "archive");
		return NULL;
	}
	p->fd = fd;
	p->at = at;
	p->end = at + len;
	p->want = FEW;
	if (archive_read_open2(a, p, NULL, read_part, skip_part, NULL) == ARCHIVE_OK)
		return p;
	archive_fail(err, a, "open");
	free(p);
	return NULL;
}
