/* Writing by path. */
#include "engine/image/ext4_inside.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/ext4_bulk.h"

enum {
	CHUNK = 256 * 1024,
};

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
	errcode_t r = ext4_find_parent(fs, path, dir, name);

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
	return r ? ext4_fail(err, r, "ext4: make directory %s", path) : 0;
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

	errcode_t r = ext4_find_parent(fs, path, &dir, name);
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
		return ext4_fail(err, r, "ext4: make %s", path);
	while (!r && len) {
		unsigned int n = 0;
		r = ext2fs_file_write(f, at, (unsigned)(len < CHUNK ? len : CHUNK), &n);
		at += n;
		len -= n;
	}
	errcode_t closed = ext2fs_file_close(f);
	if (!r && !closed)
		r = set(e->fs, ino, node); /* writing has touched the times */
	return r || closed ? ext4_fail(err, r ? r : closed, "ext4: write %s", path) : 0;
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
		       !all_zero(buf + i + run, n - i - run < EXT4_BLOCK ? n - i - run : EXT4_BLOCK))
			run += n - i - run < EXT4_BLOCK ? n - i - run : EXT4_BLOCK;
		if (!run) {
			i += EXT4_BLOCK;
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
		return ext4_fail(err, r, "ext4: make %s", path);
	r = pour(f, from);
	errcode_t closed = ext2fs_file_close(f);
	if (!r && !closed)
		r = set(e->fs, ino, node);
	return r || closed ? ext4_fail(err, r ? r : closed, "ext4: write %s", path) : 0;
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
	return r ? ext4_fail(err, r, "ext4: make link %s", path) : 0;
}

int ext4_put_special(struct ext4 *e, const char *path, const struct ext4_node *node,
		     struct error *err)
{
	char name[NAME_MAX + 2];
	ext2_ino_t dir, ino;
	int type = ext4_entry_type(node->mode);

	errcode_t r = find_free(e->fs, path, &dir, name);
	if (!r)
		r = new_inode(e->fs, dir, name, node->mode & S_IFMT, type, node, &ino);
	return r ? ext4_fail(err, r, "ext4: make device %s", path) : 0;
}

int ext4_put_link(struct ext4 *e, const char *path, const char *existing, struct error *err)
{
	char name[NAME_MAX + 2];
	struct ext2_inode inode;
	ext2_ino_t dir, ino;

	errcode_t r = ext4_find(e->fs, existing, false, &ino);
	if (!r)
		r = ext2fs_read_inode(e->fs, ino, &inode);
	if (!r && LINUX_S_ISDIR(inode.i_mode))
		r = EISDIR;
	if (!r)
		r = find_free(e->fs, path, &dir, name);
	if (!r)
		r = link_name(e->fs, dir, name, ino, ext4_entry_type(inode.i_mode));
	if (!r) {
		inode.i_links_count++;
		r = ext2fs_write_inode(e->fs, ino, &inode);
	}
	return r ? ext4_fail(err, r, "ext4: link %s to %s", path, existing) : 0;
}

int ext4_remove(struct ext4 *e, const char *path, struct error *err)
{
	char name[NAME_MAX + 2];
	struct ext2_inode inode;
	ext2_ino_t dir, ino;

	errcode_t r = ext4_find_parent(e->fs, path, &dir, name);
	if (!r)
		r = ext2fs_lookup(e->fs, dir, name, (int)strlen(name), NULL, &ino);
	if (!r)
		r = ext2fs_read_inode(e->fs, ino, &inode);
	if (!r && LINUX_S_ISDIR(inode.i_mode))
		r = EISDIR;
	if (!r)
		r = ext2fs_unlink(e->fs, dir, name, ino, 0);
	if (r)
		return ext4_fail(err, r, "ext4: remove %s", path);
	if (inode.i_links_count > 1) {
		inode.i_links_count--;
		r = ext2fs_write_inode(e->fs, ino, &inode);
		return r ? ext4_fail(err, r, "ext4: remove %s", path) : 0;
	}
	return ext4_free_inode(e, ino, inode.i_mode, err);
}

int ext4_set(struct ext4 *e, const char *path, const struct ext4_node *node, struct error *err)
{
	ext2_ino_t ino;
	errcode_t r = ext4_find(e->fs, path, false, &ino);

	if (!r)
		r = set(e->fs, ino, node);
	return r ? ext4_fail(err, r, "ext4: set %s", path) : 0;
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
