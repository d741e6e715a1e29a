/*
 * What the parts of the verb `image` share.
 */
#ifndef TUI_VERBS_IMAGE_PARTS_H
#define TUI_VERBS_IMAGE_PARTS_H

#include <stdint.h>

#include "engine/image/cook.h"
#include "engine/image/store.h"
#include "tui/verbs/verb.h"

enum image_option {
	IMAGE_JSON, IMAGE_YES, IMAGE_NAME, IMAGE_ROOM, IMAGE_ROOT, IMAGE_ANEW, IMAGE_RAW,
	IMAGE_FROM, IMAGE_PROGRESS, IMAGE_EXTRA, IMAGE_BOOT, IMAGE_CLONE,
};

cJSON *image_json(const struct image *i);
/* The end of a build or import: what was made, in words or JSON. */
int image_made(const struct call *c, const struct image *i, bool before, uint64_t begun);
/* Why it was not made; cancelling has a word of its own. */
int image_not_made(const struct error *err, const char *doing);

int image_build(struct call *c);
int image_build_ubuntu(struct call *c);
int image_import(struct call *c);
int image_recipes(struct call *c);
int image_verify(struct call *c);
int image_fix(struct call *c); /* also fix-ca and fix-dns */

/* The descriptor for --progress: -1 not asked for, -2 after telling that it is none. */
int image_records(const struct call *c);

/* Run a recipe's commands in a machine of their own; cook.h's `run`. */
struct image_machine {
	const struct paths *paths;
	progress_fn *progress;
	void *progress_arg;
};
int image_run_commands(void *machine, const struct recipe *r, const struct image *base,
		       struct error *err);

/* This host's bundle of certificates: free the text; NULL when it has none. */
char *image_host_bundle(size_t *len);
/* A ready_judge_fn. */
bool image_judge_bundle(const void *text, size_t len, char *said, size_t cap);

#endif
