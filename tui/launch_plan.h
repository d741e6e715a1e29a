/*
 * A launch as preflight is asked of it: what the agents' entries mean in images,
 * programs, memory, hosts and credentials. It asks nothing itself.
 */
#ifndef TUI_LAUNCH_PLAN_H
#define TUI_LAUNCH_PLAN_H

#include "engine/base/paths.h"
#include "engine/check/check.h"
#include "engine/session/manifest.h"

/* The launch of `count` machines of each agent; the machine in general for no agents. */
void launch_plan(struct check_plan *plan, const struct agent *const *agents, size_t n,
		 unsigned count, const struct paths *p);

#endif
