/* Reading by path. */
#include "engine/image/ext4_inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/own.h"

int ext4_stat(struct ext4 *e, const char *path, bool follow, struct ext4_node *out,
	      struct error *err)
{
	struct ext2_inode inode;
	ext2_ino_t ino;

	errcode_t r = ext4_find(e->fs, path, follow, &ino);
	if (r == EXT2_ET_FILE_NOT_FOUND || r == ENOTDIR || r == EXT2_ET_NO_DIRECTORY)
		return 1;
	if (!r)
		r = ext2fs_read_inode(e->fs, ino, &inode);
	if (r)
		return ext4_fail(err, r, "ext4: %s", path);
	ext4_describe(&inode, ino, out);
	return 0;
}

int ext4_resolve(struct ext4 *e, const char *path, char *out, size_t size, struct error *err)
{
	char missing[NAME_MAX + 2] = "";
	struct ext4_walk w;

	errcode_t r = ext4_walk(&w, e->fs, path, true, missing);
	if (r && r != EXT2_ET_FILE_NOT_FOUND)
		return ext4_fail(err, r, "ext4: %s", path);
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
		return ext4_fail(err, r, "ext4: open inode %u", node->inode);
	r = ext2fs_file_llseek(f, offset, EXT2_SEEK_SET, NULL);
	if (!r)
		r = ext2fs_file_read(f, buf, (unsigned)size, &got);
	ext2fs_file_close(f);
	return r ? ext4_fail(err, r, "ext4: read inode %u", node->inode) : (ssize_t)got;
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

	errcode_t r = ext4_find(e->fs, path, false, &ino);
	if (!r)
		r = ext2fs_read_inode(e->fs, ino, &inode);
	if (!r && !LINUX_S_ISLNK(inode.i_mode))
		r = EINVAL;
	if (!r)
		r = ext4_read_target(e->fs, ino, &inode, target, sizeof(target));
	if (r)
		return ext4_fail(err, r, "ext4: read link %s", path);
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

	errcode_t r = ext4_find(e->fs, path, true, &ino);
	if (!r)
		r = ext2fs_check_directory(e->fs, ino);
	if (!r)
		r = ext2fs_dir_iterate2(e->fs, ino, 0, NULL, visit, &v);
	return r ? ext4_fail(err, r, "ext4: list %s", path) : 0;
}
