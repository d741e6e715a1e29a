/* Debian packages: an `ar` whose member data.tar, compressed, has the files. Source: deb(5). */
#include "engine/image/archive_inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/own.h"

/* A member of one archive read as an archive of its own. */
struct nested {
	struct archive *outer;
	char buf[ARCHIVE_CHUNK];
};

static la_ssize_t read_nested(struct archive *a, void *arg, const void **buf)
{
	struct nested *n = arg;

	(void)a;
	*buf = n->buf;
	return archive_read_data(n->outer, n->buf, sizeof(n->buf));
}

static int walk_data(struct archive *outer, entry_fn *fn, void *arg, struct error *err)
{
	AUTO_ARCHIVE struct archive *a = archive_reader(err);
	AUTO_FREE struct nested *n = malloc(sizeof(*n));

	if (!a || !n)
		return error_set(err, ENOMEM, "archive");
	n->outer = outer;
	archive_read_support_format_tar(a);
	archive_read_support_format_gnutar(a);
	int r = archive_read_open(a, n, NULL, read_nested, NULL) == ARCHIVE_OK
			? archive_each(a, fn, arg, err)
			: archive_fail(err, a, "open the package's data");
	/* It refers to n, so it goes first. */
	archive_read_free(a);
	a = NULL;
	return r;
}

/* Go to a package's data member. */
static int find_data(struct archive *a, int fd, struct error *err)
{
	struct archive_entry *e;

	archive_read_support_format_ar(a);
	if (archive_read_open_fd(a, fd, ARCHIVE_CHUNK) != ARCHIVE_OK)
		return archive_fail(err, a, "open as a Debian package");
	for (int r; (r = archive_read_next_header(a, &e)) != ARCHIVE_EOF;) {
		if (r < ARCHIVE_WARN)
			return archive_fail(err, a, "read as a Debian package");
		const char *name = archive_entry_pathname(e);
		if (name && strncmp(name, "data.tar", 8) == 0)
			return 0;
	}
	return error_set(err, 0, "archive: not a Debian package: it has no data.tar");
}

int archive_walk_deb(int fd, entry_fn *fn, void *arg, struct error *err)
{
	AUTO_ARCHIVE struct archive *a = archive_reader(err);

	if (!a || find_data(a, fd, err) < 0)
		return -1;
	return walk_data(a, fn, arg, err);
}

int archive_unpack_deb(int fd, int to, uint64_t *out_at, uint64_t *out_len, struct error *err)
{
	AUTO_ARCHIVE struct archive *a = archive_reader(err);
	off_t from = lseek(to, 0, SEEK_END), end;

	if (!a || from < 0 || find_data(a, fd, err) < 0)
		return -1;
	if (archive_pour(&(struct entry){ .reader = a }, to, err) < 0)
		return -1;
	end = lseek(to, 0, SEEK_CUR);
	return archive_unpack(to, (uint64_t)from, (uint64_t)(end - from), to, out_at, out_len, NULL,
			      NULL, err);
}
