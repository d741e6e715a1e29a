/*
 * The contents of a file on their way into a new ext4: taken piece by piece from its
 * beginning to its end, written in runs of blocks as long as there are, with holes for
 * blocks of zeros, and given to an inode as its extents. Only the files of ext4 include
 * this.
 */
#ifndef ENGINE_IMAGE_EXT4_POUR_H
#define ENGINE_IMAGE_EXT4_POUR_H

#include "engine/image/ext4_inside.h"

/* Extents in order, and a block that is not full yet. Begin with { .e, .ino }. */
struct ext4_pour {
	struct ext4 *e;
	ext2_ino_t ino;
	struct ext2fs_extent *runs;
	size_t n, room;
	uint64_t blocks;         /* that it has */
	uint64_t at;             /* end of what was given, bytes */
	char tail[EXT4_BLOCK];   /* of the block in which `at` lies */
	bool tail_used;
};

void ext4_pour_done(struct ext4_pour *p);
#define AUTO_EXT4_POUR __attribute__((cleanup(ext4_pour_done)))

/* `len` bytes at `at`, not before the end of what was given; a gap is a hole. */
errcode_t ext4_pour_data(struct ext4_pour *p, const char *data, size_t len, uint64_t at);

/* Give the inode what was poured: its blocks and its size in bytes. It is written. */
errcode_t ext4_pour_into(struct ext4_pour *p, struct ext2_inode_large *inode, uint64_t size);

#endif
