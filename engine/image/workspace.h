/*
 * A directory of the host copied into a session disk: what an agent works on. It
 * goes into `base/` of the disk, a lower layer of its own, so that what the agent
 * changes is told from what it was given.
 *
 * The directory may be hostile: somebody's repository. Nothing of it is run, and no
 * program of the host (git neither) is run on it; links are copied, never followed;
 * what is not a file, a directory or a link is left out and counted. A git
 * repository comes with its history because `.git` is copied like the rest; where
 * `.git` is a work tree's pointer, the repository that it points to is copied in its
 * place, with the work tree's own HEAD and index. Modes and times are kept; all
 * belongs to one account.
 */
#ifndef ENGINE_IMAGE_WORKSPACE_H
#define ENGINE_IMAGE_WORKSPACE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

struct ext4;

#define WORKSPACE_LAYER "/base"

enum {
	WORKSPACE_ENTRIES = 200000,
	WORKSPACE_DEPTH = 128,
	WORKSPACE_EXCLUDES = 16,
};

struct workspace {
	const char *from;   /* a directory of the host */
	const char *to;     /* absolute, in the machine */
	const char *const *exclude; /* names that are left out wherever they are; NULL-ended, or NULL */
	uint64_t max;       /* bytes of contents, in all */
	uint32_t uid, gid;
	/* told afterwards */
	uint64_t bytes, entries, left_out;
};

/* Into WORKSPACE_LAYER of a disk open for writing; directories above `to` are made as
 * `image` (may be NULL) has them. */
int workspace_copy(struct workspace *w, struct ext4 *disk, struct ext4 *image, struct error *err);

#endif
