/*
 * Paths inside an ext4, component by component. A symbolic link's target is put
 * in front of what is left of the path; "/" and ".." cannot leave the image.
 */
#include "engine/image/ext4_inside.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	LINKS_MAX = 40, /* symbolic links on one path, as the kernel's limit */
};

errcode_t ext4_read_target(ext2_filsys fs, ext2_ino_t ino, struct ext2_inode *inode, char *out,
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
static errcode_t enter_link(struct ext4_walk *w, ext2_ino_t ino, struct ext2_inode *inode)
{
	char target[PATH_MAX], joined[PATH_MAX];

	if (++w->links > LINKS_MAX)
		return ELOOP;
	errcode_t r = ext4_read_target(w->fs, ino, inode, target, sizeof(target));
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
static bool next_name(struct ext4_walk *w, char name[NAME_MAX + 2], errcode_t *r)
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

static errcode_t go_up(struct ext4_walk *w)
{
	char *slash = strrchr(w->done, '/');

	if (slash)
		*slash = '\0';
	if (w->at == EXT2_ROOT_INO)
		return 0;
	return ext2fs_lookup(w->fs, w->at, "..", 2, NULL, &w->at);
}

static errcode_t go_down(struct ext4_walk *w, const char *name, bool follow)
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

errcode_t ext4_walk(struct ext4_walk *w, ext2_filsys fs, const char *path, bool follow,
		      char missing[NAME_MAX + 2])
{
	char name[NAME_MAX + 2];
	errcode_t r = 0;

	*w = (struct ext4_walk){ .fs = fs, .at = EXT2_ROOT_INO };
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

errcode_t ext4_find(ext2_filsys fs, const char *path, bool follow, ext2_ino_t *ino)
{
	struct ext4_walk w;
	errcode_t r = ext4_walk(&w, fs, path, follow, NULL);

	*ino = w.at;
	return r;
}
/* The directory above path, and the last name. */
errcode_t ext4_find_parent(ext2_filsys fs, const char *path, ext2_ino_t *dir,
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
	return ext4_find(fs, above, true, dir);
}
