/*
 * `doctor`: preflight, headless; doctor.h draws the report.
 */
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/own.h"
#include "engine/check/runner.h"
#include "engine/session/sessions.h"
#include "tui/doctor.h"
#include "tui/launch_plan.h"
#include "tui/proof.h"
#include "tui/verbs/prove.h"
#include "tui/verbs/verb.h"

enum { STRICT, JSON, REPORT, SESSION, MAN };

static int find_agents(struct call *c, const struct manifest *m, const struct agent **out)
{
	struct error err;

	for (int i = 0; i < c->n_args; i++) {
		out[i] = manifest_find(m, c->args[i], &err);
		if (!out[i]) {
			talk_error(&err);
			return EXIT_NOT_FOUND;
		}
	}
	return 0;
}

static int examine(struct call *c, const struct check_plan *plan, const char *inside)
{
	struct report report;
	struct error err;
	int code;

	if (check_run_all(plan, &report, &err) < 0)
		return talk_error(&err);
	if (inside)
		proof_apply(&report, inside);
	code = doctor_print(&report, call_has(c, JSON), call_has(c, STRICT), stdout);
	if (call_has(c, REPORT)) {
		if (doctor_save(&report, c->paths, c->values[REPORT], &err) < 0)
			code = talk_error(&err);
		else
			talk("report: %s (names, addresses and paths of yours left out)",
			     c->values[REPORT]);
	}
	report_done(&report);
	return code;
}

/* The agent that the session is of; one that the manifest has no more is none. */
static int agent_of_session(struct call *c, const struct manifest *m, const struct agent **out,
			    size_t *n)
{
	struct sessions all;
	struct error err;
	const struct session_entry *e;

	if (sessions_load(&all, c->paths, &err) < 0)
		return talk_error(&err);
	e = sessions_find(&all, c->values[SESSION]);
	if (e && (out[0] = manifest_find(m, e->record.agent, &err)))
		*n = 1;
	sessions_done(&all);
	return 0;
}

static int run(struct call *c)
{
	AUTO_FREE struct check_plan *plan = calloc(1, sizeof(*plan));
	AUTO_FREE const struct agent **agents = calloc((size_t)c->n_args + 1, sizeof(*agents));
	AUTO_FREE char *inside = NULL;
	struct manifest m = {0};
	struct error err, broken;
	size_t n = 0;
	int code = 0;

	if (!plan || !agents)
		return EXIT_FAILED;
	if (call_has(c, SESSION) && c->n_args)
		return talk_usage("doctor", "--session asks about one session; agents do not go with it");
	if (call_has(c, MAN))
		return doctor_man(stdout);
	/* A broken manifest does not keep the doctor from the host. */
	err.msg[0] = '\0';
	if (manifest_load(&m, c->paths, &err) < 0 && c->n_args)
		return talk_error(&err);
	broken = err;
	if (call_has(c, SESSION)) {
		code = prove_ask(c, c->values[SESSION], &inside);
		if (code == 0)
			code = agent_of_session(c, &m, agents, &n);
	} else if (c->n_args) {
		code = find_agents(c, &m, agents);
		n = (size_t)c->n_args;
	}
	if (code == 0) {
		launch_plan(plan, agents, n, 1, c->paths);
		plan->manifest_error = broken;
		code = examine(c, plan, inside);
	}
	manifest_done(&m);
	return code;
}

const struct verb verb_doctor = {
	.name = "doctor",
	.group = VERB_SETUP,
	.args = "[AGENT...]",
	.help = "preflight: what this host has and lacks, and the fix",
	.more = "With agents, what launching them needs; else the host in general. Exit code 3\n"
		"when something blocks.",
	.max = -1,
	.options = {
		[STRICT] = {"strict", 0, NULL, "exit code 3 when something is degraded, too"},
		[JSON] = {"json", 0, NULL, "one object with every check"},
		[REPORT] = {"report", 0, "FILE", "write it to FILE, without what names you or this host"},
		[SESSION] = {"session", 0, "S", "of a running session: what it says from inside, too"},
		[MAN] = {"man", 0, NULL, "the manual page vmdeck-doctor(7), from the table of checks"},
	},
	.run = run,
};
