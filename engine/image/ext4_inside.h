/*
 * What the files of ext4 share, and libext2fs's only front door: nobody else
 * includes this. ext4_io.c gives the library our descriptor, ext4.c makes and
 * opens, ext4_walk.c goes along paths, ext4_inode.c has inodes, ext4_put.c and
 * ext4_look.c write and read by path, ext4_bulk.c writes whole trees, ext4_pour.c
 * (ext4_pour.h) the contents of their files.
 */
#ifndef ENGINE_IMAGE_EXT4_INSIDE_H
#define ENGINE_IMAGE_EXT4_INSIDE_H

#include <limits.h>

#include <et/com_err.h>
#include <ext2fs/ext2fs.h>

#include "engine/image/ext4.h"

enum {
	EXT4_BLOCK = 4096,
};

struct ext4 {
	ext2_filsys fs;
	bool write;
	/* Of ext4_bulk.c: where the next block and inode are looked for. */
	blk64_t next_block;
	ext2_ino_t next_inode;
};

/* The library's codes are errnos below 256, and words of its own above. -1. */
int ext4_fail(struct error *err, errcode_t code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The library's way to the bytes of a descriptor, which ext4_io_name names. */
extern const struct struct_io_manager ext4_io;
void ext4_io_name(char out[16], int fd);

/* A path being walked: what is left to do, and where we are. */
struct ext4_walk {
	ext2_filsys fs;
	char rest[PATH_MAX]; /* components still to come */
	char done[PATH_MAX]; /* the path so far, "" for the root */
	ext2_ino_t at;
	int links;
};

/* Go as far as possible. With EXT2_ET_FILE_NOT_FOUND, `missing` (may be NULL)
 * is the name that was not there, in directory w->at, and w->rest what would
 * follow. */
errcode_t ext4_walk(struct ext4_walk *w, ext2_filsys fs, const char *path, bool follow,
		    char missing[NAME_MAX + 2]);
errcode_t ext4_find(ext2_filsys fs, const char *path, bool follow, ext2_ino_t *ino);
/* The directory above path, and the last name. */
errcode_t ext4_find_parent(ext2_filsys fs, const char *path, ext2_ino_t *dir,
			   char name[NAME_MAX + 2]);
/* The target of the link `ino`, NUL-ended. */
errcode_t ext4_read_target(ext2_filsys fs, ext2_ino_t ino, struct ext2_inode *inode, char *out,
			   size_t size);

/* What a directory entry says of an inode of this st_mode. */
int ext4_entry_type(uint32_t mode);
/* What ext4_stat says of an inode. */
void ext4_describe(const struct ext2_inode *inode, ext2_ino_t ino, struct ext4_node *out);
/* An inode with the fields behind the first 128 bytes. */
errcode_t ext4_read_large(ext2_filsys fs, ext2_ino_t ino, struct ext2_inode_large *inode);
errcode_t ext4_write_large(ext2_filsys fs, ext2_ino_t ino, struct ext2_inode_large *inode);

#endif
