/*
 * Whole trees written into a new ext4: inodes in order, contents in long runs
 * of blocks taken one after the other, directories at the end, in one go each.
 * It works with inode numbers and does not look for names; the caller keeps
 * those (rootfs.c), and counts links.
 *
 * Only for a file system that ext4_make made and that nobody else writes to.
 */
#ifndef ENGINE_IMAGE_EXT4_BULK_H
#define ENGINE_IMAGE_EXT4_BULK_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/image/entry.h"
#include "engine/image/ext4.h"

enum {
	EXT4_ROOT = 2, /* its inode */
};

/* A new inode with what the entry says of owner, mode, time, device and
 * extended attributes; contents of a regular file and a link's target are
 * written, a directory is empty until ext4_bulk_dir. 0: err says why. `told`,
 * may be NULL, hears of bytes as they are written; not 0 from it ends all. */
typedef int ext4_told_fn(void *arg, uint64_t bytes, struct error *err);
uint32_t ext4_bulk_inode(struct ext4 *e, const struct entry *x, ext4_told_fn *told, void *arg,
			 struct error *err);

/* Owner, mode, time and attributes of an inode that is there, as the entry says. */
int ext4_bulk_set(struct ext4 *e, uint32_t ino, const struct entry *x, struct error *err);

/* How many names it has; 1 until this is called. */
int ext4_bulk_links(struct ext4 *e, uint32_t ino, uint32_t links, struct error *err);

/* Give back an inode and its blocks. */
int ext4_free_inode(struct ext4 *e, uint32_t ino, uint32_t mode, struct error *err);

/* The names of a directory; next gives one at a time: 1, or 0 at the end. */
struct ext4_dirent {
	const char *name;
	size_t len;
	uint32_t inode, mode;
};
typedef int ext4_dirent_fn(void *arg, struct ext4_dirent *d);
int ext4_bulk_dir(struct ext4 *e, uint32_t ino, uint32_t parent, ext4_dirent_fn *next,
		  void *arg, struct error *err);

#endif
