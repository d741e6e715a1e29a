/*
 * Messages that carry open descriptors from process to process (SCM_RIGHTS, unix(7)).
 */
#ifndef ENGINE_BASE_PASSING_H
#define ENGINE_BASE_PASSING_H

#include <stddef.h>
#include <sys/types.h>

enum { PASSING_MAX = 64 };

/* Send one message of len > 0 bytes with n descriptors (0 to PASSING_MAX), which stay the
 * caller's. `flags` are sendmsg's beside MSG_NOSIGNAL. What sendmsg gives, errno with it. */
ssize_t passing_send(int sock, const void *data, size_t len, const int *fds, size_t n, int flags);

/* Receive one: its bytes, at most `len`, and up to `max` descriptors (at most PASSING_MAX),
 * *n of them, which become the caller's, with FD_CLOEXEC; more are closed. What recvmsg gives. */
ssize_t passing_receive(int sock, void *data, size_t len, int *fds, size_t max, size_t *n,
			int flags);

#endif
