/*
 * A recipe made an image: its base, packages, vendors' programs and files are
 * put together (assemble.h) and made ready (ready.h). What was made from the
 * same recipe and base before is not made again, and nobody outside is asked
 * then. Commands are run by the caller, who has machines.
 */
#ifndef ENGINE_IMAGE_COOK_H
#define ENGINE_IMAGE_COOK_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/image/progress.h"
#include "engine/image/ready.h"
#include "engine/image/recipe.h"
#include "engine/image/store.h"

struct cook {
	const char *images, *config, *downloads; /* directories */
	const struct recipe *recipe;
	const char *name;            /* of the image; the recipe's when NULL */
	const char *from;            /* "https://mirror/copy": instead of the servers of its files'
					URLs; or NULL */
	bool anew;                   /* even if it was made before: newer versions are taken */
	const void *bundle;          /* the host's CA bundle */
	size_t bundle_len;
	ready_judge_fn *judge;
	progress_fn *progress;
	void *progress_arg;
	/* Run the recipe's commands in a machine of image `base`, and give a descriptor of
	 * the session's disk when all went well. NULL: such recipes are refused. */
	int (*run)(void *arg, const struct recipe *r, const struct image *base, struct error *err);
	void *run_arg;
};

/* 0 made, 1 made before, -1. `out` is the caller's to image_done. */
int cook_image(const struct cook *c, struct image *out, struct error *err);

#endif
