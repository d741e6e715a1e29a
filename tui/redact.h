/*
 * Text about this machine made fit to be shown to others: the home directory,
 * vmdeck's own directories, the user, the host's name, addresses. Versions,
 * errors, settings and the names of public hosts stay, for they are what the
 * reader needs. It works on text alone and knows no checks.
 */
#ifndef TUI_REDACT_H
#define TUI_REDACT_H

#include <stddef.h>

#include "engine/base/json.h"
#include "engine/base/paths.h"

enum { REDACT_WORDS = 10 };

struct redact {
	struct {
		char what[PATH_MAX];
		const char *with; /* "~", "USER" */
	} words[REDACT_WORDS];
	size_t n;
};

/* Of this process: its paths, user, home and host. */
void redact_init(struct redact *r, const struct paths *p);
/* One more; "" and single characters are left out. */
void redact_add(struct redact *r, const char *what, const char *with);

/* Gives out, cut at cap. */
const char *redact_text(const struct redact *r, const char *text, char *out, size_t cap);
/* Every string and every key below `j`. */
void redact_json(const struct redact *r, cJSON *j);

#endif
