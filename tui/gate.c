#include "tui/gate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/check/remembered.h"
#include "engine/check/runner.h"
#include "tui/launch_plan.h"

/* The first check that blocks, memory and disk among them; NULL: none. */
static const struct check_record *blocker(const struct report *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (record_blocks(&r->records[i]))
			return &r->records[i];
	return NULL;
}

static struct gate_answer *answer_of(struct gate *g, const char *agent)
{
	for (size_t i = 0; i < g->n_answers; i++)
		if (strcmp(g->answers[i].agent, agent) == 0)
			return &g->answers[i];
	if (g->n_answers == AGENTS_MAX)
		return NULL;
	snprintf(g->answers[g->n_answers].agent, sizeof(g->answers[0].agent), "%s", agent);
	return &g->answers[g->n_answers++];
}

static void keep_answer(struct gate *g, const char *agent, const struct check_record *by)
{
	struct gate_answer *a = answer_of(g, agent);

	if (!a)
		return;
	a->blocked = by;
	snprintf(a->reason, sizeof(a->reason), "%s%s%s", by ? by->id : "", by ? ": " : "",
		 by ? by->summary : "");
}

static bool plan_of(struct gate *g, const struct gate_names *names, struct check_plan *plan)
{
	const struct agent *agents[GATE_LAUNCH];
	size_t n = 0;

	for (size_t i = 0; i < names->n; i++)
		if ((agents[n] = g->find(g, names->names[i])))
			n++;
	launch_plan(plan, agents, n, 1, g->paths);
	plan->quick = true;
	return n;
}

static void conclude(struct gate *g, const struct report *report)
{
	const struct check_record *by = blocker(report);
	struct gate_names launch = g->launch;

	if (!g->launching) {
		keep_answer(g, g->asks[0], by);
		memmove(g->asks[0], g->asks[1], sizeof(g->asks[0]) * --g->n_asks);
		g->answered(g);
		return;
	}
	g->launching = false;
	g->launch.n = 0;
	if (by)
		g->blocked(g, &launch, by->id);
	else
		g->open(g, &launch);
}

/* From what is remembered; false: it has to be asked. */
static bool known(struct gate *g, const struct check_plan *plan)
{
	struct report now;
	struct error err;

	if (remembered_key(plan, g->key, &err) < 0)
		g->key[0] = '\0';
	if (!g->key[0] || !remembered_has(g->paths->cache, g->key) || check_now(plan, &now, &err) < 0)
		return false;
	conclude(g, &now);
	report_done(&now);
	return true;
}

static void step(struct gate *g)
{
	AUTO_FREE struct check_plan *plan = calloc(1, sizeof(*plan));
	struct gate_names one = { .n = 1 };

	if (g->busy || (!g->launch.n && !g->n_asks) || !plan)
		return;
	g->launching = g->launch.n;
	memcpy(one.names[0], g->asks[0], sizeof(one.names[0]));
	plan_of(g, g->launching ? &g->launch : &one, plan);
	if (!known(g, plan)) {
		g->busy = true;
		runner_set_plan(g->runner, plan);
		runner_start(g->runner);
	} else if (g->launch.n || g->n_asks) {
		loop_later(g->loop, &g->next);
	}
}

static void on_next(struct later *l)
{
	step(LIST_ITEM(l, struct gate, next));
}

static void on_finished(struct runner *r)
{
	struct gate *g = r->owner;

	g->busy = false;
	if (g->key[0] && report_verdict(&r->report) != REPORT_BLOCKED &&
	    !report_count(&r->report, CHECK_UNKNOWN))
		remembered_keep(g->paths->cache, g->key);
	conclude(g, &r->report);
	loop_later(g->loop, &g->next);
}

int gate_init(struct gate *g, struct loop *l, const struct paths *paths, struct error *err)
{
	static const struct check_plan nothing;

	g->paths = paths;
	g->loop = l;
	g->next.fn = on_next;
	g->runner = calloc(1, sizeof(*g->runner));
	if (!g->runner)
		return error_set(err, errno, "preflight");
	if (runner_init(g->runner, l, &nothing, NULL, err) < 0)
		return -1;
	g->runner->finished = on_finished;
	g->runner->owner = g;
	return 0;
}

void gate_done(struct gate *g)
{
	if (!g->runner)
		return;
	later_cancel(&g->next);
	runner_done(g->runner);
	free(g->runner);
	g->runner = NULL;
}

void gate_ask(struct gate *g, const char *agent)
{
	for (size_t i = 0; i < g->n_asks; i++)
		if (strcmp(g->asks[i], agent) == 0)
			return;
	if (g->n_asks == AGENTS_MAX - 1)
		return;
	snprintf(g->asks[g->n_asks++], sizeof(g->asks[0]), "%s", agent);
	if (!g->busy)
		loop_later(g->loop, &g->next);
}

const char *gate_reason(const struct gate *g, const char *agent)
{
	for (size_t i = 0; i < g->n_answers; i++)
		if (g->answers[i].blocked && strcmp(g->answers[i].agent, agent) == 0)
			return g->answers[i].reason;
	return NULL;
}

void gate_launch(struct gate *g, const char *const *agents, size_t n)
{
	struct gate_names waiting = g->launch;

	g->launch.n = 0;
	for (size_t i = 0; i < n && i < GATE_LAUNCH; i++)
		snprintf(g->launch.names[g->launch.n++], sizeof(g->launch.names[0]), "%s", agents[i]);
	if (waiting.n) {
		/* Its answer would come later than the person's next wish. */
		g->open(g, &waiting);
		if (g->busy && g->launching) {
			runner_stop(g->runner);
			g->busy = false;
		}
	}
	step(g);
}
