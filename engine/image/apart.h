/*
 * A function run apart: in a throw-away child with limits on memory, time and
 * file size and, where the host allows it, without a network. For looking at
 * hostile bytes with libraries: when they bring the child down, the caller
 * gets an error and lives on. Only plain values come back, and what the
 * function wrote to the descriptors it was left.
 *
 * The child is a copy of the caller: the function must not touch what the
 * caller shares with others (sockets, terminals), and must not be run in a
 * process with threads.
 */
#ifndef ENGINE_IMAGE_APART_H
#define ENGINE_IMAGE_APART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/image/progress.h"

typedef int apart_fn(void *arg, void *out, struct error *err);

/* What fn returned, with its `size` bytes at `out` (at most 64 KiB) and its
 * error; or -1 when it crashed, ran out of its limits, or of time. Blocks. */
int apart_run(apart_fn *fn, void *arg, void *out, size_t size, int timeout_ms, struct error *err);

/* The same for long work that writes a file. */
struct apart {
	apart_fn *fn;
	void *arg;
	void *out;
	size_t size;
	uint64_t file_max;    /* the longest file it may write */
	unsigned cpu_s;       /* seconds of processor */
	unsigned memory_mib;  /* beyond what the process has; 0: 256 */
	const int *keep;      /* all descriptors that it is left; standard ones lead nowhere */
	size_t n_keep;
	bool sees_owners;     /* it asks whose the host's files are */
	/* What the function says by apart_tell arrives here; not 0 from it kills the
	 * child. May be NULL. */
	progress_fn *progress;
	void *progress_arg;
	int tell; /* apart_work's own */
};
int apart_work(struct apart *a, struct error *err);

/* In the function: a progress_fn; arg is the struct apart. */
int apart_tell(void *arg, const struct progress *p);

#endif
