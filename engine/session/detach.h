/*
 * Starting one of our own processes that goes on by itself: a session's
 * supervisor, a template's maker. It is this very binary, in a session of its
 * own (no terminal reaches it) with a bare environment, because the operator's
 * secrets are none of its business. What it does then, it does not know.
 */
#ifndef ENGINE_SESSION_DETACH_H
#define ENGINE_SESSION_DETACH_H

#include <stddef.h>

#include "engine/base/error.h"

/* Run `vmdeck VERB ARG` with descriptors 3 to n_fds - 1 as in fds, and `log` (-1:
 * /dev/null) as its output, and wait until it has detached: gives its exit code
 * then, 0 when it goes on; -1 when it could not be started. */
int detach_start(const char *verb, const char *arg, const int *fds, size_t n_fds, int log,
		 struct error *err);

#endif
