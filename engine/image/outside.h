/*
 * Entries of a hostile archive put into a directory of the host: files, directories and
 * symbolic links, and nothing else. No entry can name anything outside: a path's
 * directories are opened one by one and no link among them is followed. All belongs
 * to whoever does it; of a mode only read, write and execute are kept.
 */
#ifndef ENGINE_IMAGE_OUTSIDE_H
#define ENGINE_IMAGE_OUTSIDE_H

#include <stdint.h>

#include "engine/image/entry.h"

struct outside {
	int dir;           /* an empty directory */
	uint64_t files;
	uint64_t left_out; /* devices, sockets and the like */
};

/* An entry_fn: arg is a struct outside. What is there already is an error. */
int outside_put(void *arg, const struct entry *e, struct error *err);

#endif
