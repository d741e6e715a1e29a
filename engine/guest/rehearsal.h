/*
 * A rehearsal: everything that START will make a session do, done once without
 * being one. The file systems are mounted, a shell runs on the console and is
 * ended, and a process waits to become the agent.
 *
 * It is what a machine does before it becomes a template, so that the kernel has
 * read from the disks what a start needs, and again in one that was resumed and
 * is to be quick later: an emulator pays most for code that runs for the first
 * time. The shell sees the root read-only; what is left is the empty files of the
 * session's identity.
 */
#ifndef ENGINE_GUEST_REHEARSAL_H
#define ENGINE_GUEST_REHEARSAL_H

#include "engine/guest/agent.h"
#include "engine/guest/identity.h"
#include "engine/guest/mounts.h"

struct rehearsal {
	struct mounts *mounts;
	struct console *console;
	struct identity *identity;
	struct agent *agent;
};

/* f is REHEARSE. An image without a shell rehearses less, which is no failure. 0 or
 * an errno and what failed. */
int rehearse(const struct rehearsal *r, const struct frame *f, const char **what);

#endif
