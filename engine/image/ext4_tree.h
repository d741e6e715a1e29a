/*
 * What is in an ext4 as entries, from a directory of it downwards. As the upper
 * layer of an overlay, deletions and opaque directories are told as such, and
 * the overlay's own attributes are left out.
 *
 * Source: Documentation/filesystems/overlayfs.rst, "whiteouts and opaque
 * directories"
 */
#ifndef ENGINE_IMAGE_EXT4_TREE_H
#define ENGINE_IMAGE_EXT4_TREE_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/image/entry.h"
#include "engine/image/ext4.h"

/* The directory itself first, with path "". */
int ext4_tree_walk(struct ext4 *fs, const char *top, bool upper, entry_fn *fn, void *arg,
		   struct error *err);

#endif
