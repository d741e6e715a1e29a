/*
 * An ext4 file system inside a file, through libext2fs, in this process:
 * making one, putting things into it, looking at what is there. It is never
 * mounted and needs no root. This is the library's only front door.
 *
 * It works on a descriptor, so the file may be unlinked already. Paths are
 * those inside the image; "/etc/x" and "etc/x" are the same. Following
 * symbolic links happens here, component by component, and cannot leave the
 * image: "/" and ".." at the top are the image's root.
 *
 * Foreign images are hostile bytes. ext4_open has the superblock judged
 * (superblock.h) before the library sees it. Reads have caps. What is left is the library's own
 * robustness; parse images of unknown origin in a child.
 */
#ifndef ENGINE_IMAGE_EXT4_H
#define ENGINE_IMAGE_EXT4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/base/error.h"
#include "engine/image/superblock.h"

struct ext4;

/* What one inode is; also what a new one shall be. */
struct ext4_node {
	uint32_t mode;  /* type and permissions, as st_mode; makers set the type */
	uint32_t uid, gid;
	uint64_t size;  /* ext4_stat only */
	int64_t mtime;  /* seconds; makers: 0 means now */
	uint32_t rdev_major, rdev_minor;
	uint32_t inode; /* ext4_stat only */
};

struct ext4_make {
	uint64_t size;     /* bytes, a multiple of 4096; the file is made that long, sparse */
	const char *label; /* NULL for none; at most 16 bytes */
	uint32_t inodes;   /* 0: one for each 16 KiB */
	bool reproducible; /* fixed UUID, hash seed and times, for images */
};

/* Make a file system over the whole of fd, and open it for writing. The
 * descriptor stays the caller's, and must outlive the result. */
struct ext4 *ext4_make(int fd, const struct ext4_make *how, struct error *err);

/* Open what is there. Without `write` nothing is ever written. */
struct ext4 *ext4_open(int fd, bool write, struct error *err);

/* Write everything out and free it, also on failure; NULL is harmless. */
int ext4_close(struct ext4 *fs, struct error *err);
/* Free without writing; NULL is harmless. */
void ext4_free(struct ext4 *fs);

static inline void ext4_auto(struct ext4 **fs)
{
	ext4_free(*fs);
}
#define AUTO_EXT4 __attribute__((cleanup(ext4_auto)))

/* Makers. The parent must exist (ext4_make_parents); an existing name is
 * EEXIST, except that ext4_put_file replaces a regular file's contents, mode
 * and owner. */
int ext4_put_dir(struct ext4 *fs, const char *path, const struct ext4_node *node,
		 struct error *err);
int ext4_put_file(struct ext4 *fs, const char *path, const void *data, size_t len,
		  const struct ext4_node *node, struct error *err);
/* From a descriptor, at its current offset to its end; holes stay holes. */
int ext4_put_fd(struct ext4 *fs, const char *path, int from, const struct ext4_node *node,
		struct error *err);
int ext4_put_symlink(struct ext4 *fs, const char *path, const char *target,
		     const struct ext4_node *node, struct error *err);
/* node->mode says S_IFCHR, S_IFBLK, S_IFIFO or S_IFSOCK. */
int ext4_put_special(struct ext4 *fs, const char *path, const struct ext4_node *node,
		     struct error *err);
/* Every directory above path that is missing, as `node`. */
int ext4_make_parents(struct ext4 *fs, const char *path, const struct ext4_node *node,
		      struct error *err);
/* A second name for a file. */
int ext4_put_link(struct ext4 *fs, const char *path, const char *existing, struct error *err);
/* Remove a name that is no directory; the inode goes with its last name. */
int ext4_remove(struct ext4 *fs, const char *path, struct error *err);
/* Set mode (permissions), owner and time of what is there, no link followed. */
int ext4_set(struct ext4 *fs, const char *path, const struct ext4_node *node, struct error *err);

/* Lookers: 0 found, 1 there is no such thing, -1 failure. With `follow`, a
 * symbolic link at the end is followed too; those on the way always are. */
int ext4_stat(struct ext4 *fs, const char *path, bool follow, struct ext4_node *out,
	      struct error *err);
/* The path that `path` comes to when links are followed, as far as it exists;
 * the rest is appended as it is. 0, or -1. */
int ext4_resolve(struct ext4 *fs, const char *path, char *out, size_t size, struct error *err);
/* Contents of a regular file, links followed, NUL-ended for convenience, in
 * *data (free it). More than `max` bytes is a failure, EFBIG. */
int ext4_read(struct ext4 *fs, const char *path, size_t max, void **data, size_t *len,
	      struct error *err);
/* At most `size` bytes from `offset`; returns what was read, 0 at the end, -1. */
ssize_t ext4_pread(struct ext4 *fs, const struct ext4_node *node, void *buf, size_t size,
		   uint64_t offset, struct error *err);
/* The target of a link, not followed, cut to size. */
int ext4_readlink(struct ext4 *fs, const char *path, char *out, size_t size, struct error *err);
/* Each entry but . and ..; the name is as it is in the image: up to 255 bytes
 * of anything but NUL and '/'. A visitor that returns not 0 ends it. */
typedef int ext4_visit_fn(void *arg, const char *name, uint32_t inode);
int ext4_list(struct ext4 *fs, const char *path, ext4_visit_fn *fn, void *arg, struct error *err);

#endif
