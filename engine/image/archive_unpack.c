/* Compression undone and contents taken out: to memory under a cap, or to a descriptor. */
#include "engine/image/archive_inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

enum { RATIO = 100 }; /* unpacked to packed, beyond FREELY: more is a bomb */
#define FREELY (256ULL << 20)

/* What compressed files begin with. */
static const struct {
	const char *bytes;
	size_t len;
} packed[] = {
	{ "\x1f\x8b", 2 },	       { "\xfd" "7zXZ\0", 6 }, { "\x28\xb5\x2f\xfd", 4 },
	{ "BZh", 3 },	       { "\x04\x22\x4d\x18", 4 }, { "\x5d\0\0", 3 },
	{ "\x1f\x9d", 2 },     { "LZIP", 4 },
};

int archive_is_packed(int fd, uint64_t at, struct error *err)
{
	char head[8] = { 0 };

	if (pread(fd, head, sizeof(head), (off_t)at) < 0)
		return error_set(err, errno, "read the archive");
	for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++)
		if (memcmp(head, packed[i].bytes, packed[i].len) == 0)
			return 1;
	return 0;
}

static int unpack(struct archive *a, const struct archive_part *p, uint64_t begin, int to, uint64_t *len,
		  archive_told_fn *told, void *arg, struct error *err)
{
	AUTO_FREE char *buf = malloc(ARCHIVE_CHUNK);
	uint64_t seen = begin;
	la_ssize_t n = 0;

	if (!buf)
		return error_set(err, ENOMEM, "archive");
	while ((n = archive_read_data(a, buf, ARCHIVE_CHUNK)) > 0) {
		if (fd_write_all(to, buf, (size_t)n, err) < 0)
			return error_wrap(err, "unpack");
		*len += (uint64_t)n;
		if (*len > ARCHIVE_BYTES || (*len > FREELY && *len / RATIO > p->at - begin))
			return error_set(err, 0, "archive: it unpacks to more than %d times its size: "
					 "refused", RATIO);
		if (told && p->at > seen && told(arg, p->at - seen, err))
			return -1;
		seen = p->at;
	}
	return n < 0 ? archive_fail(err, a, "unpack") : 0;
}

int archive_unpack(int fd, uint64_t at, uint64_t len, int to, uint64_t *out_at, uint64_t *out_len,
		   archive_told_fn *told, void *arg, struct error *err)
{
	struct archive *a = archive_reader(err);
	struct archive_entry *e;
	off_t end = lseek(to, 0, SEEK_END);
	int r = -1;

	if (!a)
		return -1;
	*out_at = (uint64_t)end;
	*out_len = 0;
	archive_read_support_format_raw(a);
	struct archive_part *p = end < 0 ? (error_set(err, errno, "unpack"), NULL)
				 : archive_open_part(a, fd, at, len, err);
	if (p) {
		r = archive_read_next_header(a, &e);
		r = r == ARCHIVE_OK    ? unpack(a, p, at, to, out_len, told, arg, err)
		    : r == ARCHIVE_EOF ? 0
				       : archive_fail(err, a, "unpack");
	}
	archive_read_free(a);
	free(p);
	return r;
}

static int content(struct archive *a, size_t guess, size_t max, void **data, size_t *len,
		   struct error *err)
{
	size_t size = guess && guess < max ? guess + 1 : ARCHIVE_CHUNK, have = 0;
	AUTO_FREE char *buf = malloc(size);

	while (buf) {
		la_ssize_t n = archive_read_data(a, buf + have, size - have);
		if (n < 0)
			return archive_fail(err, a, "unpack");
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

int archive_content(const struct entry *f, size_t max, void **data, size_t *len,
		    struct error *err)
{
	if (f->size > max)
		return error_set(err, EFBIG, "archive: %s", f->path);
	return content(f->reader, f->size, max, data, len, err);
}

int archive_pour(const struct entry *f, int to, struct error *err)
{
	AUTO_FREE char *buf = malloc(ARCHIVE_CHUNK);
	la_ssize_t n = 0;

	if (!buf)
		return error_set(err, ENOMEM, "archive");
	while ((n = archive_read_data(f->reader, buf, ARCHIVE_CHUNK)) > 0)
		if (fd_write_all(to, buf, (size_t)n, err) < 0)
			return -1;
	return n < 0 ? archive_fail(err, f->reader, "unpack") : 0;
}

int archive_expand(const void *data, size_t len, size_t max, void **out, size_t *out_len,
		   struct error *err)
{
	AUTO_ARCHIVE struct archive *a = archive_reader(err);
	struct archive_entry *e;

	if (!a)
		return -1;
	archive_read_support_format_raw(a);
	if (archive_read_open_memory(a, data, len) != ARCHIVE_OK ||
	    archive_read_next_header(a, &e) != ARCHIVE_OK)
		return archive_fail(err, a, "expand");
	return content(a, 0, max, out, out_len, err);
}
