/*
 * Files by URL, through libcurl: this is its front door in image (net and check
 * have doors of their own, because these folders do not know each other).
 * Interrupted downloads go on where they stopped, failing servers are asked
 * again with growing pauses, the proxies of the environment are used, and what
 * comes is checked: against a digest that is given or that a SHA256SUMS beside
 * the file has, and that it is neither empty nor a web page. Blocks.
 */
#ifndef ENGINE_IMAGE_DOWNLOAD_H
#define ENGINE_IMAGE_DOWNLOAD_H

#include <limits.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/image/progress.h"

struct download {
	const char *url;    /* http:// or https:// */
	const char *dir;    /* where it is kept, made when it is not there */
	const char *sha256; /* what it must be, or "" */
	unsigned pause_ms;  /* before the first repetition, then twice that ...; 0: 500 */
	struct meter *meter;
};

/* The file's path and digest. One that is there already is taken when its digest
 * is known and right, or the server says that it has not changed. */
int download_file(const struct download *d, char path[PATH_MAX], char sha256[65],
		  struct error *err);

/* A short text, at most `max` bytes, NUL-ended; free *text. 0, 1 the server has no
 * such thing (404), -1. */
int download_text(const char *url, size_t max, char **text, size_t *len, struct meter *m,
		  struct error *err);

/* The digest of `name` in the text of a SHA256SUMS: 1 found, 0 not. */
int download_sum(const char *sums, const char *name, char sha256[65]);

#endif
