/*
 * A guest without a hypervisor: Linux's own network stack in a namespace of its own, at
 * the other end of a session's TAP, frame by frame. To the session's network it is a
 * machine like any other: 10.200.0.2 with its default route by 10.200.0.1.
 */
#ifndef TESTS_WORLD_GUEST_H
#define TESTS_WORLD_GUEST_H

#include <stdint.h>
#include <sys/types.h>

#include "engine/base/error.h"

struct guest {
	int ns_fd;
	pid_t cable;
};

int guest_start(struct guest *g, int tap_fd, struct error *err);
void guest_stop(struct guest *g);

/* Run fn inside in a child; what it returns, or -1. Its output `out` (cap bytes, may be
 * NULL) is what it wrote to the descriptor it is given. */
typedef int guest_fn(void *arg, int out);
int guest_run(struct guest *g, guest_fn *fn, void *arg, char *out, int cap);

/* For use inside. */

/* Connect: a descriptor, or -errno. The time is a deadline, in ms. */
int guest_connect(const char *address, uint16_t port, int timeout_ms);
/* Ask 10.200.0.1 (or `server`) for an address: the DNS code, or -1 without an answer; the
 * first A record's text in out ("" for none). */
int guest_ask(const char *server, const char *name, int type, int tcp, char out[16]);
/* Look up, connect: as guest_connect; -10000 - code when DNS refuses. */
int guest_reach(const char *name, uint16_t port);
/* Send text (may be NULL), read until the end or the cap or the time, NUL-terminated; gives
 * the length, or -errno. */
int guest_talk(int fd, const char *text, char *out, int cap);

#endif
