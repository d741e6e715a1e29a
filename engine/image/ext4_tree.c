#include "engine/image/ext4_tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/acl.h"
#include "engine/image/ext4_inside.h"
#include "engine/image/twins.h"

enum {
	DEPTH_MAX = 256,
	CHUNK = 1 << 20,
	NAMES_MAX = 4 << 20, /* of one directory */
};

struct tree {
	ext2_filsys fs;
	bool upper;
	entry_fn *fn;
	void *arg;
	struct twins twins;
	ext2_ino_t above[DEPTH_MAX]; /* the directories we are in */
	char *buf;                   /* CHUNK bytes */
};

/* A file being read: by its extents, or block by block where it has none. */
struct reading {
	struct tree *t;
	ext2_ino_t ino;
	uint64_t size;
	ext2_extent_handle_t extents;
	bool begun;
	struct ext2fs_extent now; /* what is left of this extent */
	ext2_file_t plain;
	uint64_t at;              /* of a plain one */
};

static void reading_done(struct reading *r)
{
	if (r->extents)
		ext2fs_extent_free(r->extents);
	if (r->plain)
		ext2fs_file_close(r->plain);
}
#define AUTO_READING __attribute__((cleanup(reading_done)))

/* The next extent with data; 0, or EXT2_ET_EXTENT_NO_NEXT at the end. */
static errcode_t next_extent(struct reading *r)
{
	errcode_t code;

	do {
		code = ext2fs_extent_get(r->extents,
					 r->begun ? EXT2_EXTENT_NEXT_LEAF : EXT2_EXTENT_ROOT, &r->now);
		if (!code && !r->begun && !(r->now.e_flags & EXT2_EXTENT_FLAGS_LEAF))
			code = ext2fs_extent_get(r->extents, EXT2_EXTENT_NEXT_LEAF, &r->now);
		r->begun = true;
	} while (!code && (r->now.e_flags & EXT2_EXTENT_FLAGS_UNINIT));
	return code;
}

static int next_plain(struct reading *r, const void **data, size_t *len, uint64_t *at,
		      struct error *err)
{
	unsigned got = 0;

	if (r->at >= r->size)
		return 0;
	errcode_t code = ext2fs_file_read(r->plain, r->t->buf, CHUNK, &got);
	if (code || !got)
		return ext4_fail(err, code ? code : EIO, "ext4: read inode %u", r->ino);
	*data = r->t->buf;
	*len = got;
	*at = r->at;
	r->at += got;
	return 1;
}

static int next_piece(const struct entry *e, const void **data, size_t *len, uint64_t *at,
		      struct error *err)
{
	struct reading *r = e->reader;
	unsigned block = r->t->fs->blocksize;

	if (r->plain)
		return next_plain(r, data, len, at, err);
	if (!r->now.e_len) {
		errcode_t code = next_extent(r);
		if (code == EXT2_ET_EXTENT_NO_NEXT || code == EXT2_ET_NO_CURRENT_NODE)
			return 0;
		if (code)
			return ext4_fail(err, code, "ext4: %.200s", e->path);
	}
	uint64_t from = r->now.e_lblk * block;
	uint32_t n = r->now.e_len < CHUNK / block ? r->now.e_len : CHUNK / block;
	if (from < r->at || r->now.e_pblk + n > ext2fs_blocks_count(r->t->fs->super))
		return error_set(err, 0, "ext4: %.200s: damaged: its blocks are out of order", e->path);
	if (from >= r->size)
		return 0;
	errcode_t code = io_channel_read_blk64(r->t->fs->io, r->now.e_pblk, (int)n, r->t->buf);
	if (code)
		return ext4_fail(err, code, "ext4: read %.200s", e->path);
	*data = r->t->buf;
	*at = from;
	*len = r->size - from < (uint64_t)n * block ? (size_t)(r->size - from) : (size_t)n * block;
	r->now.e_lblk += n;
	r->now.e_pblk += n;
	r->now.e_len -= n;
	r->at = from + (uint64_t)n * block;
	return 1;
}

static errcode_t begin_reading(struct reading *r, struct ext2_inode *inode)
{
	if (inode->i_flags & EXT4_EXTENTS_FL)
		return ext2fs_extent_open2(r->t->fs, r->ino, inode, &r->extents);
	return ext2fs_file_open2(r->t->fs, r->ino, inode, 0, &r->plain);
}

struct xattrs {
	struct entry_xattr all[ENTRY_XATTRS];
	char *names[ENTRY_XATTRS];
	void *values[ENTRY_XATTRS];
	size_t n;
	bool opaque, failed;
};

static void xattrs_done(struct xattrs *x)
{
	for (size_t i = 0; i < x->n; i++) {
		free(x->names[i]);
		free(x->values[i]);
	}
	x->n = 0;
}
#define AUTO_XATTRS __attribute__((cleanup(xattrs_done)))

static bool is_overlays(const char *name)
{
	return strncmp(name, "trusted.overlay.", 16) == 0 || strncmp(name, "user.overlay.", 13) == 0;
}

static int take_xattr(char *name, char *value, size_t len, void *arg)
{
	struct xattrs *x = arg;

	if (is_overlays(name)) {
		const char *what = strrchr(name, '.') + 1;
		x->opaque |= strcmp(what, "opaque") == 0 && len && value[0] == 'y';
		/* Written by options that our init never gives; their files would be wrong. */
		x->failed |= strcmp(what, "redirect") == 0 || strcmp(what, "metacopy") == 0;
		return 0;
	}
	if (x->n == ENTRY_XATTRS || len > ENTRY_XATTR_SIZE) {
		x->failed = true;
		return XATTR_ABORT;
	}
	/* The iterator gives ext4's own form, and writing takes the kernel's. */
	uint8_t bytes[ACL_SIZE];
	if (acl_is_name(name)) {
		struct acl a;

		if (acl_from_ext4(&a, value, len) < 0 || !(len = acl_bytes(&a, bytes)))
			return 0;
		value = (char *)bytes;
	}
	x->names[x->n] = strdup(name);
	x->values[x->n] = malloc(len + 1);
	if (!x->names[x->n] || !x->values[x->n]) {
		x->n++;
		x->failed = true;
		return XATTR_ABORT;
	}
	memcpy(x->values[x->n], value, len);
	x->all[x->n] = (struct entry_xattr){ x->names[x->n], x->values[x->n], len };
	x->n++;
	return 0;
}

static errcode_t read_xattrs(struct tree *t, ext2_ino_t ino, struct xattrs *x)
{
	struct ext2_xattr_handle *h;

	errcode_t r = ext2fs_xattrs_open(t->fs, ino, &h);
	if (r)
		return r == EXT2_ET_MISSING_EA_FEATURE ? 0 : r;
	r = ext2fs_xattrs_read(h);
	if (!r)
		r = ext2fs_xattrs_iterate(h, take_xattr, x);
	ext2fs_xattrs_close(&h);
	return r ? r : x->failed ? EXT2_ET_BAD_EA_HEADER : 0;
}

static void say_what(struct entry *e, const struct ext2_inode_large *i, ext2_ino_t ino)
{
	struct ext4_node node;
	uint32_t extra = i->i_extra_isize >= 20 ? i->i_mtime_extra : 0;

	ext4_describe((const struct ext2_inode *)i, ino, &node);
	e->mode = node.mode;
	e->uid = node.uid;
	e->gid = node.gid;
	e->size = S_ISREG(node.mode) ? node.size : 0;
	e->mtime = (int32_t)i->i_mtime + ((int64_t)(extra & 3) << 32);
	e->mtime_ns = extra >> 2 < 1000000000 ? extra >> 2 : 0;
	e->rdev_major = node.rdev_major;
	e->rdev_minor = node.rdev_minor;
}

static int walk_dir(struct tree *t, ext2_ino_t ino, char *path, int depth, struct error *err);

static int give_opaque(struct tree *t, const char *path, struct error *err)
{
	const struct entry e = { .path = path, .kind = ENTRY_OPAQUE };

	return t->fn(t->arg, &e, err);
}

static int give(struct tree *t, ext2_ino_t ino, char *path, uint32_t *mode, struct error *err)
{
	AUTO_XATTRS struct xattrs x;
	AUTO_READING struct reading reading = { .t = t, .ino = ino };
	struct ext2_inode_large inode;
	struct ext2_inode *small = (struct ext2_inode *)&inode;
	struct entry e = { .path = path, .xattrs = x.all };
	char target[PATH_MAX];
	const char *first = path;

	x.n = 0;
	x.opaque = x.failed = false;
	memset(&inode, 0, sizeof(inode));
	errcode_t r = ext2fs_read_inode_full(t->fs, ino, small, sizeof(inode));
	if (r)
		return ext4_fail(err, r, "ext4: %.200s", path);
	say_what(&e, &inode, ino);
	*mode = e.mode;
	if (t->upper && S_ISCHR(e.mode) && !e.rdev_major && !e.rdev_minor) {
		e.kind = ENTRY_WHITEOUT;
		return t->fn(t->arg, &e, err);
	}
	if (!S_ISDIR(e.mode) && inode.i_links_count > 1) {
		first = twins_first(&t->twins, ino, path, err);
		if (!first)
			return -1;
	}
	if (strcmp(first, path) != 0) {
		e.link = first;
		e.hardlink = true;
		return t->fn(t->arg, &e, err);
	}
	r = read_xattrs(t, ino, &x);
	if (!r && S_ISLNK(e.mode)) {
		r = ext4_read_target(t->fs, ino, small, target, sizeof(target));
		e.link = target;
	}
	if (!r && S_ISREG(e.mode) && e.size) {
		uint64_t held = ext2fs_inode_i_blocks(t->fs, small) * 512;
		e.holes = held < e.size ? e.size - held : 0;
		reading.size = e.size;
		r = begin_reading(&reading, small);
		e.next = next_piece;
		e.reader = &reading;
	}
	if (r)
		return ext4_fail(err, r, "ext4: %.200s", path);
	e.n_xattrs = x.n;
	int result = t->fn(t->arg, &e, err);
	return result == 0 && x.opaque && t->upper ? give_opaque(t, path, err) : result;
}

/* The names of one directory, gathered first: what is done with them walks
 * elsewhere. */
struct found {
	struct found_name {
		ext2_ino_t ino;
		char *name;
	} *all;
	size_t n, room, bytes;
	bool failed;
};

static void found_done(struct found *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->all[i].name);
	free(f->all);
}
#define AUTO_FOUND __attribute__((cleanup(found_done)))

static int take_name(ext2_ino_t dir, int entry, struct ext2_dir_entry *d, int offset, int blocksize,
		     char *buf, void *arg)
{
	struct found *f = arg;
	int len = ext2fs_dirent_name_len(d);

	(void)dir, (void)entry, (void)offset, (void)blocksize, (void)buf;
	if (len <= 0 || (len <= 2 && memcmp(d->name, "..", (size_t)len) == 0))
		return 0;
	if (f->n == f->room) {
		size_t room = f->room ? f->room * 2 : 64;
		void *more = realloc(f->all, room * sizeof(*f->all));
		if (more)
			f->all = more, f->room = room;
	}
	f->bytes += (size_t)len;
	char *name = f->n < f->room && f->bytes < NAMES_MAX * 16UL ? strndup(d->name, (size_t)len) : NULL;
	if (!name || strlen(name) != (size_t)len || memchr(name, '/', (size_t)len)) {
		free(name);
		f->failed = true;
		return DIRENT_ABORT;
	}
	f->all[f->n++] = (struct found_name){ d->inode, name };
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct found_name *)a)->name, ((const struct found_name *)b)->name);
}

static int walk_dir(struct tree *t, ext2_ino_t ino, char *path, int depth, struct error *err)
{
	AUTO_FOUND struct found f = { 0 };
	size_t at = strlen(path);

	if (depth >= DEPTH_MAX)
		return error_set(err, ELOOP, "ext4: %.200s", path);
	for (int i = 0; i < depth; i++)
		if (t->above[i] == ino)
			return error_set(err, ELOOP, "ext4: damaged: %.200s is inside itself", path);
	t->above[depth] = ino;
	errcode_t code = ext2fs_dir_iterate2(t->fs, ino, 0, NULL, take_name, &f);
	if (code || f.failed)
		return code ? ext4_fail(err, code, "ext4: list %.200s", path)
			    : error_set(err, 0, "ext4: damaged: a name that cannot be in %.200s", path);
	if (f.n)
		qsort(f.all, f.n, sizeof(*f.all), by_name);
	for (size_t i = 0; i < f.n; i++) {
		uint32_t mode;
		if (snprintf(path + at, PATH_MAX - at, "%s%s", at ? "/" : "", f.all[i].name) >=
		    (int)(PATH_MAX - at))
			return error_set(err, ENAMETOOLONG, "ext4: %.200s", path);
		/* The kernel's checker made it, for itself. */
		if (!at && strcmp(f.all[i].name, "lost+found") == 0) {
			path[at] = '\0';
			continue;
		}
		int r = give(t, f.all[i].ino, path, &mode, err);
		if (r == 0 && S_ISDIR(mode))
			r = walk_dir(t, f.all[i].ino, path, depth + 1, err);
		path[at] = '\0';
		if (r)
			return r;
	}
	return 0;
}

int ext4_tree_walk(struct ext4 *e, const char *top, bool upper, entry_fn *fn, void *arg,
		   struct error *err)
{
	AUTO_FREE char *buf = malloc(CHUNK);
	struct tree t = { .fs = e->fs, .upper = upper, .fn = fn, .arg = arg, .buf = buf };
	char path[PATH_MAX] = "";
	uint32_t mode;
	ext2_ino_t ino;

	if (!buf)
		return error_set(err, ENOMEM, "ext4");
	errcode_t code = ext4_find(e->fs, top, true, &ino);
	if (code)
		return ext4_fail(err, code, "ext4: %s", top);
	int r = give(&t, ino, path, &mode, err);
	if (r == 0)
		r = walk_dir(&t, ino, path, 0, err);
	twins_done(&t.twins);
	return r < 0 ? -1 : 0;
}
