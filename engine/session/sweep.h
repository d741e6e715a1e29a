/*
 * Sweep: what a launch, a removal or a writer that was killed has left in the state
 * directory. A directory under a name that nobody looks at (".new-", ".gone-") is
 * somebody's while its owner.lock is held; before it has one, and while it goes away, its
 * maker holds sessions_busy(). A temporary file (file.h) is its writer's for some seconds.
 *
 * Costs two listings of directories and one of each dead session.
 */
#ifndef ENGINE_SESSION_SWEEP_H
#define ENGINE_SESSION_SWEEP_H

#include "engine/base/paths.h"

/* Take away what is nobody's. What cannot be taken away stays, silently. */
void sessions_sweep(const struct paths *p);

#endif
