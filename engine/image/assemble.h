/*
 * Parts made into one root file system: unpacked, measured, room looked for,
 * written. It reads hostile bytes with libraries, so it works in a limited
 * child with nothing but the parts' descriptors, the spool and the image's file.
 */
#ifndef ENGINE_IMAGE_ASSEMBLE_H
#define ENGINE_IMAGE_ASSEMBLE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/image/part.h"
#include "engine/image/progress.h"

struct assemble {
	struct part *parts;
	size_t n_parts;
	int out;           /* the image's file, empty, open for reading and writing */
	int spool;         /* an empty file for what has to be unpacked, likewise */
	uint64_t room;     /* bytes left free in the image */
	const char *label; /* or NULL */
	progress_fn *progress;
	void *progress_arg;
};

/* Blocks until it is done, failed, or cancelled (ECANCELED). What `out` holds
 * after a failure is nothing to keep. */
int assemble(const struct assemble *a, struct error *err);

#endif
