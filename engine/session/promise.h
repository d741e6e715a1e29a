/*
 * Promises: memory and disk that sessions were let in with and have not taken yet. Who
 * asks whether one more fits must count them, or eight that come at once are all told
 * the same free memory.
 *
 * A promise is held, not written down: two locks on places of one file in the state
 * directory, whose lengths are the KiB. They belong to an open file that the launch
 * makes and its supervisor keeps for life, so the kernel takes them back whoever dies
 * and however. To sum them is to ask the kernel for the locks.
 *
 * Limits: SLOTS holders; amounts below 4 TiB; one state directory: what another user or
 * another VMDECK_HOME has promised is not known here, only what was taken of it.
 */
#ifndef ENGINE_SESSION_PROMISE_H
#define ENGINE_SESSION_PROMISE_H

#include <stdint.h>

#include "engine/base/error.h"
#include "engine/base/paths.h"

struct promises {
	unsigned n; /* holders */
	uint64_t memory_kib, disk_kib;
};

/* A holder that promises nothing yet: a descriptor to be kept, or -1. */
int promise_open(const struct paths *p, struct error *err);
/* What is still to be taken, from now on. */
int promise_hold(int fd, uint64_t memory_kib, uint64_t disk_kib, struct error *err);
/* What all others hold. */
struct promises promise_others(int fd);

/* Between asking and holding nobody else shall ask: begin waits for a second at most,
 * then goes on (somebody stopped in the middle of it). */
void promise_ask_begin(int fd);
void promise_ask_end(int fd);

#endif
