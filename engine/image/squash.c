#include "engine/image/squash.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqfs/block.h>
#include <sqfs/compressor.h>
#include <sqfs/data_reader.h>
#include <sqfs/dir.h>
#include <sqfs/dir_reader.h>
#include <sqfs/error.h>
#include <sqfs/id_table.h>
#include <sqfs/inode.h>
#include <sqfs/io.h>
#include <sqfs/super.h>
#include <sqfs/xattr.h>
#include <sqfs/xattr_reader.h>

#include "engine/base/own.h"
#include "engine/image/twins.h"

enum {
	DEPTH_MAX = 64,
};

/* The library's way to the bytes, on our descriptor. */
struct bytes {
	sqfs_file_t base; /* first: the library gives it back */
	int fd;
	uint64_t size;
};

struct level {
	sqfs_dir_reader_t *dirs; /* one for each depth: a reader is in one place only */
	uint32_t inode;
};

struct squash {
	struct bytes bytes;
	sqfs_super_t super;
	sqfs_compressor_t *unpacker;
	sqfs_id_table_t *ids;
	sqfs_data_reader_t *data;
	sqfs_xattr_reader_t *xattrs;
	struct level levels[DEPTH_MAX];
	struct twins twins;
	entry_fn *fn;
	void *arg;
};

static int fail(struct error *err, int code, const char *what)
{
	static const char *const words[] = {
		[-SQFS_ERROR_ALLOC] = "no memory",
		[-SQFS_ERROR_IO] = "cannot be read",
		[-SQFS_ERROR_COMPRESSOR] = "damaged: it does not unpack",
		[-SQFS_ERROR_CORRUPTED] = "damaged",
		[-SQFS_ERROR_UNSUPPORTED] = "of a kind that is not supported",
		[-SQFS_ERROR_OVERFLOW] = "damaged: a number out of range",
		[-SQFS_ERROR_OUT_OF_BOUNDS] = "damaged: it points outside itself",
		[-SQFS_ERROR_LINK_LOOP] = "damaged: a directory inside itself",
	};
	size_t i = code < 0 ? (size_t)-code : 0;
	const char *why = i < sizeof(words) / sizeof(words[0]) && words[i] ? words[i] : "damaged";

	return error_set(err, 0, "squashfs: %.200s: %s", what, why);
}

static void no_destroy(sqfs_object_t *o)
{
	(void)o;
}

static int read_at(sqfs_file_t *f, sqfs_u64 at, void *buf, size_t size)
{
	struct bytes *b = (struct bytes *)f;

	if (at > b->size || size > b->size - at)
		return SQFS_ERROR_OUT_OF_BOUNDS;
	for (size_t have = 0; have < size;) {
		ssize_t n = pread(b->fd, (char *)buf + have, size - have, (off_t)(at + have));
		if (n == 0 || (n < 0 && errno != EINTR))
			return n ? SQFS_ERROR_IO : SQFS_ERROR_OUT_OF_BOUNDS;
		have += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int no_write(sqfs_file_t *f, sqfs_u64 at, const void *buf, size_t size)
{
	(void)f, (void)at, (void)buf, (void)size;
	return SQFS_ERROR_UNSUPPORTED;
}

static sqfs_u64 get_size(const sqfs_file_t *f)
{
	return ((const struct bytes *)f)->size;
}

static int no_truncate(sqfs_file_t *f, sqfs_u64 size)
{
	(void)f, (void)size;
	return SQFS_ERROR_UNSUPPORTED;
}

static void squash_done(struct squash *s)
{
	for (int i = 0; i < DEPTH_MAX; i++)
		sqfs_destroy(s->levels[i].dirs);
	sqfs_destroy(s->xattrs);
	sqfs_destroy(s->data);
	sqfs_destroy(s->ids);
	sqfs_destroy(s->unpacker);
	twins_done(&s->twins);
}

static void free_squash(struct squash **s)
{
	if (*s)
		squash_done(*s);
	free(*s);
}
#define AUTO_SQUASH __attribute__((cleanup(free_squash)))

static int open_tables(struct squash *s, struct error *err)
{
	sqfs_file_t *f = &s->bytes.base;

	s->ids = sqfs_id_table_create(0);
	s->data = sqfs_data_reader_create(f, s->super.block_size, s->unpacker, 0);
	if (!s->ids || !s->data)
		return fail(err, SQFS_ERROR_ALLOC, "tables");
	int r = sqfs_id_table_read(s->ids, f, &s->super, s->unpacker);
	if (!r)
		r = sqfs_data_reader_load_fragment_table(s->data, &s->super);
	if (!r && !(s->super.flags & SQFS_FLAG_NO_XATTRS)) {
		s->xattrs = sqfs_xattr_reader_create(0);
		r = s->xattrs ? sqfs_xattr_reader_load(s->xattrs, &s->super, f, s->unpacker)
			      : SQFS_ERROR_ALLOC;
	}
	return r ? fail(err, r, "tables") : 0;
}

static int open_it(struct squash *s, int fd, struct error *err)
{
	sqfs_compressor_config_t how;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "squashfs");
	s->bytes = (struct bytes){
		.base = { .base = { .destroy = no_destroy }, .read_at = read_at,
			  .write_at = no_write, .get_size = get_size, .truncate = no_truncate },
		.fd = fd,
		.size = (uint64_t)st.st_size,
	};
	int r = sqfs_super_read(&s->super, &s->bytes.base);
	if (r)
		return fail(err, r, "superblock");
	if (s->super.bytes_used > s->bytes.size) {
		error_set(err, 0, "squashfs: the file is cut short: it has %llu bytes of %llu",
			  (unsigned long long)s->bytes.size,
			  (unsigned long long)s->super.bytes_used);
		error_hint(err, "the copy or download was not complete: get it again");
		return -1;
	}
	/* Each has at least a byte; what it says is allocated before it is read. */
	if (s->super.fragment_entry_count > s->super.bytes_used)
		return fail(err, SQFS_ERROR_OVERFLOW, "superblock");
	sqfs_compressor_config_init(&how, s->super.compression_id, s->super.block_size,
				    SQFS_COMP_FLAG_UNCOMPRESS);
	r = sqfs_compressor_create(&how, &s->unpacker);
	if (!r && (s->super.flags & SQFS_FLAG_COMPRESSOR_OPTIONS))
		r = s->unpacker->read_options(s->unpacker, &s->bytes.base);
	return r ? fail(err, r, "compression") : open_tables(s, err);
}

/* A file being read. */
struct reading {
	struct squash *s;
	const sqfs_inode_generic_t *inode;
	uint64_t size;
	size_t block, blocks;
	sqfs_u8 *held; /* the piece given last */
	bool fragment_done;
};

static int next_piece(const struct entry *e, const void **data, size_t *len, uint64_t *at,
		      struct error *err)
{
	struct reading *r = e->reader;
	int code;

	sqfs_free(r->held);
	r->held = NULL;
	while (r->block < r->blocks && SQFS_IS_SPARSE_BLOCK(r->inode->extra[r->block]))
		r->block++;
	*at = (uint64_t)r->block * r->s->super.block_size;
	if (r->block < r->blocks) {
		code = sqfs_data_reader_get_block(r->s->data, r->inode, r->block++, len, &r->held);
	} else {
		if (r->fragment_done)
			return 0;
		r->fragment_done = true;
		code = sqfs_data_reader_get_fragment(r->s->data, r->inode, len, &r->held);
	}
	if (code)
		return fail(err, code, e->path);
	*data = r->held;
	if (*at + *len > r->size)
		return error_set(err, 0, "squashfs: %.200s: damaged: longer than it says", e->path);
	return *len > 0;
}

struct xattrs {
	struct entry_xattr all[ENTRY_XATTRS];
	void *keys[ENTRY_XATTRS], *values[ENTRY_XATTRS];
	char names[ENTRY_XATTRS][300];
	size_t n;
};

static void xattrs_done(struct xattrs *x)
{
	for (size_t i = 0; i < x->n; i++) {
		sqfs_free(x->keys[i]);
		sqfs_free(x->values[i]);
	}
	x->n = 0;
}
#define AUTO_XATTRS __attribute__((cleanup(xattrs_done)))

static int read_xattr(struct squash *s, struct xattrs *x)
{
	sqfs_xattr_entry_t *key;
	sqfs_xattr_value_t *value;

	int r = sqfs_xattr_reader_read_key(s->xattrs, &key);
	if (r)
		return r;
	r = sqfs_xattr_reader_read_value(s->xattrs, key, &value);
	if (r) {
		sqfs_free(key);
		return r;
	}
	/* Its key has the prefix in it already. */
	snprintf(x->names[x->n], sizeof(x->names[0]), "%s", (const char *)key->key);
	x->keys[x->n] = key;
	x->values[x->n] = value;
	x->all[x->n] = (struct entry_xattr){ x->names[x->n], value->value, value->size };
	x->n++;
	return value->size > ENTRY_XATTR_SIZE ? SQFS_ERROR_OVERFLOW : 0;
}

static int read_xattrs(struct squash *s, const sqfs_inode_generic_t *inode, struct xattrs *x)
{
	sqfs_xattr_id_t about;
	sqfs_u32 index;

	int r = sqfs_inode_get_xattr_index(inode, &index);
	if (r || index == 0xffffffff || !s->xattrs)
		return r;
	r = sqfs_xattr_reader_get_desc(s->xattrs, index, &about);
	if (!r)
		r = sqfs_xattr_reader_seek_kv(s->xattrs, &about);
	for (sqfs_u32 i = 0; !r && i < about.count; i++)
		r = i == ENTRY_XATTRS ? SQFS_ERROR_OVERFLOW : read_xattr(s, x);
	return r;
}

static uint32_t link_count(const sqfs_inode_generic_t *i)
{
	switch (i->base.type) {
	case SQFS_INODE_EXT_FILE:
		return i->data.file_ext.nlink;
	case SQFS_INODE_SLINK:
		return i->data.slink.nlink;
	case SQFS_INODE_EXT_SLINK:
		return i->data.slink_ext.nlink;
	case SQFS_INODE_BDEV:
	case SQFS_INODE_CDEV:
		return i->data.dev.nlink;
	case SQFS_INODE_EXT_BDEV:
	case SQFS_INODE_EXT_CDEV:
		return i->data.dev_ext.nlink;
	case SQFS_INODE_FIFO:
	case SQFS_INODE_SOCKET:
		return i->data.ipc.nlink;
	case SQFS_INODE_EXT_FIFO:
	case SQFS_INODE_EXT_SOCKET:
		return i->data.ipc_ext.nlink;
	default:
		return 1;
	}
}

/* What is of a device or a link. */
static int say_special(struct entry *e, const sqfs_inode_generic_t *i, char *target)
{
	uint32_t dev = i->base.type == SQFS_INODE_BDEV || i->base.type == SQFS_INODE_CDEV
			       ? i->data.dev.devno
			       : i->data.dev_ext.devno;

	if (S_ISLNK(e->mode)) {
		sqfs_u32 n = i->base.type == SQFS_INODE_SLINK ? i->data.slink.target_size
							      : i->data.slink_ext.target_size;
		if (n >= PATH_MAX || n > i->payload_bytes_used)
			return SQFS_ERROR_CORRUPTED;
		memcpy(target, i->extra, n);
		target[n] = '\0';
		e->link = target;
	}
	if (S_ISBLK(e->mode) || S_ISCHR(e->mode)) {
		/* As the kernel's new_decode_dev. */
		e->rdev_major = dev >> 8 & 0xfff;
		e->rdev_minor = (dev & 0xff) | (dev >> 12 & 0xfff00);
	}
	return 0;
}

static int walk_dir(struct squash *s, const sqfs_inode_generic_t *inode, char *path, int depth,
		    struct error *err);

static int give(struct squash *s, const sqfs_inode_generic_t *i, char *path, struct error *err)
{
	AUTO_XATTRS struct xattrs x;
	struct reading reading = { .s = s, .inode = i };
	struct entry e = { .path = path, .mode = i->base.mode, .mtime = i->base.mod_time,
			   .xattrs = x.all };
	char target[PATH_MAX];
	const char *first = path;

	x.n = 0;
	int r = sqfs_id_table_index_to_id(s->ids, i->base.uid_idx, &e.uid);
	if (!r)
		r = sqfs_id_table_index_to_id(s->ids, i->base.gid_idx, &e.gid);
	if (!r)
		r = say_special(&e, i, target);
	if (!r)
		r = read_xattrs(s, i, &x);
	if (!r && S_ISREG(e.mode)) {
		r = sqfs_inode_get_file_size(i, &e.size);
		reading.size = e.size;
		reading.blocks = sqfs_inode_get_file_block_count(i);
		for (size_t b = 0; !r && b < reading.blocks; b++)
			e.holes += SQFS_IS_SPARSE_BLOCK(i->extra[b]) ? s->super.block_size : 0;
		e.next = next_piece;
		e.reader = &reading;
	}
	if (r)
		return fail(err, r, path);
	e.n_xattrs = x.n;
	if (!S_ISDIR(e.mode) && link_count(i) > 1 &&
	    !(first = twins_first(&s->twins, i->base.inode_number, path, err)))
		return -1;
	if (strcmp(first, path) != 0) {
		e.link = first;
		e.hardlink = true;
		e.n_xattrs = 0;
	}
	r = s->fn(s->arg, &e, err);
	sqfs_free(reading.held);
	return r;
}

static int walk_entry(struct squash *s, sqfs_dir_reader_t *dirs, const sqfs_dir_entry_t *d,
		      char *path, int depth, struct error *err)
{
	size_t at = strlen(path), len = (size_t)d->size + 1;
	AUTO_FREE sqfs_inode_generic_t *inode = NULL;

	if (len > NAME_MAX || memchr(d->name, '/', len) || memchr(d->name, '\0', len) ||
	    (len <= 2 && memcmp(d->name, "..", len) == 0))
		return error_set(err, 0, "squashfs: damaged: a name that cannot be in %.200s", path);
	if (at + len + 2 > PATH_MAX)
		return error_set(err, ENAMETOOLONG, "squashfs: %.200s", path);
	int r = sqfs_dir_reader_get_inode(dirs, &inode);
	if (r)
		return fail(err, r, path);
	sprintf(path + at, "%s%.*s", at ? "/" : "", (int)len, (const char *)d->name);
	r = give(s, inode, path, err);
	if (!r && S_ISDIR(inode->base.mode))
		r = walk_dir(s, inode, path, depth + 1, err);
	path[at] = '\0';
	return r;
}

static int walk_dir(struct squash *s, const sqfs_inode_generic_t *inode, char *path, int depth,
		    struct error *err)
{
	if (depth >= DEPTH_MAX)
		return error_set(err, ELOOP, "squashfs: %.200s", path);
	struct level *l = &s->levels[depth];
	for (int i = 0; i < depth; i++)
		if (s->levels[i].inode == inode->base.inode_number)
			return fail(err, SQFS_ERROR_LINK_LOOP, path);
	l->inode = inode->base.inode_number;
	if (!l->dirs)
		l->dirs = sqfs_dir_reader_create(&s->super, s->unpacker, &s->bytes.base, 0);
	if (!l->dirs)
		return fail(err, SQFS_ERROR_ALLOC, path);
	int r = sqfs_dir_reader_open_dir(l->dirs, inode, 0);
	if (r)
		return fail(err, r, path);
	for (;;) {
		sqfs_dir_entry_t *d = NULL;
		r = sqfs_dir_reader_read(l->dirs, &d);
		if (r)
			return r < 0 ? fail(err, r, path) : 0;
		r = walk_entry(s, l->dirs, d, path, depth, err);
		sqfs_free(d);
		if (r)
			return r;
	}
}

bool squash_is(int fd)
{
	char magic[4];

	return pread(fd, magic, 4, 0) == 4 && memcmp(magic, "hsqs", 4) == 0;
}

int squash_walk(int fd, entry_fn *fn, void *arg, struct error *err)
{
	AUTO_SQUASH struct squash *s = calloc(1, sizeof(*s));
	AUTO_FREE sqfs_inode_generic_t *root = NULL;
	char path[PATH_MAX] = "";

	if (!s)
		return error_set(err, ENOMEM, "squashfs");
	s->fn = fn;
	s->arg = arg;
	if (open_it(s, fd, err) < 0)
		return -1;
	s->levels[0].dirs = sqfs_dir_reader_create(&s->super, s->unpacker, &s->bytes.base, 0);
	int r = s->levels[0].dirs ? sqfs_dir_reader_get_root_inode(s->levels[0].dirs, &root)
				  : SQFS_ERROR_ALLOC;
	if (r)
		return fail(err, r, "root");
	r = give(s, root, path, err);
	if (r == 0)
		r = walk_dir(s, root, path, 0, err);
	return r < 0 ? -1 : 0;
}
