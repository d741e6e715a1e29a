/*
 * The checks whose advice the operator does not want to hear: remembered in the
 * state directory, by id. What blocks a launch cannot be ignored.
 */
#ifndef TUI_IGNORED_H
#define TUI_IGNORED_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/base/paths.h"
#include "engine/check/check.h"

struct ignored {
	uint64_t rows; /* bit i: checks[i] */
};
static_assert(CHECKS_MAX <= 64, "a bit each");

/* Nothing is ignored where there is no file, or none that can be read. */
void ignored_load(struct ignored *g, const struct paths *p);
/* Turn it round, and remember. */
int ignored_toggle(struct ignored *g, const char *id, const struct paths *p, struct error *err);
/* Is this answer not to be counted? */
bool ignored_has(const struct ignored *g, const struct check_record *r);

#endif
