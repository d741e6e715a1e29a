#include "engine/image/ext4.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <et/com_err.h>
#include <ext2fs/ext2fs.h>

#include "engine/base/own.h"

enum {
	BLOCK = 4096,
	LINKS_MAX = 40,  /* symbolic links on one path, as the kernel's limit */
	CHUNK = 256 * 1024,
	SOME_TIME = 1735689600, /* 2025-01-01, of reproducible images */
};

struct ext4 {
	ext2_filsys fs;
	bool write;
};

/* The library's codes are errnos below 256, and words of its own above. */
static int fail(struct error *err, errcode_t code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static int fail(struct error *err, errcode_t code, const char *fmt, ...)
{
	char what[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (code == EXT2_ET_DIR_EXISTS || code == EXT2_ET_FILE_EXISTS)
		code = EEXIST;
	else if (code == EXT2_ET_FILE_NOT_FOUND)
		code = ENOENT;
	else if (code == EXT2_ET_BLOCK_ALLOC_FAIL || code == EXT2_ET_INODE_ALLOC_FAIL)
		code = ENOSPC;
	else if (code == EXT2_ET_NO_DIRECTORY)
		code = ENOTDIR;
	else if (code == EXT2_ET_NO_MEMORY)
		code = ENOMEM;
	if (code < 256)
		return error_set(err, (int)code, "%s", what);
	return error_set(err, 0, "%s: %s", what, error_message(code));
}

/*
 * The library's way to the bytes, on our descriptor. Its own would open a path
 * again and fsync the file at each open: a journal's commit, tens of
 * milliseconds on a busy host, for a disk that dies with its session.
 */

static void io_name(char out[16], int fd)
{
	snprintf(out, 16, "fd:%d", fd);
}

static int io_fd(io_channel c)
{
	return (int)(intptr_t)c->private_data;
}

static const struct struct_io_manager io;

static errcode_t io_open(const char *name, int flags, io_channel *out)
{
	io_channel c = calloc(1, sizeof(*c));
	char *copy = strdup(name);

	if (!c || !copy) {
		free(c);
		free(copy);
		return EXT2_ET_NO_MEMORY;
	}
	c->magic = EXT2_ET_MAGIC_IO_CHANNEL;
	c->manager = (io_manager)&io; /* never written to */
	c->name = copy;
	c->block_size = 1024;
	c->refcount = 1;
	c->flags = flags & IO_FLAG_RW;
	c->private_data = (void *)(intptr_t)atoi(name + strlen("fd:"));
	*out = c;
	return 0;
}

static errcode_t io_close(io_channel c)
{
	if (--c->refcount > 0)
		return 0;
	free(c->name);
	free(c);
	return 0;
}

static errcode_t io_set_blksize(io_channel c, int size)
{
	c->block_size = size;
	return 0;
}

/* A negative count is bytes. */
static bool io_range(io_channel c, unsigned long long block, int count, off_t *at, size_t *n)
{
	*n = count < 0 ? (size_t)-(long)count : (size_t)count * (size_t)c->block_size;
	if (block > (unsigned long long)INT64_MAX / (unsigned)c->block_size)
		return false;
	*at = (off_t)(block * (unsigned)c->block_size);
	return (uint64_t)*at + *n <= INT64_MAX;
}

static errcode_t io_read(io_channel c, unsigned long long block, int count, void *data)
{
	size_t n, have = 0;
	off_t at;

	if (!io_range(c, block, count, &at, &n))
		return EXT2_ET_SHORT_READ;
	while (have < n) {
		ssize_t got = pread(io_fd(c), (char *)data + have, n - have, at + (off_t)have);
		if (got < 0 && errno != EINTR)
			return errno;
		if (got == 0) {
			memset((char *)data + have, 0, n - have);
			return EXT2_ET_SHORT_READ;
		}
		have += got > 0 ? (size_t)got : 0;
	}
	return 0;
}

static errcode_t io_write_at(io_channel c, const void *data, size_t n, off_t at)
{
	size_t done = 0;

	if (!(c->flags & IO_FLAG_RW))
		return EXT2_ET_RO_FILSYS;
	while (done < n) {
		ssize_t put = pwrite(io_fd(c), (const char *)data + done, n - done,
				     at + (off_t)done);
		if (put < 0 && errno != EINTR)
			return errno;
		done += put > 0 ? (size_t)put : 0;
	}
	return 0;
}

static errcode_t io_write(io_channel c, unsigned long long block, int count, const void *data)
{
	size_t n;
	off_t at;

	if (!io_range(c, block, count, &at, &n))
		return EXT2_ET_SHORT_WRITE;
	return io_write_at(c, data, n, at);
}

static errcode_t io_write_byte(io_channel c, unsigned long at, int n, const void *data)
{
	return io_write_at(c, data, (size_t)n, (off_t)at);
}

static errcode_t io_read_32(io_channel c, unsigned long block, int count, void *data)
{
	return io_read(c, block, count, data);
}

static errcode_t io_write_32(io_channel c, unsigned long block, int count, const void *data)
{
	return io_write(c, block, count, data);
}

static errcode_t io_flush(io_channel c)
{
	(void)c;
	return 0;
}

static const struct struct_io_manager io = {
	.magic = EXT2_ET_MAGIC_IO_MANAGER,
	.name = "vmdeck",
	.open = io_open,
	.close = io_close,
	.set_blksize = io_set_blksize,
	.read_blk = io_read_32,
	.write_blk = io_write_32,
	.flush = io_flush,
	.write_byte = io_write_byte,
	.read_blk64 = io_read,
	.write_blk64 = io_write,
};

static struct ext4 *wrap(ext2_filsys fs, bool write, struct error *err)
{
	struct ext4 *e = malloc(sizeof(*e));

	if (!e) {
		ext2fs_free(fs);
		error_set(err, ENOMEM, "ext4");
		return NULL;
	}
	*e = (struct ext4){ fs, write };
	return e;
}

/* Making */

static void fill_random(void *out, size_t n)
{
	arc4random_buf(out, n);
}

/* The features of a disk that one machine writes once: nothing that needs a
 * journal or a checker, and group checksums so that unused groups need not be
 * written at all. */
static struct ext2_super_block wanted(const struct ext4_make *how)
{
	struct ext2_super_block s = {
		.s_rev_level = EXT2_DYNAMIC_REV,
		.s_log_block_size = 2,
		.s_log_cluster_size = 2,
		.s_inode_size = 256,
		.s_errors = EXT2_ERRORS_DEFAULT,
		.s_log_groups_per_flex = 4,
		.s_feature_compat = EXT2_FEATURE_COMPAT_EXT_ATTR | EXT2_FEATURE_COMPAT_DIR_INDEX,
		.s_feature_incompat = EXT2_FEATURE_INCOMPAT_FILETYPE |
				      EXT3_FEATURE_INCOMPAT_EXTENTS |
				      EXT4_FEATURE_INCOMPAT_FLEX_BG,
		.s_feature_ro_compat = EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER |
				       EXT2_FEATURE_RO_COMPAT_LARGE_FILE |
				       EXT4_FEATURE_RO_COMPAT_HUGE_FILE |
				       EXT4_FEATURE_RO_COMPAT_GDT_CSUM |
				       EXT4_FEATURE_RO_COMPAT_DIR_NLINK |
				       EXT4_FEATURE_RO_COMPAT_EXTRA_ISIZE,
	};
	uint64_t inodes = how->inodes ? how->inodes : how->size / (16 * 1024);

	ext2fs_blocks_count_set(&s, how->size / BLOCK);
	s.s_inodes_count = (uint32_t)(inodes < 64 ? 64 : inodes);
	return s;
}

/* The file is new and sparse, so its inode tables are zero already: saying so
 * keeps the guest's kernel from writing them in the background. */
static void groups_are_zero(ext2_filsys fs)
{
	for (dgrp_t g = 0; g < fs->group_desc_count; g++) {
		ext2fs_bg_flags_set(fs, g, EXT2_BG_INODE_ZEROED);
		ext2fs_group_desc_csum_set(fs, g);
	}
}

static errcode_t populate(ext2_filsys fs)
{
	errcode_t r = ext2fs_allocate_tables(fs);

	if (r)
		return r;
	groups_are_zero(fs);
	r = ext2fs_mkdir(fs, EXT2_ROOT_INO, EXT2_ROOT_INO, NULL);
	if (r)
		return r;
	/* The inodes that the format keeps for itself; the bad blocks' one is in use. */
	ext2fs_inode_alloc_stats2(fs, EXT2_BAD_INO, +1, 0);
	for (ext2_ino_t i = EXT2_ROOT_INO + 1; i < EXT2_FIRST_INODE(fs->super); i++)
		ext2fs_inode_alloc_stats2(fs, i, +1, 0);
	ext2fs_mark_ib_dirty(fs);
	return ext2fs_update_bb_inode(fs, NULL);
}

static void name_it(ext2_filsys fs, const struct ext4_make *how)
{
	struct ext2_super_block *s = fs->super;

	if (how->reproducible) {
		fs->now = SOME_TIME;
		memcpy(s->s_uuid, "vmdeck-image-000", sizeof(s->s_uuid));
		memcpy(s->s_hash_seed, "vmdeck-image-000", sizeof(s->s_hash_seed));
		s->s_mkfs_time = SOME_TIME;
		s->s_lastcheck = SOME_TIME;
	} else {
		fill_random(s->s_uuid, sizeof(s->s_uuid));
		fill_random(s->s_hash_seed, sizeof(s->s_hash_seed));
	}
	if (how->label)
		memcpy(s->s_volume_name, how->label,
		       strnlen(how->label, sizeof(s->s_volume_name)));
	s->s_def_hash_version = EXT2_HASH_HALF_MD4;
	s->s_flags |= EXT2_FLAGS_UNSIGNED_HASH;
	s->s_max_mnt_count = -1;
	s->s_min_extra_isize = s->s_want_extra_isize =
		sizeof(struct ext2_inode_large) - EXT2_GOOD_OLD_INODE_SIZE;
}

struct ext4 *ext4_make(int fd, const struct ext4_make *how, struct error *err)
{
	struct ext2_super_block param = wanted(how);
	ext2_filsys fs;
	char name[16];

	assert(how->size % BLOCK == 0);
	if (ftruncate(fd, 0) < 0 || ftruncate(fd, (off_t)how->size) < 0) {
		error_set(err, errno, "ext4: set size to %llu", (unsigned long long)how->size);
		return NULL;
	}
	io_name(name, fd);
	errcode_t r = ext2fs_initialize(name, EXT2_FLAG_64BITS, &param, (io_manager)&io,
				    &fs);
	if (r) {
		fail(err, r, "ext4: make");
		return NULL;
	}
	fs->umask = 022;
	name_it(fs, how);
	r = populate(fs);
	if (r) {
		ext2fs_free(fs);
		fail(err, r, "ext4: make");
		return NULL;
	}
	return wrap(fs, true, err);
}

struct ext4 *ext4_open(int fd, bool write, struct error *err)
{
	struct ext4_info info;
	ext2_filsys fs;
	char name[16];

	if (ext4_check(fd, &info, err) < 0)
		return NULL;
	if (write && (info.needs_recovery || !info.clean)) {
		error_set(err, 0, "ext4: not written to, because it was not unmounted cleanly");
		error_hint(err, "e2fsck -fp on the image");
		return NULL;
	}
	io_name(name, fd);
	errcode_t r = ext2fs_open2(name, NULL,
				   EXT2_FLAG_64BITS | EXT2_FLAG_SKIP_MMP | (write ? EXT2_FLAG_RW : 0),
				   0, 0, (io_manager)&io, &fs);
	if (!r && write) {
		r = ext2fs_read_bitmaps(fs);
		if (r)
			ext2fs_free(fs);
	}
	if (r) {
		fail(err, r, "ext4: open");
		error_hint(err, "e2fsck -fn on the image says more");
		return NULL;
	}
	return wrap(fs, write, err);
}

int ext4_close(struct ext4 *e, struct error *err)
{
	if (!e)
		return 0;
	ext2_filsys fs = e->fs;
	/* No fsync: a session's disk dies with its session, an image is synced by
	 * whoever gives it its name. */
	errcode_t r = e->write ? ext2fs_flush2(fs, EXT2_FLAG_FLUSH_NO_SYNC) : 0;
	free(e);
	ext2fs_free(fs);
	return r ? fail(err, r, "ext4: write") : 0;
}

void ext4_free(struct ext4 *e)
{
	if (!e)
		return;
	ext2fs_free(e->fs);
	free(e);
}

/* Walking */

/* A path being walked: what is left to do, and where we are. */
struct walk {
	ext2_filsys fs;
	char rest[PATH_MAX];           /* components still to come */
	char done[PATH_MAX];           /* the path so far, "" for the root */
	ext2_ino_t at;
	int links;
};

static errcode_t read_link(ext2_filsys fs, ext2_ino_t ino, struct ext2_inode *inode, char *out,
			   size_t size)
{
	ext2_file_t f;
	unsigned int got = 0;
	uint64_t len = EXT2_I_SIZE(inode);

	if (len == 0 || len >= size)
		return ENAMETOOLONG;
	if (ext2fs_is_fast_symlink(inode)) {
		memcpy(out, inode->i_block, len);
		out[len] = '\0';
		return 0;
	}
	errcode_t r = ext2fs_file_open2(fs, ino, inode, 0, &f);
	if (r)
		return r;
	r = ext2fs_file_read(f, out, (unsigned)len, &got);
	ext2fs_file_close(f);
	out[got] = '\0';
	return r ? r : got == len ? 0 : EIO;
}

/* Put a link's target in front of what is left. */
static errcode_t enter_link(struct walk *w, ext2_ino_t ino, struct ext2_inode *inode)
{
	char target[PATH_MAX], joined[PATH_MAX];

	if (++w->links > LINKS_MAX)
		return ELOOP;
	errcode_t r = read_link(w->fs, ino, inode, target, sizeof(target));
	if (r)
		return r;
	int n = snprintf(joined, sizeof(joined), "%s%s%s", target, w->rest[0] ? "/" : "", w->rest);
	if (n < 0 || (size_t)n >= sizeof(joined))
		return ENAMETOOLONG;
	memcpy(w->rest, joined, (size_t)n + 1);
	if (target[0] == '/') {
		w->at = EXT2_ROOT_INO;
		w->done[0] = '\0';
	}
	return 0;
}

/* Take the next component out of rest; false at the end. */
static bool next_name(struct walk *w, char name[NAME_MAX + 2], errcode_t *r)
{
	size_t skip = strspn(w->rest, "/"), len = strcspn(w->rest + skip, "/");

	if (len == 0)
		return false;
	if (len > NAME_MAX) {
		*r = ENAMETOOLONG;
		return false;
	}
	memcpy(name, w->rest + skip, len);
	name[len] = '\0';
	const char *left = w->rest + skip + len;
	left += strspn(left, "/");
	memmove(w->rest, left, strlen(left) + 1);
	return true;
}

static errcode_t go_up(struct walk *w)
{
	char *slash = strrchr(w->done, '/');

	if (slash)
		*slash = '\0';
	if (w->at == EXT2_ROOT_INO)
		return 0;
	return ext2fs_lookup(w->fs, w->at, "..", 2, NULL, &w->at);
}

static errcode_t go_down(struct walk *w, const char *name, bool follow)
{
	struct ext2_inode inode;
	ext2_ino_t ino;

	errcode_t r = ext2fs_lookup(w->fs, w->at, name, (int)strlen(name), NULL, &ino);
	if (!r)
		r = ext2fs_read_inode(w->fs, ino, &inode);
	if (r)
		return r;
	if (LINUX_S_ISLNK(inode.i_mode) && (follow || w->rest[0]))
		return enter_link(w, ino, &inode);
	if (w->rest[0] && !LINUX_S_ISDIR(inode.i_mode))
		return ENOTDIR;
	size_t have = strlen(w->done);
	if (have + strlen(name) + 2 > sizeof(w->done))
		return ENAMETOOLONG;
	sprintf(w->done + have, "/%s", name);
	w->at = ino;
	return 0;
}

/* Go as far as possible. With EXT2_ET_FILE_NOT_FOUND, `missing` is the name
 * that was not there, in directory w->at, and w->rest what would follow. */
static errcode_t walk(struct walk *w, ext2_filsys fs, const char *path, bool follow,
		      char missing[NAME_MAX + 2])
{
	char name[NAME_MAX + 2];
	errcode_t r = 0;

	*w = (struct walk){ .fs = fs, .at = EXT2_ROOT_INO };
	if (strlen(path) >= sizeof(w->rest))
		return ENAMETOOLONG;
	strcpy(w->rest, path);
	while (!r && next_name(w, name, &r)) {
		if (strcmp(name, ".") == 0)
			continue;
		r = strcmp(name, "..") == 0 ? go_up(w) : go_down(w, name, follow);
		if (r == EXT2_ET_FILE_NOT_FOUND && missing)
			strcpy(missing, name);
	}
	return r;
}

static errcode_t find(ext2_filsys fs, const char *path, bool follow, ext2_ino_t *ino)
{
	struct walk w;
	errcode_t r = walk(&w, fs, path, follow, NULL);

	*ino = w.at;
	return r;
}

/* Putting */

/* The directory above path, and the last name. */
static errcode_t find_parent(ext2_filsys fs, const char *path, ext2_ino_t *dir,
			     char name[NAME_MAX + 2])
{
	char above[PATH_MAX];
	size_t len = strlen(path);

	while (len && path[len - 1] == '/')
		len--;
	size_t cut = len;
	while (cut && path[cut - 1] != '/')
		cut--;
	if (len == cut || len - cut > NAME_MAX || len >= sizeof(above))
		return len == cut ? EINVAL : ENAMETOOLONG;
	memcpy(name, path + cut, len - cut);
	name[len - cut] = '\0';
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return EINVAL;
	memcpy(above, path, cut);
	above[cut] = '\0';
	return find(fs, above, true, dir);
}

static int64_t time_of(ext2_filsys fs, const struct ext4_node *node)
{
	return node->mtime ? node->mtime : fs->now ? fs->now : time(NULL);
}

static void apply(ext2_filsys fs, struct ext2_inode *inode, const struct ext4_node *node)
{
	uint32_t when = (uint32_t)time_of(fs, node);

	inode->i_mode = (uint16_t)((inode->i_mode & LINUX_S_IFMT) | (node->mode & 07777));
	inode->i_uid = (uint16_t)node->uid;
	inode->i_gid = (uint16_t)node->gid;
	inode->osd2.linux2.l_i_uid_high = (uint16_t)(node->uid >> 16);
	inode->osd2.linux2.l_i_gid_high = (uint16_t)(node->gid >> 16);
	inode->i_atime = inode->i_ctime = inode->i_mtime = when;
}

static errcode_t set(ext2_filsys fs, ext2_ino_t ino, const struct ext4_node *node)
{
	struct ext2_inode inode;
	errcode_t r = ext2fs_read_inode(fs, ino, &inode);

	if (r)
		return r;
	apply(fs, &inode, node);
	return ext2fs_write_inode(fs, ino, &inode);
}

static errcode_t link_name(ext2_filsys fs, ext2_ino_t dir, const char *name, ext2_ino_t ino,
			   int type)
{
	errcode_t r = ext2fs_link(fs, dir, name, ino, type);

	if (r != EXT2_ET_DIR_NO_SPACE)
		return r;
	r = ext2fs_expand_dir(fs, dir);
	return r ? r : ext2fs_link(fs, dir, name, ino, type);
}

static errcode_t find_free(ext2_filsys fs, const char *path, ext2_ino_t *dir,
			   char name[NAME_MAX + 2])
{
	ext2_ino_t there;
	errcode_t r = find_parent(fs, path, dir, name);

	if (r)
		return r;
	r = ext2fs_lookup(fs, *dir, name, (int)strlen(name), NULL, &there);
	return r == EXT2_ET_FILE_NOT_FOUND ? 0 : r ? r : EEXIST;
}

int ext4_put_dir(struct ext4 *e, const char *path, const struct ext4_node *node,
		 struct error *err)
{
	char name[NAME_MAX + 2];
	ext2_ino_t dir, ino;

	errcode_t r = find_free(e->fs, path, &dir, name);
	if (!r)
		r = ext2fs_mkdir(e->fs, dir, 0, name);
	if (r == EXT2_ET_DIR_NO_SPACE) {
		r = ext2fs_expand_dir(e->fs, dir);
		if (!r)
			r = ext2fs_mkdir(e->fs, dir, 0, name);
	}
	if (!r)
		r = ext2fs_lookup(e->fs, dir, name, (int)strlen(name), NULL, &ino);
	if (!r)
		r = set(e->fs, ino, node);
	return r ? fail(err, r, "ext4: make directory %s", path) : 0;
}

/* A new inode of the given type with its name, and nothing in it. */
static errcode_t new_inode(ext2_filsys fs, ext2_ino_t dir, const char *name, uint32_t type,
			   int ftype, const struct ext4_node *node, ext2_ino_t *ino)
{
	struct ext2_inode inode = { .i_mode = (uint16_t)type, .i_links_count = 1 };
	ext2_extent_handle_t handle;

	errcode_t r = ext2fs_new_inode(fs, dir, (int)type, NULL, ino);
	if (!r)
		r = link_name(fs, dir, name, *ino, ftype);
	if (r)
		return r;
	ext2fs_inode_alloc_stats2(fs, *ino, +1, 0);
	apply(fs, &inode, node);
	if (LINUX_S_ISREG(type) && ext2fs_has_feature_extents(fs->super)) {
		r = ext2fs_extent_open2(fs, *ino, &inode, &handle);
		if (r)
			return r;
		ext2fs_extent_free(handle);
	} else if (!LINUX_S_ISREG(type)) {
		uint32_t major = node->rdev_major, minor = node->rdev_minor;
		if (major < 256 && minor < 256)
			inode.i_block[0] = major << 8 | minor;
		else
			inode.i_block[1] = (minor & 0xff) | major << 8 | (minor & ~0xffU) << 12;
	}
	return ext2fs_write_new_inode(fs, *ino, &inode);
}

/* The inode of a regular file at path, emptied if it is there, made if not. */
static errcode_t empty_file(ext2_filsys fs, const char *path, const struct ext4_node *node,
			    ext2_ino_t *ino)
{
	char name[NAME_MAX + 2];
	struct ext2_inode inode;
	ext2_file_t f;
	ext2_ino_t dir;

	errcode_t r = find_parent(fs, path, &dir, name);
	if (r)
		return r;
	r = ext2fs_lookup(fs, dir, name, (int)strlen(name), NULL, ino);
	if (r == EXT2_ET_FILE_NOT_FOUND)
		return new_inode(fs, dir, name, LINUX_S_IFREG, EXT2_FT_REG_FILE, node, ino);
	if (!r)
		r = ext2fs_read_inode(fs, *ino, &inode);
	if (r)
		return r;
	if (!LINUX_S_ISREG(inode.i_mode))
		return EEXIST;
	r = ext2fs_file_open(fs, *ino, EXT2_FILE_WRITE, &f);
	if (r)
		return r;
	r = ext2fs_file_set_size2(f, 0);
	ext2fs_file_close(f);
	return r ? r : set(fs, *ino, node);
}

int ext4_put_file(struct ext4 *e, const char *path, const void *data, size_t len,
		  const struct ext4_node *node, struct error *err)
{
	const char *at = data;
	ext2_ino_t ino;
	ext2_file_t f;

	errcode_t r = empty_file(e->fs, path, node, &ino);
	if (!r)
		r = ext2fs_file_open(e->fs, ino, EXT2_FILE_WRITE, &f);
	if (r)
		return fail(err, r, "ext4: make %s", path);
	while (!r && len) {
		unsigned int n = 0;
		r = ext2fs_file_write(f, at, (unsigned)(len < CHUNK ? len : CHUNK), &n);
		at += n;
		len -= n;
	}
	errcode_t closed = ext2fs_file_close(f);
	if (!r && !closed)
		r = set(e->fs, ino, node); /* writing has touched the times */
	return r || closed ? fail(err, r ? r : closed, "ext4: write %s", path) : 0;
}

static bool all_zero(const char *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

/* Write what is not zero, block by block, so that holes stay holes. */
static errcode_t write_sparse(ext2_file_t f, const char *buf, size_t n, uint64_t at)
{
	errcode_t r = 0;

	for (size_t i = 0; !r && i < n;) {
		size_t run = 0;
		unsigned int done;
		while (i + run < n &&
		       !all_zero(buf + i + run, n - i - run < BLOCK ? n - i - run : BLOCK))
			run += n - i - run < BLOCK ? n - i - run : BLOCK;
		if (!run) {
			i += BLOCK;
			continue;
		}
		r = ext2fs_file_llseek(f, at + i, EXT2_SEEK_SET, NULL);
		if (!r)
			r = ext2fs_file_write(f, buf + i, (unsigned)run, &done);
		i += run;
	}
	return r;
}

static errcode_t pour(ext2_file_t f, int from)
{
	AUTO_FREE char *buf = malloc(CHUNK);
	uint64_t at = 0;
	errcode_t r = buf ? 0 : ENOMEM;

	while (!r) {
		size_t have = 0;
		ssize_t n = 1;
		while (have < CHUNK && (n = read(from, buf + have, CHUNK - have)) > 0)
			have += (size_t)n;
		if (n < 0)
			return errno;
		if (!have)
			break;
		r = write_sparse(f, buf, have, at);
		at += have;
	}
	return r ? r : ext2fs_file_set_size2(f, (ext2_off64_t)at);
}

int ext4_put_fd(struct ext4 *e, const char *path, int from, const struct ext4_node *node,
		struct error *err)
{
	ext2_ino_t ino;
	ext2_file_t f;

	errcode_t r = empty_file(e->fs, path, node, &ino);
	if (!r)
		r = ext2fs_file_open(e->fs, ino, EXT2_FILE_WRITE, &f);
	if (r)
		return fail(err, r, "ext4: make %s", path);
	r = pour(f, from);
	errcode_t closed = ext2fs_file_close(f);
	if (!r && !closed)
		r = set(e->fs, ino, node);
	return r || closed ? fail(err, r ? r : closed, "ext4: write %s", path) : 0;
}

int ext4_put_symlink(struct ext4 *e, const char *path, const char *target,
		     const struct ext4_node *node, struct error *err)
{
	char name[NAME_MAX + 2];
	ext2_ino_t dir, ino;

	errcode_t r = find_free(e->fs, path, &dir, name);
	if (!r)
		r = ext2fs_symlink(e->fs, dir, 0, name, target);
	if (r == EXT2_ET_DIR_NO_SPACE) {
		r = ext2fs_expand_dir(e->fs, dir);
		if (!r)
			r = ext2fs_symlink(e->fs, dir, 0, name, target);
	}
	if (!r)
		r = ext2fs_lookup(e->fs, dir, name, (int)strlen(name), NULL, &ino);
	if (!r) {
		struct ext4_node link = *node;
		link.mode = 0777;
		r = set(e->fs, ino, &link);
	}
	return r ? fail(err, r, "ext4: make link %s", path) : 0;
}

/* What a directory entry says of the inode's type. */
static int entry_type(uint32_t mode)
{
	return S_ISREG(mode)   ? EXT2_FT_REG_FILE
	       : S_ISLNK(mode) ? EXT2_FT_SYMLINK
	       : S_ISCHR(mode) ? EXT2_FT_CHRDEV
	       : S_ISBLK(mode) ? EXT2_FT_BLKDEV
	       : S_ISFIFO(mode) ? EXT2_FT_FIFO
				: EXT2_FT_SOCK;
}

int ext4_put_special(struct ext4 *e, const char *path, const struct ext4_node *node,
		     struct error *err)
{
	char name[NAME_MAX + 2];
	ext2_ino_t dir, ino;
	int type = entry_type(node->mode);

	errcode_t r = find_free(e->fs, path, &dir, name);
	if (!r)
		r = new_inode(e->fs, dir, name, node->mode & S_IFMT, type, node, &ino);
	return r ? fail(err, r, "ext4: make device %s", path) : 0;
}

int ext4_put_link(struct ext4 *e, const char *path, const char *existing, struct error *err)
{
	char name[NAME_MAX + 2];
	struct ext2_inode inode;
	ext2_ino_t dir, ino;

	errcode_t r = find(e->fs, existing, false, &ino);
	if (!r)
		r = ext2fs_read_inode(e->fs, ino, &inode);
	if (!r && LINUX_S_ISDIR(inode.i_mode))
		r = EISDIR;
	if (!r)
		r = find_free(e->fs, path, &dir, name);
	if (!r)
		r = link_name(e->fs, dir, name, ino, entry_type(inode.i_mode));
	if (!r) {
		inode.i_links_count++;
		r = ext2fs_write_inode(e->fs, ino, &inode);
	}
	return r ? fail(err, r, "ext4: link %s to %s", path, existing) : 0;
}

int ext4_set(struct ext4 *e, const char *path, const struct ext4_node *node, struct error *err)
{
	ext2_ino_t ino;
	errcode_t r = find(e->fs, path, false, &ino);

	if (!r)
		r = set(e->fs, ino, node);
	return r ? fail(err, r, "ext4: set %s", path) : 0;
}

int ext4_make_parents(struct ext4 *e, const char *path, const struct ext4_node *node,
		      struct error *err)
{
	char part[PATH_MAX];
	size_t len = strlen(path);

	if (len >= sizeof(part))
		return error_set(err, ENAMETOOLONG, "ext4: %.100s...", path);
	for (size_t i = 1; i < len; i++) {
		struct ext4_node there;
		if (path[i] != '/' || path[i - 1] == '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		int r = ext4_stat(e, part, true, &there, err);
		if (r < 0 || (r == 1 && ext4_put_dir(e, part, node, err) < 0))
			return -1;
	}
	return 0;
}

/* Looking */

static void describe(const struct ext2_inode *inode, ext2_ino_t ino, struct ext4_node *out)
{
	*out = (struct ext4_node){
		.mode = inode->i_mode,
		.uid = inode_uid(*inode),
		.gid = inode_gid(*inode),
		.size = EXT2_I_SIZE(inode),
		.mtime = (int32_t)inode->i_mtime,
		.inode = ino,
	};
	if (!LINUX_S_ISCHR(inode->i_mode) && !LINUX_S_ISBLK(inode->i_mode))
		return;
	uint32_t old = inode->i_block[0], new = inode->i_block[1];
	out->rdev_major = old ? old >> 8 & 0xff : new >> 8 & 0xfff;
	out->rdev_minor = old ? old & 0xff : (new & 0xff) | (new >> 12 & 0xfff00);
}

int ext4_stat(struct ext4 *e, const char *path, bool follow, struct ext4_node *out,
	      struct error *err)
{
	struct ext2_inode inode;
	ext2_ino_t ino;

	errcode_t r = find(e->fs, path, follow, &ino);
	if (r == EXT2_ET_FILE_NOT_FOUND || r == ENOTDIR || r == EXT2_ET_NO_DIRECTORY)
		return 1;
	if (!r)
		r = ext2fs_read_inode(e->fs, ino, &inode);
	if (r)
		return fail(err, r, "ext4: %s", path);
	describe(&inode, ino, out);
	return 0;
}

int ext4_resolve(struct ext4 *e, const char *path, char *out, size_t size, struct error *err)
{
	char missing[NAME_MAX + 2] = "";
	struct walk w;

	errcode_t r = walk(&w, e->fs, path, true, missing);
	if (r && r != EXT2_ET_FILE_NOT_FOUND)
		return fail(err, r, "ext4: %s", path);
	int n = snprintf(out, size, "%s%s%s%s%s", w.done, r || !w.done[0] ? "/" : "", missing,
			 w.rest[0] ? "/" : "", w.rest);
	if (n < 0 || (size_t)n >= size)
		return error_set(err, ENAMETOOLONG, "ext4: %s", path);
	return 0;
}

ssize_t ext4_pread(struct ext4 *e, const struct ext4_node *node, void *buf, size_t size,
		   uint64_t offset, struct error *err)
{
	unsigned int got = 0;
	ext2_file_t f;

	if (!S_ISREG(node->mode))
		return error_set(err, EINVAL, "ext4: not a regular file");
	if (size > INT_MAX)
		size = INT_MAX;
	errcode_t r = ext2fs_file_open(e->fs, node->inode, 0, &f);
	if (r)
		return fail(err, r, "ext4: open inode %u", node->inode);
	r = ext2fs_file_llseek(f, offset, EXT2_SEEK_SET, NULL);
	if (!r)
		r = ext2fs_file_read(f, buf, (unsigned)size, &got);
	ext2fs_file_close(f);
	return r ? fail(err, r, "ext4: read inode %u", node->inode) : (ssize_t)got;
}

int ext4_read(struct ext4 *e, const char *path, size_t max, void **data, size_t *len,
	      struct error *err)
{
	struct ext4_node node;

	int r = ext4_stat(e, path, true, &node, err);
	if (r)
		return r < 0 ? -1 : error_set(err, ENOENT, "%s in the image", path);
	if (!S_ISREG(node.mode))
		return error_set(err, EINVAL, "%s in the image: not a regular file", path);
	if (node.size > max)
		return error_set(err, EFBIG, "%s in the image", path);
	AUTO_FREE char *buf = malloc(node.size + 1);
	if (!buf)
		return error_set(err, ENOMEM, "%s in the image", path);
	ssize_t n = node.size ? ext4_pread(e, &node, buf, node.size, 0, err) : 0;
	if (n < 0)
		return error_wrap(err, "%s in the image", path);
	buf[n] = '\0';
	*len = (size_t)n;
	*data = take_ptr(&buf);
	return 0;
}

int ext4_readlink(struct ext4 *e, const char *path, char *out, size_t size, struct error *err)
{
	char target[PATH_MAX];
	struct ext2_inode inode;
	ext2_ino_t ino;

	errcode_t r = find(e->fs, path, false, &ino);
	if (!r)
		r = ext2fs_read_inode(e->fs, ino, &inode);
	if (!r && !LINUX_S_ISLNK(inode.i_mode))
		r = EINVAL;
	if (!r)
		r = read_link(e->fs, ino, &inode, target, sizeof(target));
	if (r)
		return fail(err, r, "ext4: read link %s", path);
	snprintf(out, size, "%s", target);
	return 0;
}

struct visit {
	ext4_visit_fn *fn;
	void *arg;
};

static int visit(ext2_ino_t dir, int entry, struct ext2_dir_entry *d, int offset, int blocksize,
		 char *buf, void *arg)
{
	struct visit *v = arg;
	char name[NAME_MAX + 1];
	int len = ext2fs_dirent_name_len(d);

	(void)dir, (void)entry, (void)offset, (void)blocksize, (void)buf;
	memcpy(name, d->name, (size_t)len);
	name[len] = '\0';
	if (!name[0] || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return 0;
	return v->fn(v->arg, name, d->inode) ? DIRENT_ABORT : 0;
}

int ext4_list(struct ext4 *e, const char *path, ext4_visit_fn *fn, void *arg, struct error *err)
{
	struct visit v = { fn, arg };
	ext2_ino_t ino;

	errcode_t r = find(e->fs, path, true, &ino);
	if (!r)
		r = ext2fs_check_directory(e->fs, ino);
	if (!r)
		r = ext2fs_dir_iterate2(e->fs, ino, 0, NULL, visit, &v);
	return r ? fail(err, r, "ext4: list %s", path) : 0;
}
