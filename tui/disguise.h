/*
 * Text about this machine made fit to be shown to others: the home directory,
 * vmdeck's own directories, the user, the host's name, addresses. Versions,
 * errors, settings and the names of public hosts stay, for they are what the
 * reader needs. It works on text alone and knows no checks.
 */
#ifndef TUI_DISGUISE_H
#define TUI_DISGUISE_H

#include <stddef.h>

#include "engine/base/json.h"
#include "engine/base/paths.h"

enum { DISGUISE_WORDS = 10 };

struct disguise {
	struct {
		char what[PATH_MAX];
		const char *with; /* "~", "USER" */
	} words[DISGUISE_WORDS];
	size_t n;
};

/* Of this process: its paths, user, home and host. */
void disguise_init(struct disguise *r, const struct paths *p);
/* One more; "" and single characters are left out. */
void disguise_add(struct disguise *r, const char *what, const char *with);

/* Gives out, cut at cap. */
const char *disguise_text(const struct disguise *r, const char *text, char *out, size_t cap);
/* Every string and every key below `j`. */
void disguise_json(const struct disguise *r, cJSON *j);

#endif
