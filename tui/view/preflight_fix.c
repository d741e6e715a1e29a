/*
 * Mending from the modal: the command of a fix is shown, asked about, run with
 * the terminal to itself, and the check asked again.
 */
#include "tui/view/preflight.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/list.h"
#include "engine/check/runner.h"

const struct check_fix *preflight_fix(const struct preflight *p)
{
	const struct check_record *r = preflight_current(p);

	if (!r || !r->n_fixes)
		return NULL;
	if (p->fix < r->n_fixes && r->fixes[p->fix].n_argv)
		return &r->fixes[p->fix];
	for (int i = 0; i < r->n_fixes; i++)
		if (r->fixes[i].n_argv)
			return &r->fixes[i];
	return NULL;
}

void preflight_next_fix(struct preflight *p)
{
	const struct check_record *r = preflight_current(p);
	const struct check_fix *now = preflight_fix(p);

	if (!now)
		return;
	for (int i = 1; i <= r->n_fixes; i++) {
		int k = ((int)(now - r->fixes) + i) % r->n_fixes;

		if (r->fixes[k].n_argv) {
			p->fix = k;
			return;
		}
	}
}

bool preflight_can(struct view *view, enum action a)
{
	struct preflight *p = LIST_ITEM(view, struct preflight, view);
	const struct check_fix *f = preflight_fix(p);
	char command[CHECK_COMMAND_MAX];

	if (a == ACTION_CHECK_COPY || a == ACTION_CHECK_APPLY)
		return f && *check_fix_command(f, command, sizeof(command));
	if (a == ACTION_CHECK_OPEN || a == ACTION_CHECK_AGAIN || a == ACTION_CHECK_IGNORE ||
	    a == ACTION_CHECK_EXPLAIN)
		return preflight_current(p);
	return true;
}

static void nothing_to_run(struct preflight *p)
{
	const struct check_record *r = preflight_current(p);

	p->view.stage->ops->notice(p->view.stage, false, "there is no command for this",
				   r && r->n_fixes ? r->fixes[0].text : "");
}

void preflight_copy(struct preflight *p)
{
	const struct check_fix *f = preflight_fix(p);
	char command[CHECK_COMMAND_MAX];

	if (!f || !*check_fix_command(f, command, sizeof(command))) {
		nothing_to_run(p);
		return;
	}
	p->view.stage->ops->copy(p->view.stage, command, strlen(command), command);
}

static void on_ran(void *arg, int code)
{
	struct preflight *p = arg;
	char line[64];

	if (code) {
		snprintf(line, sizeof(line), "the command ended with %d", code);
		p->view.stage->ops->notice(p->view.stage, true, line, "the check is asked again all the same");
	}
	if (p->at)
		runner_rerun(p->runner, p->at);
	p->changed(p);
}

static void on_answer(struct question *q, bool yes)
{
	struct preflight *p = LIST_ITEM(q, struct preflight, question);
	const struct check_fix *f = preflight_fix(p);
	char *argv[CHECK_ARG_MAX + 2] = { NULL };
	struct check_fix copy; /* the record may be asked anew while it runs */
	int n = 0;

	if (!yes || !f)
		return;
	copy = *f;
	if (copy.needs_root && geteuid() != 0)
		argv[n++] = (char *)"sudo";
	for (int i = 0; i < copy.n_argv; i++)
		argv[n++] = copy.argv[i];
	p->view.stage->ops->run(p->view.stage, argv, on_ran, p);
}

void preflight_apply(struct preflight *p)
{
	const struct check_record *r = preflight_current(p);
	const struct check_fix *f = preflight_fix(p);
	char command[CHECK_COMMAND_MAX];

	if (!f || !*check_fix_command(f, command, sizeof(command))) {
		nothing_to_run(p);
		return;
	}
	p->at = r->id;
	p->fix = (int)(f - r->fixes);
	question_ask(&p->question, p->view.stage, "No", "Run it",
		     f->needs_reboot ? "This restarts the machine." :
		     f->needs_relogin ? "It takes effect at the next login." :
		     f->needs_root && geteuid() != 0 ? "sudo may ask for your password." : "",
		     "$ %s", command);
	p->question.answered = on_answer;
	p->view.stage->ops->push(p->view.stage, &p->question.view);
}
