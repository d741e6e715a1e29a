/*
 * Running the checks on an event loop.
 *
 * Each probe runs in a forked child (several rows may share one): it may block, and it may crash on a
 * hostile image without taking the dashboard along. The child's answer comes
 * back through a mapping that it shares with us alone, is copied after its
 * death, and believed only after validation. At its deadline a child is killed
 * and its record says so; that is `unknown`, as is a crash.
 *
 * Some run at a time, the table's order first; a check starts when those that
 * it needs are answered, and is skipped with the reason when one failed.
 * `record` is called from the loop for each finished one, in the order in
 * which they finish; `finished` when nothing runs any more. The report is in
 * the table's order always. A callback may start the runner again; it may not
 * free it (use loop_later).
 *
 * Fork and not exec of ourselves: the plan is in memory already, the children
 * live for milliseconds, and a forked page table costs less than a start of
 * the program. A child drops every descriptor before its probe runs.
 */
#ifndef ENGINE_CHECK_RUNNER_H
#define ENGINE_CHECK_RUNNER_H

#include "engine/base/loop.h"
#include "engine/check/report.h"

struct runner;
typedef void runner_record_fn(struct runner *r, const struct check_record *record);
typedef void runner_finished_fn(struct runner *r);

struct runner_job; /* one check being asked */

struct runner {
	struct loop *loop;
	runner_record_fn *record;     /* set before start; may be NULL */
	runner_finished_fn *finished; /* may be NULL */
	void *owner;                  /* the caller's own */
	struct report report;         /* records[i].running while being asked */
	struct check_plan *plan;      /* our copy */
	struct check_host host;
	struct probe_ctx ctx;
	const struct check *table;    /* `checks`, or a test's own */
	size_t n;
	struct runner_job *jobs;      /* n of them */
	unsigned running, parallel;   /* how many, and how many at most */
	struct list asks, strays;     /* children at work, and those given up */
	struct later turn;
	bool our_host;
};

/* The plan is copied; host may be NULL for this machine. Nothing runs yet. */
int runner_init(struct runner *r, struct loop *loop, const struct check_plan *plan,
		const struct check_host *host, struct error *err);
/* With a table of one's own; needs must name earlier rows of it. */
int runner_init_with(struct runner *r, const struct check *table, size_t n, struct loop *loop,
		     const struct check_plan *plan, const struct check_host *host,
		     struct error *err);
/* Kill what runs and free; harmless on zeroed. */
void runner_done(struct runner *r);

/* Ask about another launch from the next start on. */
void runner_set_plan(struct runner *r, const struct check_plan *plan);

/* Ask all. Those under way are killed and asked anew. */
void runner_start(struct runner *r);
/* Ask one again, and those that were skipped because of it. False: no such id. */
bool runner_rerun(struct runner *r, const char *id);
/* Kill what runs; the records keep their last answer. `finished` is not called. */
void runner_stop(struct runner *r);
static inline bool runner_busy(const struct runner *r)
{
	return r->running || r->turn.queued;
}

/* All of them, to the end, on a loop of its own: for the command line and for
 * tests. `out` is initialised here and done by the caller. */
int check_run_all(const struct check_plan *plan, struct report *out, struct error *err);

#endif
