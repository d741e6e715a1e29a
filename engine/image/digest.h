/*
 * SHA-256 of a file or of bytes, as 64 hex digits.
 */
#ifndef ENGINE_IMAGE_DIGEST_H
#define ENGINE_IMAGE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/base/error.h"

/* The whole file, from its beginning; the descriptor's offset stays. Holes are
 * not read. */
int digest_fd(int fd, char out[65], struct error *err);
/* A part of it; a file that ends before is an error. */
int digest_part(int fd, uint64_t at, uint64_t len, char out[65], struct error *err);
int digest_bytes(const void *data, size_t len, char out[65], struct error *err);

/* A whole file, by a process of its own, while the caller does something else. */
struct digest_job {
	pid_t pid; /* 0: none */
	int fd;
};
int digest_begin(struct digest_job *j, int fd, struct error *err);
/* 1 the digest is in `out`, 0 not yet (without `wait`), -1 failure. */
int digest_end(struct digest_job *j, bool wait, char out[65], struct error *err);
/* End it without its answer; harmless on zeroed and ended ones. */
void digest_cancel(struct digest_job *j);

#endif
