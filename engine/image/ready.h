/*
 * What an image needs to be a machine that an agent can work in, learnt from
 * those that lacked it: certificates, a resolver, /tmp, an account with a home
 * of its own, no machine-id of somebody else's, a program that can start. Each
 * is a row of a table that is looked at, and mended where it can be, by reading
 * and writing the file system; nothing is run and nothing mounted.
 *
 * The image's bytes are foreign: do this in a limited child (apart.h).
 */
#ifndef ENGINE_IMAGE_READY_H
#define ENGINE_IMAGE_READY_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/image/ext4.h"

enum ready_id {
	READY_CA,
	READY_DNS,
	READY_HOSTS,
	READY_TMP,
	READY_MOUNTS,
	READY_MACHINE_ID,
	READY_USER,
	READY_HOME,
	READY_COMMAND,
	READY_INIT,
	READY_COUNT
};

/* Is this text of a bundle good? Says in `said` (cap bytes) what it is. */
typedef bool ready_judge_fn(const void *text, size_t len, char *said, size_t cap);

/* The certificates of `more` that `data` lacks: PEM in *pem (free it; NULL: none),
 * their number in *n. check/bundle.h has it. */
typedef int ready_extra_fn(const void *data, size_t len, const void *more, size_t more_len,
			   char **pem, unsigned *n, struct error *err);

struct ready_wish {
	const char *user;      /* the account of the agent, "root" */
	const char *command;   /* its program, or "": not looked at */
	bool init;             /* the image's own init will be started */
	const void *bundle;    /* the host's CA bundle, for mending; or NULL */
	size_t bundle_len;
	const void *more;      /* PEM that the image's own bundle is to hold too; or NULL */
	size_t more_len;
	ready_extra_fn *extra; /* with `more`, never NULL */
	ready_judge_fn *judge; /* of certificates; NULL: one that is there is good */
};

struct ready_row {
	bool ok, mendable;
	char seen[160]; /* what it is, in words; not cleaned */
};

/* The row's word on the command line ("ca") and its title. */
const char *ready_name(enum ready_id id);
const char *ready_title(enum ready_id id);
enum ready_id ready_by_name(const char *name); /* READY_COUNT: none */

int ready_look(struct ext4 *fs, const struct ready_wish *w, struct ready_row rows[READY_COUNT],
	       struct error *err);
/* Mend the rows of the mask (1 << id) that are not ok; the file system is open
 * for writing. Rows that cannot be mended are left. */
int ready_fix(struct ext4 *fs, const struct ready_wish *w, unsigned mask, struct error *err);

#endif
