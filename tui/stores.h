/*
 * Where this operator's kernels and images are, and which agents need any.
 */
#ifndef TUI_STORES_H
#define TUI_STORES_H

#include <limits.h>
#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/paths.h"
#include "engine/session/manifest.h"

/* The directory, which need not be there yet; -1 when its name is too long. */
int kernels_dir(const struct paths *p, char out[PATH_MAX], struct error *err);
int images_dir(const struct paths *p, char out[PATH_MAX], struct error *err);

/* Does it start a machine (and so need a kernel and an image)? */
bool agent_has_machine(const struct agent *a);

#endif
