#include "tui/preflight.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/list.h"
#include "engine/base/own.h"
#include "engine/check/runner.h"
#include "tui/prepare.h"

enum { SIDE_BY_SIDE = 72, LEFT_COLS = 34 };

static const struct look {
	const char *sign, *ascii, *word;
	enum theme_role role;
} looks[CHECK_STATUS_COUNT] = {
	[CHECK_OK] = { "✓", "+", "ok", ROLE_CHECK_OK },
	[CHECK_INFO] = { "i", "i", "info", ROLE_CHECK_INFO },
	[CHECK_WARN] = { "!", "!", "warn", ROLE_CHECK_WARN },
	[CHECK_FAILED] = { "✕", "x", "fail", ROLE_CHECK_FAIL },
	[CHECK_SKIP] = { "·", "-", "skip", ROLE_DIM },
	[CHECK_UNKNOWN] = { "?", "?", "unknown", ROLE_CHECK_WARN },
};

static const struct look *look_of(const struct check_record *r)
{
	static const struct look waiting = { "…", ".", "asking", ROLE_DIM };

	return r->done ? &looks[r->status] : &waiting;
}

/* --- Which are shown --- */

static bool shown(const struct preflight *p, const struct check_record *r)
{
	return p->passed || !r->done || record_concerns(r) || r->status == CHECK_INFO ||
	       r->status == CHECK_WARN || r->status == CHECK_FAILED;
}

static struct check_record *current(struct preflight *p)
{
	struct report *all = &p->runner->report;
	struct check_record *first = NULL;

	for (size_t i = 0; i < all->n; i++) {
		struct check_record *r = &all->records[i];

		if (!shown(p, r))
			continue;
		if (p->at && strcmp(r->id, p->at) == 0)
			return r;
		if (!first)
			first = r;
	}
	return first;
}

/* In the order in which they are drawn: by group, then the table's. */
static size_t collect(const struct preflight *p, struct check_record *out[CHECKS_MAX])
{
	const struct report *all = &p->runner->report;
	size_t n = 0;

	for (int g = 0; g < CHECK_GROUP_COUNT; g++)
		for (size_t i = 0; i < all->n && n < CHECKS_MAX; i++)
			if ((int)all->records[i].group == g && shown(p, &all->records[i]))
				out[n++] = &all->records[i];
	return n;
}

static void move(struct preflight *p, int by)
{
	struct check_record *rows[CHECKS_MAX], *now = current(p);
	long n = (long)collect(p, rows), at = 0;

	if (!n)
		return;
	while (at < n && rows[at] != now)
		at++;
	at = by == INT_MIN ? 0 : by == INT_MAX ? n - 1 : at + by;
	at = at < 0 ? 0 : at >= n ? n - 1 : at;
	p->at = rows[at]->id;
}

static void go_to_worst(struct preflight *p)
{
	const struct report *all = &p->runner->report;
	const struct check_record *worst = NULL;

	for (size_t i = 0; i < all->n; i++) {
		const struct check_record *r = &all->records[i];

		if (record_concerns(r) && (!worst || (record_blocks(r) && !record_blocks(worst))))
			worst = r;
	}
	p->at = worst ? worst->id : NULL;
}

/* --- The list --- */

static void draw_group(struct paint p, int row, const struct preflight *v, int group)
{
	const struct look *l = &looks[report_group(&v->runner->report, (enum check_group)group)];

	paint_text(p, row, 1, l->role, paint_sign(p.s, l->sign, l->ascii));
	paint_text(p, row, 3, ROLE_TITLE, check_group_titles[group]);
}

static void draw_check(struct paint p, int row, const struct check_record *r, bool lit)
{
	const struct look *l = look_of(r);
	int col = 3;

	paint_text(p, row, col, l->role, paint_sign(p.s, l->sign, l->ascii));
	col += 2 + paint_text(p, row, col + 2, ROLE_DIM, r->id) + 1;
	paint_text(p, row, col, r->running ? ROLE_DIM : ROLE_MODAL, r->title);
	if (lit)
		paint_restyle(p, row, 0, p.cols, ROLE_SELECT);
}

static void draw_list(struct paint p, struct preflight *v)
{
	struct check_record *rows[CHECKS_MAX], *now = current(v);
	size_t n = collect(v, rows);
	int line = 0, at = 0, group = -1;

	for (size_t i = 0; i < n; i++) { /* the line of the cursor */
		line += (int)rows[i]->group != group;
		group = (int)rows[i]->group;
		if (rows[i] == now)
			at = line;
		line++;
	}
	if (at - 1 < v->top)
		v->top = at > 0 ? at - 1 : 0;
	if (at >= v->top + p.rows)
		v->top = at - p.rows + 1;
	line = 0;
	group = -1;
	for (size_t i = 0; i < n; i++) {
		if ((int)rows[i]->group != group) {
			group = (int)rows[i]->group;
			if (line >= v->top && line < v->top + p.rows)
				draw_group(p, line - v->top, v, group);
			line++;
		}
		if (line >= v->top && line < v->top + p.rows)
			draw_check(p, line - v->top, rows[i], rows[i] == now);
		line++;
	}
	if (!n)
		paint_text(p, 0, 1, ROLE_CHECK_OK, "all passed; a shows them");
}

/* --- The detail --- */

static int draw_fix(struct paint p, int row, const struct check_fix *f)
{
	char command[640];

	if (row >= p.rows)
		return row;
	row += paint_wrapped(paint_part(p, row, 2, p.rows - row, p.cols - 2), 0, ROLE_MODAL, f->text);
	check_fix_command(f, command, sizeof(command));
	if (command[0] && row < p.rows)
		row += paint_wrapped(paint_part(p, row, 2, p.rows - row, p.cols - 2), 0, ROLE_KEY,
				     command);
	if (f->needs_relogin && row < p.rows)
		paint_text(p, row++, 2, ROLE_DIM, "then log out and in again");
	if (f->needs_reboot && row < p.rows)
		paint_text(p, row++, 2, ROLE_DIM, "then reboot");
	return row;
}

static void draw_detail(struct paint p, const struct check_record *r)
{
	const struct look *l = look_of(r);
	int row = 0;

	row += paint_wrapped(p, row, ROLE_TITLE, r->title);
	paint_textf(p, row, 0, l->role, "%s %s%s%s", paint_sign(p.s, l->sign, l->ascii), l->word,
		    r->done && record_blocks(r) ? ": blocks this launch" : "",
		    r->running ? " (asking again)" : "");
	row += 1;
	if (r->summary[0])
		row += paint_wrapped(paint_part(p, row, 0, p.rows - row, p.cols), 0, ROLE_MODAL,
				     r->summary);
	if (r->n_seen && ++row < p.rows)
		paint_text(p, row++, 0, ROLE_TITLE, "Seen");
	for (unsigned i = 0; i < r->n_seen && row < p.rows; i++) {
		struct paint in = paint_part(p, row, 2, p.rows - row, p.cols - 2);
		char line[256];

		snprintf(line, sizeof(line), "%s: %s", r->seen[i].key, r->seen[i].value);
		row += paint_wrapped(in, 0, ROLE_DIM, line);
	}
	if (r->why[0] && ++row < p.rows) {
		paint_text(p, row++, 0, ROLE_TITLE, "Why");
		row += paint_wrapped(paint_part(p, row, 2, p.rows - row, p.cols - 2), 0, ROLE_MODAL,
				     r->why);
	}
	if (r->n_fixes && ++row < p.rows)
		paint_text(p, row++, 0, ROLE_TITLE, r->n_fixes > 1 ? "Fix, any of" : "Fix");
	for (unsigned i = 0; i < r->n_fixes; i++)
		row = draw_fix(p, row, &r->fixes[i]);
}

static void draw(struct view *view, struct paint screen)
{
	struct preflight *v = LIST_ITEM(view, struct preflight, view);
	int rows = screen.rows - 2, cols = screen.cols < 124 ? screen.cols : 120;
	struct paint in = view_box(screen, rows, cols, ROLE_MODAL, "preflight");
	struct check_record *r = current(v);
	char word[48];
	enum theme_role role = preflight_word(v, word, sizeof(word));

	paint_right(paint_part(in, 0, 0, 1, in.cols - 1), 0, role, word);
	in = paint_part(in, 1, 0, in.rows - 1, in.cols);
	if (in.cols < SIDE_BY_SIDE) {
		if (v->alone && r)
			draw_detail(paint_part(in, 0, 1, in.rows, in.cols - 2), r);
		else
			draw_list(in, v);
		return;
	}
	if (v->alone && r) {
		draw_detail(paint_part(in, 0, 2, in.rows, in.cols - 4), r);
		return;
	}
	draw_list(paint_part(in, 0, 0, in.rows, LEFT_COLS), v);
	for (int i = 0; i < in.rows; i++)
		paint_text(in, i, LEFT_COLS, ROLE_BORDER, paint_sign(in.s, "│", "|"));
	if (r)
		draw_detail(paint_part(in, 0, LEFT_COLS + 2, in.rows, in.cols - LEFT_COLS - 3), r);
}

/* --- Acting --- */

static void copy_fix(struct preflight *p)
{
	const struct check_record *r = current(p);
	char command[640];

	for (unsigned i = 0; r && i < r->n_fixes; i++) {
		check_fix_command(&r->fixes[i], command, sizeof(command));
		if (command[0]) {
			p->view.stage->ops->copy(p->view.stage, command, strlen(command), command);
			return;
		}
	}
	p->view.stage->ops->notice(p->view.stage, false, "there is no command to copy",
				   r && r->n_fixes ? r->fixes[0].text : "");
}

/* What names this person or machine is left out. */
static int save_report(struct preflight *p, char *path, size_t cap, struct error *err)
{
	AUTO_JSON cJSON *j = report_json(&p->runner->report);
	AUTO_FREE char *text = NULL;
	AUTO_CLOSE int dir = paths_need(p->paths->state, err);
	cJSON *c;

	if (dir < 0)
		return -1;
	cJSON_ArrayForEach(c, cJSON_GetObjectItemCaseSensitive(j, "checks"))
		cJSON_DeleteItemFromObjectCaseSensitive(c, "seen");
	text = j ? json_text(j, true) : NULL;
	if (!text)
		return error_set(err, 0, "no memory");
	snprintf(path, cap, "%s/preflight.json", p->paths->state);
	return file_write(dir, "preflight.json", text, strlen(text), 0600, err);
}

static void save(struct preflight *p)
{
	struct stage *st = p->view.stage;
	char path[PATH_MAX], line[PATH_MAX + 32];
	struct error err;

	if (save_report(p, path, sizeof(path), &err) < 0) {
		st->ops->notice(st, true, err.msg, err.hint);
		return;
	}
	snprintf(line, sizeof(line), "saved %s", path);
	st->ops->notice(st, false, line, "");
}

static void explain(struct preflight *p)
{
	const struct check_record *r = current(p);
	char line[160];

	if (!r)
		return;
	snprintf(line, sizeof(line), "%s is explained in %s", r->id, r->doc);
	p->view.stage->ops->notice(p->view.stage, false, line, "");
}

static bool act(struct view *view, enum action a)
{
	struct preflight *p = LIST_ITEM(view, struct preflight, view);
	struct check_record *r = current(p);

	switch (a) {
	case ACTION_CHECK_DOWN: move(p, 1); break;
	case ACTION_CHECK_UP: move(p, -1); break;
	case ACTION_CHECK_FIRST: move(p, INT_MIN); break;
	case ACTION_CHECK_LAST: move(p, INT_MAX); break;
	case ACTION_CHECK_OPEN: p->alone = !p->alone; break;
	case ACTION_CHECK_AGAIN:
		if (r)
			runner_rerun(p->runner, r->id);
		break;
	case ACTION_CHECK_ALL: runner_start(p->runner); break;
	case ACTION_CHECK_COPY: copy_fix(p); break;
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

static const struct view_ops ops = { "preflight", CONTEXT_PREFLIGHT, draw, NULL, act, NULL };

void preflight_open(struct preflight *p, struct stage *stage)
{
	p->view = (struct view){ &ops, stage };
	p->alone = false;
	p->top = 0;
	go_to_worst(p);
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
	return 0;
}

void preflight_done(struct preflight *p)
{
	if (p->runner)
		runner_done(p->runner);
	free(p->runner);
	p->runner = NULL;
}

void preflight_ask(struct preflight *p, const struct agent *const *agents, size_t n)
{
	AUTO_FREE struct check_plan *plan = calloc(1, sizeof(*plan));

	if (!plan)
		return;
	prepare_plan(plan, agents, n, 1, p->paths);
	runner_set_plan(p->runner, plan);
	runner_start(p->runner);
}

bool preflight_blocked(const struct preflight *p)
{
	return report_verdict(&p->runner->report) == REPORT_BLOCKED;
}

static bool concerns_backend(const struct check_record *r, const char *backend)
{
	if (!r->backends[0])
		return true;
	for (int i = 0; i < CHECK_BACKENDS_MAX && r->backends[i]; i++)
		if (strcmp(r->backends[i], backend) == 0)
			return true;
	return false;
}

bool preflight_reason(const struct preflight *p, const char *backend, char *out, size_t cap)
{
	const struct report *all = &p->runner->report;

	for (size_t i = 0; i < all->n; i++) {
		const struct check_record *r = &all->records[i];

		if (record_blocks(r) && concerns_backend(r, backend)) {
			snprintf(out, cap, "%s: %s", r->id, r->summary);
			return true;
		}
	}
	return false;
}

enum theme_role preflight_word(const struct preflight *p, char *out, size_t cap)
{
	unsigned n = report_concerns(&p->runner->report);

	if (preflight_blocked(p)) {
		snprintf(out, cap, "! %u preflight: blocked", n);
		return ROLE_CHECK_FAIL;
	}
	if (n) {
		snprintf(out, cap, "! %u preflight", n);
		return ROLE_CHECK_WARN;
	}
	if (runner_busy(p->runner)) {
		snprintf(out, cap, "preflight ...");
		return ROLE_DIM;
	}
	snprintf(out, cap, "preflight ok");
	return ROLE_CHECK_OK;
}
