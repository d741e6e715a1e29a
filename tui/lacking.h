/*
 * What an agent lacks to be launched at all, as far as looking for files tells: its
 * backend's program, a kernel, its image; and whether `vmdeck image build` mends it.
 * Everything else is preflight's. Some ten microseconds.
 */
#ifndef TUI_LACKING_H
#define TUI_LACKING_H

#include <stdbool.h>

#include "engine/base/paths.h"
#include "engine/session/manifest.h"

struct lacking {
	char reason[120]; /* in a line, cleaned: "no image claude" */
	bool can_build;   /* ... and this makes it: */
	char image[64];   /* the recipe's name; "" kernel and default image */
};

/* False: nothing, *out says nothing then. */
bool lacking_look(struct lacking *out, const struct agent *a, const struct paths *p);

#endif
