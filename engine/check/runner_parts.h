/*
 * What runner.c (which check is asked when), ask.c (one child that is asked) and runner_rows.c
 * (a row and its answer) share. Each calls only those named after it. Private to the three.
 */
#ifndef ENGINE_CHECK_RUNNER_PARTS_H
#define ENGINE_CHECK_RUNNER_PARTS_H

#include "engine/check/answer.h"
#include "engine/check/runner.h"

/*
 * A job is a row of the table. Its state is two flags: `wanted` (to be asked)
 * and `asked` (a child is at it). Rows that share a child are wanted, asked
 * and answered together with the row that leads them.
 */
struct runner_job {
	bool wanted, asked;
};

/* runner_rows.c */
/* By id, of any case; -1: none. */
int runner_row(const struct runner *r, const char *id);
/* The row that leads those of its child: itself where it shares none. */
size_t runner_leader(const struct runner *r, size_t i);
/* The rows that the child of `lead` answers; gives their number. */
size_t runner_members(const struct runner *r, size_t lead, size_t out[SHARE_MAX]);
/* One row of a child that is answered (rec) or not (why). */
void runner_settle(struct runner *r, size_t i, struct check_record *rec, uint32_t ms,
		   const char *why);

/* Answer a row without asking, when its needs or the backend say so. */
bool runner_skipped(struct runner *r, size_t i);

/* ask.c */
/* Start the child that answers `row` and those that share it; runner_settle is
 * called for each, from the loop. */
int ask_start(struct runner *r, size_t row, struct error *err);
/* A killed child is dead at once, unless it is stuck in the kernel: that one is
 * reaped by the system when we are gone. */
void asks_kill(struct list *asks);

#endif
