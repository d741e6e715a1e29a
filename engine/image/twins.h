/*
 * Files with several names: which name came first.
 */
#ifndef ENGINE_IMAGE_TWINS_H
#define ENGINE_IMAGE_TWINS_H

#include <stdint.h>

#include "engine/base/error.h"

struct twins {
	void *tree; /* of tsearch */
};

/* The path under which this inode was met first, which may be `path` itself;
 * NULL: err says why. Valid until twins_done. */
const char *twins_first(struct twins *t, uint64_t inode, const char *path, struct error *err);
void twins_done(struct twins *t);

#endif
