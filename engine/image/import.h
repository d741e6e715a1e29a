/*
 * Somebody else's root file system made an image of ours: a tar of any
 * compression, a saved container image, a squashfs, an ext4, a directory.
 * Nothing is mounted and no root is needed; hostile bytes are read in limited
 * children (assemble.h). What was made from the same bytes before is not made
 * again. It does not know how an image is used.
 */
#ifndef ENGINE_IMAGE_IMPORT_H
#define ENGINE_IMAGE_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/image/progress.h"
#include "engine/image/ready.h"
#include "engine/image/store.h"

struct import {
	const char *images; /* the store */
	const char *name;   /* of the new image; an older one of that name is replaced */
	const char *source; /* path of a file or directory */
	const char *about;  /* what it is, for people; NULL: its name */
	uint64_t room;      /* bytes left free in the image, for those who clone it */
	bool root_owned;    /* a directory's files belong to root, whoever has them here */
	bool anew;          /* even if it was made before */
	const char *boot, *root; /* words of store.h; NULL: what it has been, or the usual */
	bool as_it_is;      /* do not make it ready; an ext4 is always left as it is */
	struct ready_wish ready; /* user and command are the image's own; may be all 0 */
	progress_fn *progress;
	void *progress_arg;
};

#define IMPORT_ROOM (64ULL << 20) /* a usual `room` */

/* Blocks. 0 made, 1 made before (and given the name), -1; cancelled is
 * ECANCELED, and nothing is left. `out` is the caller's to image_done. */
int import_image(const struct import *how, struct image *out, struct error *err);

/* "NAME" from "dir/NAME.tar.gz" and the like; cleaned to what an image may be
 * called. */
void import_name(const char *source, char out[64]);

#endif
