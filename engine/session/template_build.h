/*
 * Templates that are being made: what there is to see of a maker (maker.h).
 *
 * Nothing is written down, so nothing is left of one that dies: who makes a template
 * holds a lock on a place of templates/making that its key says (template.h), and the
 * length of that lock says how far it is and since when. To list is to ask the kernel
 * for the locks: some microseconds.
 */
#ifndef ENGINE_SESSION_TEMPLATE_BUILD_H
#define ENGINE_SESSION_TEMPLATE_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/base/paths.h"

enum template_phase {
	TEMPLATE_BOOTING,    /* its machine comes up */
	TEMPLATE_REHEARSING, /* it goes through a start */
	TEMPLATE_SAVING,     /* the state of its devices is written */
	TEMPLATE_WRITING,    /* all of it goes to the disk and gets its name */
	TEMPLATE_PHASES
};
extern const char *const template_phase_names[TEMPLATE_PHASES]; /* "booting" ... */

struct template_build {
	char key[16];              /* the first 15 digits of the template's key */
	enum template_phase phase; /* phase + 1 of TEMPLATE_PHASES */
	int64_t began;             /* seconds since the epoch */
	unsigned memory_mib;       /* of its machine; 0: not known */
	uint64_t expected_ms;      /* what one like it took, from `began` on; 0: not known */
};

/* Those under way, at most max of them: how many. */
size_t template_builds(const struct paths *p, struct template_build *out, size_t max);

/* The last one that could not be made, if that was after *since (ns since the epoch, which
 * becomes its time): true, `why` says in its maker's words what was in the way. Some
 * microseconds while nothing was made or removed since *looked (the same unit; 0 at first). */
bool template_build_failure(const struct paths *p, int64_t *since, int64_t *looked, char *why,
			    size_t cap);

/* Give up the making of one, `key` as template_builds gave it: its maker says so where
 * template_build_failure finds it, so that the next launch does not begin anew at once.
 * In TEMPLATE_WRITING it is too late. -1 with err->code ESRCH when it is not being made any more. */
int template_build_stop(const struct paths *p, const char *key, struct error *err);

/* For the maker, once and first, in the process that stays: whom to end, its machine's
 * memory, and what it may take (template_expected_ms). */
void template_build_begin(int claim, const char *key, unsigned memory_mib, uint64_t expected_ms);
/* For the maker: how far it is. `claim` is template_claim's; began stays the same. */
void template_build_tell(int claim, const char *key, enum template_phase phase, int64_t began);

#endif
