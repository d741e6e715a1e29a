/*
 * What `vmdeck demo` launches: agents on the demo backend, whose consoles are
 * scripts on ptys. They are an ordinary manifest, written into the state
 * directory, which is the demo's own; the operator's manifest is not touched.
 */
#ifndef TUI_DEMO_H
#define TUI_DEMO_H

#include "engine/base/error.h"
#include "engine/base/paths.h"
#include "engine/session/manifest.h"

/* Write it; `m` gets what was read back. */
int demo_manifest(struct manifest *m, const struct paths *paths, struct error *err);

/* The agents to begin with, in order, NULL-ended. */
extern const char *const demo_agents[];

#endif
