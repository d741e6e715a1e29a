/*
 * A tree of the host copied into an ext4 file system: modes, owners, times,
 * symbolic and hard links, devices, holes. It does not cross into other file
 * systems, follows no link, and goes in the order of names, so that the same
 * tree gives the same image.
 */
#ifndef ENGINE_IMAGE_TREE_H
#define ENGINE_IMAGE_TREE_H

#include <stdbool.h>

#include "engine/base/error.h"

struct ext4;

/* Copy what is in host directory `dirfd` to `path`, which exists; owners as
 * they are, or all 0 with `root_owned`. */
int tree_copy(struct ext4 *fs, const char *path, int dirfd, bool root_owned, struct error *err);

#endif
