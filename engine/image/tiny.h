/*
 * The default image `tiny`: a static busybox with all its names, a few files
 * in /etc, the host's CA bundle. Enough for a shell, in about six megabytes,
 * made from what the host has, without a network.
 */
#ifndef ENGINE_IMAGE_TINY_H
#define ENGINE_IMAGE_TINY_H

#include "engine/base/error.h"
#include "engine/image/store.h"

/* Make it in the store at `images` (replacing one of that name) and describe
 * it in *out. About 50 ms. */
int tiny_build(const char *images, struct image *out, struct error *err);

#endif
