/*
 * The child that answers: what it drops before its probe runs, what it writes
 * into the mapping that it shares with us, and what of that is believed.
 *
 * Limits: an answer is believed as far as its shape goes. A child that was
 * taken over by a hostile image can lie about that image's checks, in clean
 * text of bounded length; it cannot do more.
 */
#ifndef ENGINE_CHECK_ANSWER_H
#define ENGINE_CHECK_ANSWER_H

#include <sys/types.h>

#include "engine/check/check.h"

enum { SHARE_MAX = 8 }; /* rows that one child may answer */

struct answers {
	struct check_record records[SHARE_MAX];
	uint32_t ms[SHARE_MAX];
	size_t n; /* complete */
};

struct answer_work {
	const struct probe_ctx *ctx;
	const struct check *rows[SHARE_MAX]; /* the first says whether they are foreign */
	size_t n;
	pid_t parent; /* the child dies with it */
};

/* In the forked child: every descriptor dropped, signals as they were at first,
 * the probes run one after the other. Does not return. */
_Noreturn void answer_child(const struct answer_work *w, struct answers *a);

/* For what reads foreign bytes, in a child of its own: no network, bounded memory
 * and time, nothing written. What cannot be had is done without. */
void answer_confine(void);

/* Is it shaped like a record? Cleans it once more, too. */
bool answer_sound(struct check_record *r);

/* Put what a child said into a report, with the row's own fields kept. */
void answer_take(struct check_record *to, const struct check *c, struct check_record *from);

#endif
