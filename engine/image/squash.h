/*
 * A squashfs as entries, by libsquashfs of squashfs-tools-ng: this is its front
 * door. Any compression that the library was built with. The bytes are hostile:
 * run it in a limited child (apart.h).
 */
#ifndef ENGINE_IMAGE_SQUASH_H
#define ENGINE_IMAGE_SQUASH_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/image/entry.h"

/* Does the file begin as one? */
bool squash_is(int fd);
/* Everything in it, the root first. */
int squash_walk(int fd, entry_fn *fn, void *arg, struct error *err);

#endif
