/*
 * A file of a guest image, read for a check. It knows engine/image/ext4.h and
 * nothing of what is in the file.
 */
#ifndef ENGINE_CHECK_IMAGE_H
#define ENGINE_CHECK_IMAGE_H

#include <stddef.h>

#include "engine/check/check.h"

enum guest_file {
	GUEST_READ,     /* *data (free it) and *len are its contents */
	GUEST_MISSING,
	GUEST_DANGLING, /* a link that leads nowhere inside the image: `target` is what it says */
	GUEST_ERROR,    /* err says why the image or the file cannot be read */
};

/* Links are followed inside the image. Files longer than `max` are an error. */
enum guest_file guest_read(const struct check_image *image, const char *path, size_t max,
			   char **data, size_t *len, char *target, size_t cap,
			   struct error *err);

#endif
