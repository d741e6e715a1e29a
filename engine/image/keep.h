/*
 * An image made of a session: its image, what it was given to work on, and what it
 * changed, one over the other (assemble.h, in a limited child). The description is
 * that of the image below.
 */
#ifndef ENGINE_IMAGE_KEEP_H
#define ENGINE_IMAGE_KEEP_H

#include "engine/base/error.h"
#include "engine/image/store.h"

/* `disk` and `image` are open for reading, `from` is what the image is called (or its path).
 * Blocks; `out` is the caller's to image_done. An image of that name is not replaced: EEXIST. */
int keep_image(int disk, int image, const char *images, const char *name, const char *from,
	       struct image *out, struct error *err);

#endif
