/*
 * The files that a session gets, as a launch hands them to its supervisor: packed
 * into an anonymous file in memory, because they may be secrets and are never
 * written where somebody could find them. It does not know how they get into the
 * machine (supervisor_files.c, image/disk.h).
 */
#ifndef ENGINE_SESSION_FILES_H
#define ENGINE_SESSION_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/image/disk.h"

struct files {
	struct disk_file *items; /* all with data */
	size_t n;
	uint8_t *data; /* what they point into, len bytes */
	size_t len;
};

/* Read those that are on the host, and pack all of them: a descriptor. */
int files_pack(const struct disk_file *items, size_t n, struct error *err);
int files_load(struct files *f, int fd, struct error *err);
void files_done(struct files *f); /* forgets the bytes, too; harmless on zeroed */

#endif
