/*
 * Ending a session whose supervisor does not answer: one that was stopped, or
 * that hangs. The supervisor is PID 1 of the session's namespace, so the kernel
 * takes everything else down with it.
 *
 * Who is signalled is proved, not believed. A record only says where to look:
 * the process of that number must be of this boot, must have begun when the
 * record says, and must hold the very file that is the session's lock; it is
 * pinned by a pidfd before the last of these is asked. A record that somebody
 * wrote, or a number that was given out again, ends nobody.
 */
#ifndef ENGINE_SESSION_FORCE_H
#define ENGINE_SESSION_FORCE_H

#include "engine/base/error.h"
#include "engine/base/paths.h"

enum { FORCE_AFTER_MS = 2000 }; /* what a supervisor may take to answer a kill */

/* SIGKILL the supervisor of an alive session. 0 it was signalled; -1 nobody was,
 * and err says why. */
int session_force(const struct paths *p, const char *id, struct error *err);

#endif
