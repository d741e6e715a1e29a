/*
 * Another program that works for us (apt, npm, mmdebstrap): run to its end with
 * its output kept, while a meter is told that something goes on: how much it has
 * written to a directory, where that is what it does. Cancelling ends it with all that
 * it started: asked first, so that it takes away what it has made elsewhere, after ten seconds by force.
 */
#ifndef ENGINE_IMAGE_TOOL_H
#define ENGINE_IMAGE_TOOL_H

#include <stddef.h>

#include "engine/base/error.h"
#include "engine/image/progress.h"

/* `grows` is that directory, or NULL: the bytes of the files in it are what is done.
 * Its output, both streams, into out (NUL-ended; of a long one the end), and its
 * wait status. -1 when it cannot be run, was cancelled (ECANCELED), or took
 * longer than `timeout_ms`. It gets no input. */
int tool_run(char *const argv[], const char *grows, char *out, size_t cap, int timeout_ms,
	     struct meter *m, int *status, struct error *err);

#endif
