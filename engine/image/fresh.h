/*
 * A directory that is filled under a temporary name and then put in place by
 * one rename, so that a reader finds the old one, the new one, or none.
 *
 * The temporary directory is held by a lock, not by a record: what a dead
 * builder left is recognised by its free lock, and removed by the next one.
 */
#ifndef ENGINE_IMAGE_FRESH_H
#define ENGINE_IMAGE_FRESH_H

#include <limits.h>

#include "engine/base/error.h"

struct fresh {
	char dir[PATH_MAX]; /* where to put things; "" when there is none */
	int fd;             /* of dir, locked */
};

/* Make one below `parent`, which is made too. */
int fresh_begin(struct fresh *f, const char *parent, struct error *err);
/* Sync it and name it parent/name; what had that name is removed. */
int fresh_commit(struct fresh *f, const char *parent, const char *name, struct error *err);
/* Remove it, if it is still there; harmless after commit and on zeroed. */
void fresh_abort(struct fresh *f);

#endif
