/*
 * One look at a session's disk, for verbs: the request, and its whole answer.
 */
#ifndef TUI_VERBS_LOOK_H
#define TUI_VERBS_LOOK_H

#include <stddef.h>

#include "engine/base/paths.h"

/* The answer to client_look, NUL-ended, to be freed; its bytes are ours or cleaned, but for
 * paths in JSON. NULL with the exit code in *code, after telling why. */
char *look(const struct paths *paths, const char *id, unsigned kind, const char *const texts[], size_t n,
	   int *code);

#endif
