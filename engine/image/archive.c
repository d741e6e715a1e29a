#include "engine/image/archive.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

enum {
	CHUNK = 128 * 1024,
};

/* The library's text may quote the archive: it is cleaned where it is shown. */
static int fail(struct error *err, struct archive *a, const char *doing)
{
	const char *text = archive_error_string(a);
	int code = archive_errno(a);

	return error_set(err, 0, "archive: %s: %s", doing,
			 text ? text : code > 0 ? strerror(code) : "damaged");
}

static void drop(struct archive **a)
{
	if (*a)
		archive_read_free(*a);
}
#define AUTO_ARCHIVE __attribute__((cleanup(drop)))

/* Cut "./" and slashes off the front, refuse ".." anywhere; NULL if it must not be. */
static const char *clean(const char *path)
{
	if (!path || strlen(path) >= PATH_MAX)
		return NULL;
	while (*path == '/' || (path[0] == '.' && (path[1] == '/' || !path[1])))
		path++;
	for (const char *at = path; *at;) {
		size_t len = strcspn(at, "/");
		if (len == 2 && at[0] == '.' && at[1] == '.')
			return NULL;
		at += len;
		at += strspn(at, "/");
	}
	return path;
}

static int describe(struct archive *a, struct archive_entry *e, struct archive_file *f,
		    struct error *err)
{
	const char *hard = archive_entry_hardlink(e);

	*f = (struct archive_file){
		.path = clean(archive_entry_pathname(e)),
		.link = hard ? clean(hard) : archive_entry_symlink(e),
		.hardlink = hard,
		.mode = archive_entry_mode(e),
		.uid = (uint32_t)archive_entry_uid(e),
		.gid = (uint32_t)archive_entry_gid(e),
		.mtime = archive_entry_mtime(e),
		.size = archive_entry_size_is_set(e) ? (uint64_t)archive_entry_size(e) : 0,
		.rdev_major = (uint32_t)archive_entry_rdevmajor(e),
		.rdev_minor = (uint32_t)archive_entry_rdevminor(e),
		.reader = a,
	};
	if (!f->path || (hard && !f->link))
		return error_set(err, 0, "archive: an entry that leads outside: refused");
	return 0;
}

static int walk(struct archive *a, archive_visit_fn *fn, void *arg, struct error *err)
{
	struct archive_entry *e;
	struct archive_file f;
	uint64_t bytes = 0;

	for (int n = 0; n < ARCHIVE_ENTRIES; n++) {
		int r = archive_read_next_header(a, &e);
		if (r == ARCHIVE_EOF)
			return 0;
		if (r < ARCHIVE_WARN)
			return fail(err, a, "read");
		if (describe(a, e, &f, err) < 0)
			return -1;
		bytes += f.size;
		if (bytes > ARCHIVE_BYTES)
			return error_set(err, EFBIG, "archive");
		r = fn(arg, &f, err);
		if (r)
			return r < 0 ? -1 : 0;
	}
	return error_set(err, 0, "archive: more than %d entries", ARCHIVE_ENTRIES);
}

static struct archive *reader(struct error *err)
{
	struct archive *a = archive_read_new();

	if (!a)
		error_set(err, ENOMEM, "archive");
	else
		archive_read_support_filter_all(a);
	return a;
}

int archive_walk(int fd, archive_visit_fn *fn, void *arg, struct error *err)
{
	AUTO_ARCHIVE struct archive *a = reader(err);

	if (!a)
		return -1;
	archive_read_support_format_tar(a);
	archive_read_support_format_gnutar(a);
	archive_read_support_format_cpio(a);
	archive_read_support_format_zip(a);
	if (archive_read_open_fd(a, fd, CHUNK) != ARCHIVE_OK)
		return fail(err, a, "open");
	return walk(a, fn, arg, err);
}

/* A member of one archive read as an archive of its own. */
struct nested {
	struct archive *outer;
	char buf[CHUNK];
};

static la_ssize_t read_nested(struct archive *a, void *arg, const void **buf)
{
	struct nested *n = arg;

	(void)a;
	*buf = n->buf;
	return archive_read_data(n->outer, n->buf, sizeof(n->buf));
}

static int walk_data(struct archive *outer, archive_visit_fn *fn, void *arg, struct error *err)
{
	AUTO_ARCHIVE struct archive *a = reader(err);
	AUTO_FREE struct nested *n = malloc(sizeof(*n));

	if (!a || !n)
		return error_set(err, ENOMEM, "archive");
	n->outer = outer;
	archive_read_support_format_tar(a);
	archive_read_support_format_gnutar(a);
	int r = archive_read_open(a, n, NULL, read_nested, NULL) == ARCHIVE_OK
			? walk(a, fn, arg, err)
			: fail(err, a, "open the package's data");
	/* It refers to n, so it goes first. */
	archive_read_free(a);
	a = NULL;
	return r;
}

int archive_walk_deb(int fd, archive_visit_fn *fn, void *arg, struct error *err)
{
	AUTO_ARCHIVE struct archive *a = reader(err);
	struct archive_entry *e;

	if (!a)
		return -1;
	archive_read_support_format_ar(a);
	if (archive_read_open_fd(a, fd, CHUNK) != ARCHIVE_OK)
		return fail(err, a, "open as a Debian package");
	for (int r; (r = archive_read_next_header(a, &e)) != ARCHIVE_EOF;) {
		if (r < ARCHIVE_WARN)
			return fail(err, a, "read as a Debian package");
		const char *name = archive_entry_pathname(e);
		if (name && strncmp(name, "data.tar", 8) == 0)
			return walk_data(a, fn, arg, err);
	}
	return error_set(err, 0, "archive: not a Debian package: it has no data.tar");
}

static int content(struct archive *a, size_t guess, size_t max, void **data, size_t *len,
		   struct error *err)
{
	size_t size = guess && guess < max ? guess + 1 : CHUNK, have = 0;
	AUTO_FREE char *buf = malloc(size);

	while (buf) {
		la_ssize_t n = archive_read_data(a, buf + have, size - have);
		if (n < 0)
			return fail(err, a, "unpack");
		if (n == 0)
			break;
		have += (size_t)n;
		if (have > max)
			return error_set(err, EFBIG, "archive: unpack");
		if (have < size)
			continue;
		size *= 2;
		char *more = realloc(buf, size);
		if (!more)
			return error_set(err, ENOMEM, "archive: unpack");
		buf = more;
	}
	if (!buf)
		return error_set(err, ENOMEM, "archive: unpack");
	*len = have;
	*data = take_ptr(&buf);
	return 0;
}

int archive_content(const struct archive_file *f, size_t max, void **data, size_t *len,
		    struct error *err)
{
	if (f->size > max)
		return error_set(err, EFBIG, "archive: %s", f->path);
	return content(f->reader, f->size, max, data, len, err);
}

int archive_pour(const struct archive_file *f, int to, struct error *err)
{
	AUTO_FREE char *buf = malloc(CHUNK);
	la_ssize_t n = 0;

	if (!buf)
		return error_set(err, ENOMEM, "archive");
	while ((n = archive_read_data(f->reader, buf, CHUNK)) > 0)
		if (fd_write_all(to, buf, (size_t)n, err) < 0)
			return -1;
	return n < 0 ? fail(err, f->reader, "unpack") : 0;
}

int archive_expand(const void *data, size_t len, size_t max, void **out, size_t *out_len,
		   struct error *err)
{
	AUTO_ARCHIVE struct archive *a = reader(err);
	struct archive_entry *e;

	if (!a)
		return -1;
	archive_read_support_format_raw(a);
	if (archive_read_open_memory(a, data, len) != ARCHIVE_OK ||
	    archive_read_next_header(a, &e) != ARCHIVE_OK)
		return fail(err, a, "expand");
	return content(a, 0, max, out, out_len, err);
}
