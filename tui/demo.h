/*
 * What `vmdeck demo` launches: agents on the demo backend, whose consoles are
 * scripts on ptys. They are written as an ordinary manifest into the directory
 * that is the demo's own.
 */
#ifndef TUI_DEMO_H
#define TUI_DEMO_H

#include "engine/base/error.h"
#include "engine/base/paths.h"

/* Writes agents.json under paths->config. */
int demo_prepare(const struct paths *paths, struct error *err);

/* The agents to begin with, in order, NULL-ended. */
extern const char *const demo_agents[];

#endif
