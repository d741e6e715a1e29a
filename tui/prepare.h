/*
 * What must be there before a launch: the backend's program, the default
 * kernel and the image `tiny`, made when they are missing, and what preflight
 * is asked about these agents. Tells on stderr what it does; may take seconds
 * and the network, so it is for verbs, not for the dashboard's loop.
 */
#ifndef TUI_PREPARE_H
#define TUI_PREPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/base/paths.h"
#include "engine/check/check.h"
#include "engine/image/progress.h"
#include "engine/session/manifest.h"

/* 0, or the exit code after telling why. */
int prepare_backend(const struct agent *a);
/* The default kernel, fetched when there is none; `progress` may be NULL. */
int prepare_kernel(const struct paths *p, progress_fn *progress, void *arg);
int prepare_tiny(const struct paths *p, bool anew);
/* What of the two the agent uses and is not there. */
int prepare_agent(const struct agent *a, const struct paths *p);

/* Ask preflight about that launch. 0, or the exit code after telling what blocks. */
int prepare_ask(const struct agent *const *agents, size_t n, unsigned count,
		const struct paths *p);

/* What config.json says of launches: tells the engine how many machines shall wait for
 * them; gives the per cent of memory that each is to have to grow (0: not said, or the
 * file is broken). */
unsigned prepare_config(const struct paths *p);

#endif
