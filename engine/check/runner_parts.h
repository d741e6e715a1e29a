/*
 * What runner.c (which check is asked when) and ask.c (one child that is asked)
 * have of each other. Private to the two.
 */
#ifndef ENGINE_CHECK_RUNNER_PARTS_H
#define ENGINE_CHECK_RUNNER_PARTS_H

#include "engine/check/answer.h"
#include "engine/check/runner.h"

/* The rows that the child of `lead` answers; gives their number. */
size_t runner_members(const struct runner *r, size_t lead, size_t out[SHARE_MAX]);
/* One row of a child that is answered (rec) or not (why). */
void runner_settle(struct runner *r, size_t i, struct check_record *rec, uint32_t ms,
		   const char *why);

/* Start the child that answers `row` and those that share it; runner_settle is
 * called for each, from the loop. */
int ask_start(struct runner *r, size_t row, struct error *err);
/* A killed child is dead at once, unless it is stuck in the kernel: that one is
 * reaped by the system when we are gone. */
void asks_kill(struct list *asks);

#endif
