#include "engine/check/runner_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "engine/check/distro.h"
#include "engine/check/probe.h"

/* ask.c has the children, runner_rows.c the answers of rows. */
enum { PARALLEL = 8 }; /* most of them wait, they do not compute */

/* Not to be asked as long as one that it, or a row of its child, needs is. A
 * need that the same child answers is no reason to wait. */
static bool waits(const struct runner *r, size_t lead)
{
	size_t rows[SHARE_MAX];
	size_t n = runner_members(r, lead, rows);

	for (size_t m = 0; m < n; m++)
		for (int k = 0; k < CHECK_NEEDS_MAX && r->table[rows[m]].needs[k]; k++) {
			size_t need = (size_t)runner_row(r, r->table[rows[m]].needs[k]);

			if (runner_leader(r, need) != lead &&
			    (r->jobs[need].wanted || r->jobs[need].asked))
				return true;
		}
	return false;
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
	if (runner_skipped(r, lead)) {
		for (size_t i = 1; i < n; i++)
			if (!runner_skipped(r, rows[i]))
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
		if (!r->jobs[i].wanted || runner_leader(r, i) != i)
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
	size_t lead = runner_leader(r, i);
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
		size_t need = (size_t)runner_row(r, r->table[i].needs[k]);
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
	int i = runner_row(r, id);

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
