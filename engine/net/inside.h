/*
 * Work inside a network namespace, done by a child of some milliseconds: a process
 * that entered one cannot be the supervisor or the gateway, whose own sockets
 * belong to the host (and an ordinary user could not come back). The child hands
 * descriptors out with SCM_RIGHTS, or an error, and dies; what it made and did not
 * hand out is the kernel's to take back. That is all the unwinding there is.
 */
#ifndef ENGINE_NET_INSIDE_H
#define ENGINE_NET_INSIDE_H

#include "engine/base/error.h"

enum { INSIDE_FDS = 48 };

struct inside_fds {
	int fd[INSIDE_FDS];
	int n;
};

/* Fill *out with descriptors for the caller; they are closed in the child with it. */
typedef int inside_fn(void *arg, struct inside_fds *out, struct error *err);

/* Run fn in a child. Blocks until it answers, 5 s at most; the child is gone when this
 * returns. Descriptors arrive with FD_CLOEXEC. Errors of fn come through as they are. */
int inside_run(inside_fn *fn, void *arg, struct inside_fds *out, struct error *err);
void inside_close(struct inside_fds *f);

#endif
