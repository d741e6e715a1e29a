/*
 * A Debian root file system by mmdebstrap, as an ordinary user, with the mirrors
 * and keys of this host's apt. Blocks on the network.
 */
#ifndef ENGINE_IMAGE_BOOTSTRAP_H
#define ENGINE_IMAGE_BOOTSTRAP_H

#include "engine/base/error.h"
#include "engine/image/progress.h"

/* Make `tar` (a path). `packages` is NULL-ended; suite "stable" is what apt's
 * sources here are for, when they are Debian's. */
int bootstrap_debian(const char *suite, const char *const *packages, const char *tar,
		     struct meter *m, struct error *err);

#endif
