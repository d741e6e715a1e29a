/*
 * SHA-256 of a file or of bytes, as 64 hex digits.
 */
#ifndef ENGINE_IMAGE_DIGEST_H
#define ENGINE_IMAGE_DIGEST_H

#include <stddef.h>

#include "engine/base/error.h"

/* The whole file, from its beginning; the descriptor's offset stays. */
int digest_fd(int fd, char out[65], struct error *err);
int digest_bytes(const void *data, size_t len, char out[65], struct error *err);

#endif
