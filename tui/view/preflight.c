/* The modal's keys, and its runner. */
#include "tui/view/preflight.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/list.h"
#include "engine/base/own.h"
#include "engine/check/manual.h"
#include "engine/check/runner.h"
#include "tui/doctor.h"
#include "tui/launch_plan.h"

static void move(struct preflight *p, int by)
{
	const struct check_record *rows[CHECKS_MAX], *now = preflight_current(p);
	long n = (long)preflight_rows(p, rows), at = 0;

	if (!n)
		return;
	if (p->alone && by != INT_MIN && by != INT_MAX) { /* the detail's own lines */
		p->scroll = p->scroll + by < 0 ? 0 : p->scroll + by;
		return;
	}
	while (at < n && rows[at] != now)
		at++;
	at = by == INT_MIN ? 0 : by == INT_MAX ? n - 1 : at + by;
	at = at < 0 ? 0 : at >= n ? n - 1 : at;
	p->at = rows[at]->id;
	p->fix = 0;
}

/* A check that only points at another ("see K04") is not where to begin. */
static int badness(const struct preflight *p, const struct check_record *r)
{
	bool command = false;

	if (!record_concerns(r) || ignored_has(&p->ignored, r))
		return 0;
	for (int i = 0; i < r->n_fixes; i++)
		command |= r->fixes[i].n_argv;
	return (record_blocks(r) ? 4 : r->status == CHECK_FAILED ? 2 : 1) * 2 + command;
}

static void go_to_worst(struct preflight *p)
{
	int worst = 0;

	p->at = NULL;
	for (size_t i = 0; i < p->report->n; i++) {
		int bad = badness(p, &p->report->records[i]);

		if (bad > worst) {
			worst = bad;
			p->at = p->report->records[i].id;
		}
	}
}

/* --- Acting --- */

static void save(struct preflight *p)
{
	struct stage *st = p->view.stage;
	char path[PATH_MAX], line[PATH_MAX + 32];
	AUTO_CLOSE int dir = -1;
	struct error err;

	snprintf(path, sizeof(path), "%s/preflight.json", p->paths->state);
	dir = paths_need(p->paths->state, &err);
	if (dir < 0 || doctor_save(p->report, p->paths, path, &err) < 0) {
		st->ops->notice(st, true, err.msg, err.hint);
		return;
	}
	snprintf(line, sizeof(line), "saved %s", path);
	st->ops->notice(st, false, line, "");
}

static void explain(struct preflight *p)
{
	const struct check_record *r = preflight_current(p);
	char title[96];
	const char *text;
	size_t n;

	if (!r)
		return;
	snprintf(title, sizeof(title), "%s  %s", r->id, r->title);
	pager_open(&p->pager, p->view.stage, title);
	text = manual_section(r->id, &n);
	pager_addf(&p->pager, "%s\n", "");
	if (text)
		pager_append(&p->pager, text, n);
	pager_addf(&p->pager, "%s", "\n\n");
	pager_addf(&p->pager, "See %s and vmdeck-doctor(7).\n", r->doc);
	p->pager.top = 0;
	p->view.stage->ops->push(p->view.stage, &p->pager.view);
}

static void ignore(struct preflight *p)
{
	struct stage *st = p->view.stage;
	const struct check_record *r = preflight_current(p);
	struct error err;
	char line[96];

	if (!r)
		return;
	if (record_blocks(r)) {
		st->ops->notice(st, true, "what blocks a launch cannot be ignored",
				"vmdeck up --force launches in spite of it");
		return;
	}
	if (ignored_toggle(&p->ignored, r->id, p->paths, &err) < 0) {
		st->ops->notice(st, true, err.msg, err.hint);
		return;
	}
	snprintf(line, sizeof(line), ignored_has(&p->ignored, r) ? "%s is ignored from now on; a shows it" :
		 "%s counts again", r->id);
	st->ops->notice(st, false, line, "");
}

static bool act(struct view *view, enum action a)
{
	struct preflight *p = LIST_ITEM(view, struct preflight, view);
	const struct check_record *r = preflight_current(p);

	switch (a) {
	case ACTION_CHECK_DOWN: move(p, 1); break;
	case ACTION_CHECK_UP: move(p, -1); break;
	case ACTION_CHECK_FIRST: move(p, INT_MIN); break;
	case ACTION_CHECK_LAST: move(p, INT_MAX); break;
	case ACTION_CHECK_OPEN:
		p->alone = !p->alone;
		p->scroll = 0;
		break;
	case ACTION_CHECK_AGAIN:
		if (r)
			runner_rerun(p->runner, r->id);
		break;
	case ACTION_CHECK_ALL: runner_start(p->runner); break;
	case ACTION_CHECK_COPY: preflight_copy(p); break;
	case ACTION_CHECK_APPLY: preflight_apply(p); break;
	case ACTION_CHECK_NEXT_FIX: preflight_next_fix(p); break;
	case ACTION_CHECK_IGNORE: ignore(p); break;
	case ACTION_CHECK_EXPLAIN: explain(p); break;
	case ACTION_CHECK_SAVE: save(p); break;
	case ACTION_CHECK_PASSED: p->passed = !p->passed; break;
	case ACTION_CHECK_CLOSE:
		if (p->alone)
			p->alone = false;
		else
			view->stage->ops->close(view->stage, view);
		break;
	default: return false;
	}
	return true;
}

static const struct view_ops ops = { "preflight", CONTEXT_PREFLIGHT, preflight_draw, NULL, act, NULL,
				     preflight_can };

void preflight_open(struct preflight *p, struct stage *stage)
{
	p->view = (struct view){ &ops, stage };
	p->alone = false;
	p->top = p->scroll = p->fix = 0;
	go_to_worst(p);
}

void preflight_open_at(struct preflight *p, struct stage *stage, const char *id)
{
	const struct check *c = check_find(id);

	preflight_open(p, stage);
	if (c)
		p->at = c->id;
}

/* --- The runner --- */

static void on_record(struct runner *r, const struct check_record *record)
{
	struct preflight *p = r->owner;

	(void)record;
	p->changed(p);
}

static void on_finished(struct runner *r)
{
	struct preflight *p = r->owner;

	preflight_inside_apply(p);
	p->finished(p);
}

int preflight_init(struct preflight *p, struct loop *l, const struct paths *paths,
		   struct error *err)
{
	static const struct check_plan nothing;

	p->paths = paths;
	p->runner = calloc(1, sizeof(*p->runner));
	if (!p->runner)
		return error_set(err, errno, "preflight");
	if (runner_init(p->runner, l, &nothing, NULL, err) < 0)
		return -1;
	p->runner->record = on_record;
	p->runner->finished = on_finished;
	p->runner->owner = p;
	p->report = &p->runner->report;
	ignored_load(&p->ignored, paths);
	return 0;
}

void preflight_done(struct preflight *p)
{
	preflight_inside_done(p);
	if (p->runner)
		runner_done(p->runner);
	free(p->runner);
	p->runner = NULL;
	pager_done(&p->pager);
}

void preflight_ask(struct preflight *p, const struct agent *const *agents, size_t n)
{
	AUTO_FREE struct check_plan *plan = calloc(1, sizeof(*plan));

	if (!plan)
		return;
	launch_plan(plan, agents, n, 1, p->paths);
	runner_set_plan(p->runner, plan);
	runner_start(p->runner);
}

bool preflight_blocked(const struct preflight *p)
{
	return report_verdict(p->report) == REPORT_BLOCKED;
}

enum theme_role preflight_word(const struct preflight *p, char *out, size_t cap)
{
	unsigned n = 0;

	for (size_t i = 0; i < p->report->n; i++)
		n += record_concerns(&p->report->records[i]) &&
		     !ignored_has(&p->ignored, &p->report->records[i]);
	if (preflight_blocked(p)) {
		snprintf(out, cap, "! %u preflight: blocked", n);
		return ROLE_CHECK_FAIL;
	}
	if (n) {
		snprintf(out, cap, "! %u preflight", n);
		return ROLE_CHECK_WARN;
	}
	if (p->runner && runner_busy(p->runner)) {
		snprintf(out, cap, "preflight ...");
		return ROLE_DIM;
	}
	snprintf(out, cap, "preflight ok");
	return ROLE_CHECK_OK;
}
