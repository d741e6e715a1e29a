/*
 * A tree of the host as entries: modes, owners, times, symbolic and hard links,
 * devices, extended attributes, holes. It does not cross into other file
 * systems, follows no link, and goes in the order of names, so that the same
 * tree gives the same image.
 */
#ifndef ENGINE_IMAGE_TREE_H
#define ENGINE_IMAGE_TREE_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/image/entry.h"

/* What is in host directory `dirfd`, itself first (path ""); owners as they
 * are, or all 0 with `root_owned`. */
int tree_walk(int dirfd, bool root_owned, entry_fn *fn, void *arg, struct error *err);

#endif
