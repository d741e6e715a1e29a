/*
 * The supervisor's own namespaces: user and pid. As PID 1 of its pid namespace
 * it takes everything below it along when it dies; as root of its user
 * namespace it may make the session's network without anybody's password.
 * Where user namespaces are forbidden, root goes on without one; anybody else
 * is told what to change.
 */
#ifndef ENGINE_SUPERVISOR_ISOLATE_H
#define ENGINE_SUPERVISOR_ISOLATE_H

#include <stdbool.h>
#include <sys/types.h>

#include "engine/base/error.h"

/* Enter the namespaces; the caller's next child is PID 1 of the new pid
 * namespace. *user tells whether there is a user namespace too. */
int isolate_enter(bool *user, struct error *err);

/* This process's number in the pid namespace that /proc shows (the host's). */
pid_t isolate_host_pid(void);
/* The same of a child known by its pidfd; 0 when it is gone. */
pid_t isolate_host_pid_of(int pidfd);

#endif
