/*
 * How long a start takes still, from what starts of its kind took before: the records of
 * sessions (record.h) hold the times of their steps, a template's maker tells what the one
 * before it took (template_build.h). Where nothing was measured nothing is said, and no
 * more where a start takes longer than any figure could know. Pure; the clock is the
 * caller's.
 *
 * A kind is agent, image, backend and whether from a template, from a standby or from
 * nothing. Of several earlier starts the middle one counts. Waiting for a turn is left out:
 * it says how many others were starting.
 */
#ifndef ENGINE_SESSION_ESTIMATE_H
#define ENGINE_SESSION_ESTIMATE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/session/record.h"

enum { ESTIMATE_PAST = 5 };

struct estimate {
	bool known;   /* there is a share */
	double share; /* of the whole that is done, 0 to ESTIMATE_MOST */
	int64_t left; /* seconds; 0: no figure */
};
/* Nothing is full before it is done. */
#define ESTIMATE_MOST 0.95

/* The latest starts of one kind; zeroed: none. */
struct estimate_past {
	const struct session_record *latest[ESTIMATE_PAST]; /* borrowed; newest first */
	unsigned n;
};

/* Is `earlier` one to learn from about r, a start under way? Then it is taken. It must have
 * been ready before r began, so that what is known does not change meanwhile. */
void estimate_take(struct estimate_past *past, const struct session_record *r,
		   const struct session_record *earlier);

/* now: seconds since the epoch. Without anything to learn from: by its steps, no figure. */
struct estimate estimate_start(const struct session_record *r, const struct estimate_past *past,
			       int64_t now);

/* Of work that began then (seconds since the epoch) and took so long before; 0: not known. */
struct estimate estimate_whole(int64_t began, uint64_t expected_ms, int64_t now);

/* "left 12s", or "" where there is no figure; gives out. */
const char *estimate_text(const struct estimate *e, char *out, size_t cap);

#endif
