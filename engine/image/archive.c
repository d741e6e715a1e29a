#include "engine/image/archive_inside.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/own.h"

int archive_each(struct archive *a, entry_fn *fn, void *arg, struct error *err)
{
	struct archive_attributes x;
	struct archive_entry *e;
	struct entry f;
	uint64_t bytes = 0;

	for (int n = 0; n < ARCHIVE_ENTRIES; n++) {
		int r = archive_read_next_header(a, &e);
		if (r == ARCHIVE_EOF)
			return 0;
		if (r < ARCHIVE_WARN)
			return archive_fail(err, a, "read");
		if (archive_describe(a, e, &f, &x, err) < 0)
			return -1;
		if (f.size > ARCHIVE_BYTES || (bytes += f.size) > ARCHIVE_BYTES)
			return error_set(err, EFBIG, "archive");
		r = fn(arg, &f, err);
		if (r)
			return r < 0 ? -1 : 0;
	}
	return error_set(err, 0, "archive: more than %d entries", ARCHIVE_ENTRIES);
}

int archive_walk(int fd, entry_fn *fn, void *arg, struct error *err)
{
	AUTO_ARCHIVE struct archive *a = archive_reader(err);

	if (!a)
		return -1;
	archive_read_support_format_tar(a);
	archive_read_support_format_gnutar(a);
	archive_read_support_format_cpio(a);
	archive_read_support_format_zip(a);
	if (archive_read_open_fd(a, fd, ARCHIVE_CHUNK) != ARCHIVE_OK)
		return archive_fail(err, a, "open");
	return archive_each(a, fn, arg, err);
}

int archive_walk_part(int fd, uint64_t at, uint64_t len, entry_fn *fn, void *arg,
		      struct error *err)
{
	struct archive *a = archive_reader(err);

	if (!a)
		return -1;
	archive_read_support_format_tar(a);
	archive_read_support_format_gnutar(a);
	struct archive_part *p = archive_open_part(a, fd, at, len, err);
	int r = p ? archive_each(a, fn, arg, err) : -1;
	archive_read_free(a); /* it refers to p, so it goes first */
	free(p);
	return r;
}

/* An entry waits for the next one, whose header begins where its contents end. */
struct placing {
	archive_place_fn *fn;
	void *arg;
	uint64_t base;
	char path[PATH_MAX];
	uint64_t size;
};

static int place(struct placing *p, struct archive *a, struct error *err)
{
	uint64_t end = (uint64_t)archive_read_header_position(a), size = (p->size + 511) & ~511ULL;

	if (!p->path[0] || end < size)
		return 0;
	return p->fn(p->arg, p->path, p->base + end - size, p->size, err);
}

static int walk_places(struct archive *a, struct placing *p, struct error *err)
{
	struct archive_entry *e;

	for (int n = 0; n < ARCHIVE_ENTRIES; n++) {
		int r = archive_read_next_header(a, &e), placed = place(p, a, err);
		if (placed || r == ARCHIVE_EOF)
			return placed;
		if (r < ARCHIVE_WARN)
			return archive_fail(err, a, "read");
		const char *path = entry_clean_path(archive_entry_pathname(e));
		bool file = path && archive_entry_filetype(e) == AE_IFREG &&
			    !archive_entry_hardlink(e) && archive_entry_sparse_count(e) == 0;
		snprintf(p->path, sizeof(p->path), "%s", file ? path : "");
		p->size = file ? (uint64_t)archive_entry_size(e) : 0;
		if (p->size > ARCHIVE_BYTES)
			return error_set(err, EFBIG, "archive");
	}
	return error_set(err, 0, "archive: more than %d entries", ARCHIVE_ENTRIES);
}

int archive_places(int fd, uint64_t at, uint64_t len, archive_place_fn *fn, void *arg,
		   struct error *err)
{
	struct archive *a = archive_reader(err);
	struct placing p = { .fn = fn, .arg = arg, .base = at };

	if (!a)
		return -1;
	archive_read_support_format_tar(a);
	archive_read_support_format_gnutar(a);
	struct archive_part *from = archive_open_part(a, fd, at, len, err);
	int r = from ? walk_places(a, &p, err) : -1;
	archive_read_free(a);
	free(from);
	return r;
}
