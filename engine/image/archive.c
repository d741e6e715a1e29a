#include "engine/image/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/image/acl.h"

enum {
	CHUNK = 128 * 1024,
	PART_CHUNK = 1 << 20,
	FEW = 16 * 1024,
	RATIO = 100, /* unpacked to packed, beyond FREELY: more is a bomb */
};
#define FREELY (256ULL << 20)

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

/* Piece by piece, holes left out. */
static int next_piece(const struct entry *e, const void **data, size_t *len, uint64_t *at,
		      struct error *err)
{
	la_int64_t offset;

	int r = archive_read_data_block(e->reader, data, len, &offset);
	if (r == ARCHIVE_EOF)
		return 0;
	if (r < ARCHIVE_WARN)
		return fail(err, e->reader, "unpack");
	if (offset < 0)
		return error_set(err, 0, "archive: a piece before its file's beginning");
	*at = (uint64_t)offset;
	return 1;
}

static int take_xattrs(struct archive_entry *e, struct entry_xattr *all, size_t *n,
		       struct error *err)
{
	*n = 0;
	archive_entry_xattr_reset(e);
	for (struct entry_xattr x;
	     archive_entry_xattr_next(e, &x.name, &x.value, &x.len) == ARCHIVE_OK;) {
		if (*n == ENTRY_XATTRS || !x.name || x.len > ENTRY_XATTR_SIZE)
			return error_set(err, E2BIG, "archive: extended attributes");
		all[(*n)++] = x;
	}
	return 0;
}

/* An entry's attributes while it is looked at. */
struct attributes {
	struct entry_xattr all[ENTRY_XATTRS + 2];
	uint8_t access[ACL_SIZE], inherited[ACL_SIZE];
};

/* The library has ACLs apart from attributes. Entries by a name without a number cannot be
 * kept: the archive alone does not say who that is. */
static void read_acl(struct archive_entry *e, int type, struct acl *a)
{
	static const struct {
		int theirs;
		uint16_t ours;
	} tags[] = {
		{ ARCHIVE_ENTRY_ACL_USER, ACL_USER },		{ ARCHIVE_ENTRY_ACL_USER_OBJ, ACL_OWNER },
		{ ARCHIVE_ENTRY_ACL_GROUP, ACL_GROUP },		{ ARCHIVE_ENTRY_ACL_MASK, ACL_MASK },
		{ ARCHIVE_ENTRY_ACL_GROUP_OBJ, ACL_OWNING_GROUP }, { ARCHIVE_ENTRY_ACL_OTHER, ACL_OTHERS },
	};
	int is, perm, tag, id;
	const char *name;

	a->n = 0;
	while (archive_entry_acl_next(e, type, &is, &perm, &tag, &id, &name) == ARCHIVE_OK)
		for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
			if (tags[i].theirs == tag &&
			    (id >= 0 || (tags[i].ours != ACL_USER && tags[i].ours != ACL_GROUP)))
				acl_add(a, tags[i].ours, (unsigned)perm, (uint32_t)id);
}

static void take_acls(struct archive_entry *e, struct entry *f, struct attributes *x)
{
	struct acl a;
	size_t n;

	/* Three entries are no more than the mode says. */
	if (archive_entry_acl_reset(e, ARCHIVE_ENTRY_ACL_TYPE_ACCESS) > 3) {
		read_acl(e, ARCHIVE_ENTRY_ACL_TYPE_ACCESS, &a);
		if (a.n > 3 && (n = acl_bytes(&a, x->access))) {
			x->all[f->n_xattrs++] =
				(struct entry_xattr){ "system.posix_acl_access", x->access, n };
			if (acl_mask(&a) >= 0)
				f->mode = (f->mode & ~070U) | (unsigned)acl_mask(&a) << 3;
		}
	}
	if (archive_entry_acl_reset(e, ARCHIVE_ENTRY_ACL_TYPE_DEFAULT) > 0) {
		read_acl(e, ARCHIVE_ENTRY_ACL_TYPE_DEFAULT, &a);
		if (S_ISDIR(f->mode) && (n = acl_bytes(&a, x->inherited)))
			x->all[f->n_xattrs++] =
				(struct entry_xattr){ "system.posix_acl_default", x->inherited, n };
	}
}

/* What a sparse entry's map leaves out. */
static uint64_t holes(struct archive_entry *e, uint64_t size)
{
	la_int64_t at, len;
	uint64_t data = 0;

	if (archive_entry_sparse_reset(e) == 0)
		return 0;
	while (archive_entry_sparse_next(e, &at, &len) == ARCHIVE_OK)
		data += len > 0 ? (uint64_t)len + 8192 : 0; /* ends inside of blocks */
	return data < size ? size - data : 0;
}

static int describe(struct archive *a, struct archive_entry *e, struct entry *f,
		    struct attributes *x, struct error *err)
{
	const char *hard = archive_entry_hardlink(e);
	la_int64_t size = archive_entry_size_is_set(e) ? archive_entry_size(e) : 0;

	*f = (struct entry){
		.path = entry_clean_path(archive_entry_pathname(e)),
		.link = hard ? entry_clean_path(hard) : archive_entry_symlink(e),
		.hardlink = hard,
		.mode = archive_entry_mode(e),
		.uid = (uint32_t)archive_entry_uid(e),
		.gid = (uint32_t)archive_entry_gid(e),
		.mtime = archive_entry_mtime(e),
		.mtime_ns = (uint32_t)archive_entry_mtime_nsec(e),
		.size = size > 0 ? (uint64_t)size : 0,
		.holes = size > 0 ? holes(e, (uint64_t)size) : 0,
		.rdev_major = (uint32_t)archive_entry_rdevmajor(e),
		.rdev_minor = (uint32_t)archive_entry_rdevminor(e),
		.xattrs = x->all,
		.next = next_piece,
		.reader = a,
	};
	if (!f->path || (hard && !f->link))
		return error_set(err, 0, "archive: an entry that leads outside: refused");
	if (take_xattrs(e, x->all, &f->n_xattrs, err) < 0)
		return -1;
	if (archive_entry_acl_types(e) && !S_ISLNK(f->mode) && !hard)
		take_acls(e, f, x);
	return 0;
}

static int walk(struct archive *a, entry_fn *fn, void *arg, struct error *err)
{
	struct attributes x;
	struct archive_entry *e;
	struct entry f;
	uint64_t bytes = 0;

	for (int n = 0; n < ARCHIVE_ENTRIES; n++) {
		int r = archive_read_next_header(a, &e);
		if (r == ARCHIVE_EOF)
			return 0;
		if (r < ARCHIVE_WARN)
			return fail(err, a, "read");
		if (describe(a, e, &f, &x, err) < 0)
			return -1;
		if (f.size > ARCHIVE_BYTES || (bytes += f.size) > ARCHIVE_BYTES)
			return error_set(err, EFBIG, "archive");
		r = fn(arg, &f, err);
		if (r)
			return r < 0 ? -1 : 0;
	}
	return error_set(err, 0, "archive: more than %d entries", ARCHIVE_ENTRIES);
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

static struct archive *reader(struct error *err)
{
	struct archive *a = archive_read_new();

	if (!a)
		error_set(err, ENOMEM, "archive");
	else
		archive_read_support_filter_all(a);
	need_utf8();
	return a;
}

int archive_walk(int fd, entry_fn *fn, void *arg, struct error *err)
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

/* A part of a file, as a stream. */
struct part {
	int fd;
	uint64_t at, end;
	size_t want;     /* bytes at a time: few while entries are skipped, then more */
	char buf[PART_CHUNK];
};

static la_ssize_t read_part(struct archive *a, void *arg, const void **buf)
{
	struct part *p = arg;
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
	struct part *p = arg;
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

static struct part *open_part(struct archive *a, int fd, uint64_t at, uint64_t len,
			      struct error *err)
{
	struct part *p = malloc(sizeof(*p));

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
	fail(err, a, "open");
	free(p);
	return NULL;
}

int archive_walk_part(int fd, uint64_t at, uint64_t len, entry_fn *fn, void *arg,
		      struct error *err)
{
	struct archive *a = reader(err);

	if (!a)
		return -1;
	archive_read_support_format_tar(a);
	archive_read_support_format_gnutar(a);
	struct part *p = open_part(a, fd, at, len, err);
	int r = p ? walk(a, fn, arg, err) : -1;
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
			return fail(err, a, "read");
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
	struct archive *a = reader(err);
	struct placing p = { .fn = fn, .arg = arg, .base = at };

	if (!a)
		return -1;
	archive_read_support_format_tar(a);
	archive_read_support_format_gnutar(a);
	struct part *from = open_part(a, fd, at, len, err);
	int r = from ? walk_places(a, &p, err) : -1;
	archive_read_free(a);
	free(from);
	return r;
}

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

static int unpack(struct archive *a, const struct part *p, uint64_t begin, int to, uint64_t *len,
		  archive_told_fn *told, void *arg, struct error *err)
{
	AUTO_FREE char *buf = malloc(CHUNK);
	uint64_t seen = begin;
	la_ssize_t n = 0;

	if (!buf)
		return error_set(err, ENOMEM, "archive");
	while ((n = archive_read_data(a, buf, CHUNK)) > 0) {
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
	return n < 0 ? fail(err, a, "unpack") : 0;
}

int archive_unpack(int fd, uint64_t at, uint64_t len, int to, uint64_t *out_at, uint64_t *out_len,
		   archive_told_fn *told, void *arg, struct error *err)
{
	struct archive *a = reader(err);
	struct archive_entry *e;
	off_t end = lseek(to, 0, SEEK_END);
	int r = -1;

	if (!a)
		return -1;
	*out_at = (uint64_t)end;
	*out_len = 0;
	archive_read_support_format_raw(a);
	struct part *p = end < 0 ? (error_set(err, errno, "unpack"), NULL)
				 : open_part(a, fd, at, len, err);
	if (p) {
		r = archive_read_next_header(a, &e);
		r = r == ARCHIVE_OK    ? unpack(a, p, at, to, out_len, told, arg, err)
		    : r == ARCHIVE_EOF ? 0
				       : fail(err, a, "unpack");
	}
	archive_read_free(a);
	free(p);
	return r;
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

static int walk_data(struct archive *outer, entry_fn *fn, void *arg, struct error *err)
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

/* Go to a package's data member. */
static int find_data(struct archive *a, int fd, struct error *err)
{
	struct archive_entry *e;

	archive_read_support_format_ar(a);
	if (archive_read_open_fd(a, fd, CHUNK) != ARCHIVE_OK)
		return fail(err, a, "open as a Debian package");
	for (int r; (r = archive_read_next_header(a, &e)) != ARCHIVE_EOF;) {
		if (r < ARCHIVE_WARN)
			return fail(err, a, "read as a Debian package");
		const char *name = archive_entry_pathname(e);
		if (name && strncmp(name, "data.tar", 8) == 0)
			return 0;
	}
	return error_set(err, 0, "archive: not a Debian package: it has no data.tar");
}

int archive_walk_deb(int fd, entry_fn *fn, void *arg, struct error *err)
{
	AUTO_ARCHIVE struct archive *a = reader(err);

	if (!a || find_data(a, fd, err) < 0)
		return -1;
	return walk_data(a, fn, arg, err);
}

int archive_unpack_deb(int fd, int to, uint64_t *out_at, uint64_t *out_len, struct error *err)
{
	AUTO_ARCHIVE struct archive *a = reader(err);
	off_t from = lseek(to, 0, SEEK_END), end;

	if (!a || from < 0 || find_data(a, fd, err) < 0)
		return -1;
	if (archive_pour(&(struct entry){ .reader = a }, to, err) < 0)
		return -1;
	end = lseek(to, 0, SEEK_CUR);
	return archive_unpack(to, (uint64_t)from, (uint64_t)(end - from), to, out_at, out_len, NULL,
			      NULL, err);
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

int archive_content(const struct entry *f, size_t max, void **data, size_t *len,
		    struct error *err)
{
	if (f->size > max)
		return error_set(err, EFBIG, "archive: %s", f->path);
	return content(f->reader, f->size, max, data, len, err);
}

int archive_pour(const struct entry *f, int to, struct error *err)
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
