#include "engine/check/runner_parts.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "engine/check/distro.h"
#include "engine/check/probe.h"

/*
 * A job is a row of the table. Its state is two flags: `wanted` (to be asked)
 * and `asked` (a child is at it). Rows that share a child are wanted, asked
 * and answered together with the row that leads them. ask.c has the children.
 */
enum { PARALLEL = 8 }; /* most of them wait, they do not compute */

struct runner_job {
	bool wanted, asked;
};

static int row_of(const struct runner *r, const char *id)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcasecmp(r->table[i].id, id))
			return (int)i;
	return -1;
}

static size_t leader_of(const struct runner *r, size_t i)
{
	int l = r->table[i].shares ? row_of(r, r->table[i].shares) : (int)i;

	assert(l >= 0 && (size_t)l <= i);
	return (size_t)l;
}

size_t runner_members(const struct runner *r, size_t lead, size_t out[SHARE_MAX])
{
	size_t n = 0;

	for (size_t i = lead; i < r->n && n < SHARE_MAX; i++)
		if (leader_of(r, i) == lead)
			out[n++] = i;
	return n;
}

static void finish(struct runner *r, size_t i, uint32_t ms)
{
	struct check_record *rec = &r->report.records[i];

	rec->done = true;
	rec->running = false;
	rec->ms = ms;
	if (r->record)
		r->record(r, rec);
}

/* A need of row i that did not come out well; NULL when all did. */
static const struct check_record *unmet(const struct runner *r, size_t i)
{
	for (int k = 0; k < CHECK_NEEDS_MAX && r->table[i].needs[k]; k++) {
		int n = row_of(r, r->table[i].needs[k]);
		const struct check_record *need = &r->report.records[n];

		assert(n >= 0 && (size_t)n < i);
		if (need->status != CHECK_OK && need->status != CHECK_INFO &&
		    need->status != CHECK_WARN)
			return need;
	}
	return NULL;
}

static void skip(struct runner *r, size_t i, const struct check_record *need)
{
	static const char *const how[CHECK_STATUS_COUNT] = {
		[CHECK_FAILED] = "failed",
		[CHECK_SKIP] = "was not asked",
		[CHECK_UNKNOWN] = "gave no answer",
	};
	struct check_record *rec = &r->report.records[i];

	record_begin(rec, &r->table[i]);
	record_say(rec, CHECK_SKIP, "not asked: %s (%s) %s", need->id, need->title,
		   how[need->status]);
	finish(r, i, 0);
}

static bool skip_quick(struct runner *r, size_t i)
{
	const struct check *c = &r->table[i];

	if (!r->plan->quick || c->severity == CHECK_BLOCKER ||
	    (c->may_block && c->may_block(r->plan)))
		return false;
	record_begin(&r->report.records[i], c);
	record_say(&r->report.records[i], CHECK_SKIP, "not asked: it cannot block this launch");
	finish(r, i, 0);
	return true;
}

static bool skip_backend(struct runner *r, size_t i)
{
	const struct check *c = &r->table[i];
	const char *backend = plan_backend(r->plan);

	if (!c->backends[0])
		return false;
	for (int k = 0; k < CHECK_BACKENDS_MAX && c->backends[k]; k++)
		if (!strcmp(c->backends[k], backend))
			return false;
	record_begin(&r->report.records[i], c);
	record_say(&r->report.records[i], CHECK_SKIP, "not needed by the %s backend", backend);
	finish(r, i, 0);
	return true;
}

void runner_settle(struct runner *r, size_t i, struct check_record *rec, uint32_t ms,
		   const char *why)
{
	const struct check_record *need = unmet(r, i);

	r->jobs[i].asked = false;
	if (need) {
		skip(r, i, need);
		return;
	}
	if (rec)
		answer_take(&r->report.records[i], &r->table[i], rec);
	else {
		record_begin(&r->report.records[i], &r->table[i]);
		record_say(&r->report.records[i], CHECK_UNKNOWN, "%s", why);
	}
	finish(r, i, ms);
}

/* Not to be asked as long as one that it, or a row of its child, needs is. A
 * need that the same child answers is no reason to wait. */
static bool waits(const struct runner *r, size_t lead)
{
	size_t rows[SHARE_MAX];
	size_t n = runner_members(r, lead, rows);

	for (size_t m = 0; m < n; m++)
		for (int k = 0; k < CHECK_NEEDS_MAX && r->table[rows[m]].needs[k]; k++) {
			size_t need = (size_t)row_of(r, r->table[rows[m]].needs[k]);

			if (leader_of(r, need) != lead &&
			    (r->jobs[need].wanted || r->jobs[need].asked))
				return true;
		}
	return false;
}

/* Answer a row without asking, when its needs or the backend say so. */
static bool skipped(struct runner *r, size_t i)
{
	const struct check_record *need = unmet(r, i);

	if (need)
		skip(r, i, need);
	return need || skip_backend(r, i) || skip_quick(r, i);
}

/* Start the child that answers `lead` and its rows. When the lead is skipped
 * so are they: they need it, or what it needs (a test of the table's). */
static void begin(struct runner *r, size_t lead)
{
	struct error err = { 0 };
	size_t rows[SHARE_MAX];
	size_t n = runner_members(r, lead, rows);

	for (size_t i = 0; i < n; i++)
		r->jobs[rows[i]].wanted = false;
	if (skipped(r, lead)) {
		for (size_t i = 1; i < n; i++)
			if (!skipped(r, rows[i]))
				runner_settle(r, rows[i], NULL, 0, "not asked");
		return;
	}
	for (size_t i = 0; i < n; i++)
		r->jobs[rows[i]].asked = true;
	if (ask_start(r, lead, &err) < 0)
		for (size_t i = 0; i < n; i++)
			runner_settle(r, rows[i], NULL, 0, err.msg);
}

static void turn(struct later *l)
{
	struct runner *r = LIST_ITEM(l, struct runner, turn);
	bool waiting = false;

	for (size_t i = 0; i < r->n; i++) {
		if (!r->jobs[i].wanted || leader_of(r, i) != i)
			continue;
		if (r->running >= r->parallel || waits(r, i))
			waiting = true;
		else
			begin(r, i);
	}
	if (!r->running && !waiting && r->finished)
		r->finished(r);
	else if (!r->running && waiting)
		loop_later(r->loop, &r->turn); /* what was waited for was answered above */
}

static void want(struct runner *r, size_t i)
{
	size_t lead = leader_of(r, i);
	size_t rows[SHARE_MAX];
	size_t n = runner_members(r, lead, rows);

	for (size_t k = 0; k < n; k++)
		if (!r->jobs[rows[k]].asked)
			r->jobs[rows[k]].wanted = r->report.records[rows[k]].running = true;
	loop_later(r->loop, &r->turn);
}

static void host_facts(struct runner *r)
{
	struct report_host *h = &r->report.host;
	const struct check_sys *sys = host_sys(&r->host);
	struct utsname u;
	char text[4096];
	const char *at;

	if (r->our_host)
		host_terminal(&r->host);
	if (sys->uname(&u) == 0) {
		text_clean_str(h->kernel, sizeof(h->kernel), u.release);
		text_clean_str(h->arch, sizeof(h->arch), u.machine);
	}
	r->ctx.distro = distro_detect(&r->host, h->distro, sizeof(h->distro));
	h->uid = sys->uid();
	h->cpus = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	if (host_read(&r->host, "/proc/meminfo", text, sizeof(text)) > 0 &&
	    (at = strstr(text, "MemTotal:")))
		h->memory_mib = strtoull(at + strlen("MemTotal:"), NULL, 10) / 1024;
}

static int runner_init_table(struct runner *r, struct loop *loop, const struct check_plan *plan,
			     const struct check_host *host, struct error *err)
{
	r->loop = loop;
	r->turn.fn = turn;
	r->parallel = PARALLEL;
	list_init(&r->asks);
	list_init(&r->strays);
	r->report.records = calloc(r->n, sizeof(*r->report.records));
	r->plan = malloc(sizeof(*r->plan));
	r->jobs = calloc(r->n, sizeof(*r->jobs));
	if (!r->plan || !r->jobs || !r->report.records) {
		runner_done(r);
		return error_set(err, ENOMEM, "preflight");
	}
	r->report.n = r->n;
	for (size_t i = 0; i < r->n; i++)
		record_begin(&r->report.records[i], &r->table[i]);
	*r->plan = *plan;
	r->our_host = !host;
	if (host)
		r->host = *host;
	r->ctx = (struct probe_ctx){ .plan = r->plan, .host = &r->host };
	host_facts(r);
	return 0;
}

int runner_init(struct runner *r, struct loop *loop, const struct check_plan *plan,
		const struct check_host *host, struct error *err)
{
	*r = (struct runner){ .table = checks, .n = checks_count };
	return runner_init_table(r, loop, plan, host, err);
}

int runner_init_with(struct runner *r, const struct check *table, size_t n, struct loop *loop,
		     const struct check_plan *plan, const struct check_host *host,
		     struct error *err)
{
	*r = (struct runner){ .table = table, .n = n };
	return runner_init_table(r, loop, plan, host, err);
}

void runner_stop(struct runner *r)
{
	asks_kill(&r->asks);
	later_cancel(&r->turn);
	r->running = 0;
	for (size_t i = 0; i < r->n; i++) {
		r->jobs[i] = (struct runner_job){ 0 };
		r->report.records[i].running = false;
	}
}

void runner_done(struct runner *r)
{
	if (r->report.records && r->jobs) {
		runner_stop(r);
		asks_kill(&r->strays);
	}
	report_done(&r->report);
	free(r->jobs);
	free(r->plan);
	*r = (struct runner){ 0 };
}

void runner_set_plan(struct runner *r, const struct check_plan *plan)
{
	*r->plan = *plan;
}

void runner_start(struct runner *r)
{
	runner_stop(r);
	host_facts(r);
	for (size_t i = 0; i < r->n; i++)
		want(r, i);
}

/* Also what it needs and was not well, or it would only be skipped again; and
 * what was skipped because of it. */
static void want_again(struct runner *r, size_t i)
{
	if (r->jobs[i].wanted || r->jobs[i].asked)
		return;
	want(r, i);
	for (int k = 0; k < CHECK_NEEDS_MAX && r->table[i].needs[k]; k++) {
		size_t need = (size_t)row_of(r, r->table[i].needs[k]);
		enum check_status s = r->report.records[need].status;

		if (s == CHECK_FAILED || s == CHECK_SKIP || s == CHECK_UNKNOWN)
			want_again(r, need);
	}
	for (size_t j = i + 1; j < r->n; j++)
		for (int k = 0; k < CHECK_NEEDS_MAX && r->table[j].needs[k]; k++)
			if (!strcasecmp(r->table[j].needs[k], r->table[i].id) &&
			    r->report.records[j].status == CHECK_SKIP)
				want_again(r, j);
}

bool runner_rerun(struct runner *r, const char *id)
{
	int i = row_of(r, id);

	if (i < 0)
		return false;
	want_again(r, (size_t)i);
	return true;
}

static void all_done(struct runner *r)
{
	loop_stop(r->loop, 0);
}

int check_run_all(const struct check_plan *plan, struct report *out, struct error *err)
{
	struct runner r;
	struct loop loop;
	int result = -1;

	*out = (struct report){ 0 };
	if (loop_init(&loop, err) < 0)
		return -1;
	if (runner_init(&r, &loop, plan, NULL, err) == 0) {
		r.finished = all_done;
		runner_start(&r);
		result = loop_run(&loop, err);
		if (result == 0) {
			runner_stop(&r);
			asks_kill(&r.strays);
			*out = r.report;
			r.report = (struct report){ 0 };
		}
		runner_done(&r);
	}
	loop_done(&loop);
	return result;
}
