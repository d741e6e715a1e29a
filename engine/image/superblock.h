/*
 * The superblock of an ext2, ext3 or ext4 file system, read and judged without
 * a library: the first look at an image, and the one that hostile bytes meet
 * first. It refuses a file that is shorter than its superblock says, unknown
 * incompatible features, and geometry out of range.
 *
 * Source: Documentation/filesystems/ext4/super.rst
 */
#ifndef ENGINE_IMAGE_SUPERBLOCK_H
#define ENGINE_IMAGE_SUPERBLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/error.h"

struct ext4_info {
	uint64_t size;       /* what the superblock says, bytes */
	uint64_t file_size;  /* what there is */
	uint64_t free;       /* bytes */
	uint32_t block_size;
	uint32_t incompat, ro_compat, compat; /* feature words */
	bool clean;          /* unmounted, no errors recorded */
	bool needs_recovery; /* the journal has to be replayed */
	char label[17];
};

/* Read and judge the superblock, without the library. Fails on what no
 * machine could mount: not ext2/3/4, shorter than it says, nonsense geometry.
 * What a machine would mount but should not is told in *info. */
int ext4_check(int fd, struct ext4_info *info, struct error *err);

#endif
