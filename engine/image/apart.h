/*
 * A function run apart: in a throw-away child with limits on memory, time and
 * file size and, where the host allows it, without a network. For looking at
 * hostile bytes with libraries: when they bring the child down, the caller
 * gets an error and lives on. Only plain values come back.
 *
 * The child is a copy of the caller: the function must not touch what the
 * caller shares with others (sockets, terminals), and must not be run in a
 * process with threads.
 */
#ifndef ENGINE_IMAGE_APART_H
#define ENGINE_IMAGE_APART_H

#include <stddef.h>

#include "engine/base/error.h"

typedef int apart_fn(void *arg, void *out, struct error *err);

/* What fn returned, with its `size` bytes at `out` (at most 64 KiB) and its
 * error; or -1 when it crashed, ran out of its limits, or of time. Blocks. */
int apart_run(apart_fn *fn, void *arg, void *out, size_t size, int timeout_ms, struct error *err);

#endif
