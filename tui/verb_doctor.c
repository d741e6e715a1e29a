/*
 * `doctor`: preflight, headless.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/check/runner.h"
#include "tui/prepare.h"
#include "tui/verb.h"

enum { STRICT, JSON, ALL };

static void print_fixes(const struct check_record *r)
{
	for (uint8_t i = 0; i < r->n_fixes; i++) {
		const struct check_fix *f = &r->fixes[i];
		char command[1024];

		check_fix_command(f, command, sizeof(command));
		say("           fix: %s%s\n", f->text,
		    f->needs_reboot ? " (then reboot)" : f->needs_relogin ? " (then log in again)" : "");
		if (command[0])
			say("                $ %s\n", command);
	}
}

static void print_record(const struct check_record *r)
{
	say("  %-7s %-5s %s: %s\n", check_status_names[r->status], r->id, r->title, r->summary);
	if (r->status != CHECK_FAILED && r->status != CHECK_WARN)
		return;
	for (uint8_t i = 0; i < r->n_seen; i++)
		say("           seen: %s: %s\n", r->seen[i].key, r->seen[i].value);
	if (r->why[0])
		say("           why: %s\n", r->why);
	print_fixes(r);
}

static bool shown(const struct check_record *r, bool all)
{
	return all || (r->status != CHECK_OK && r->status != CHECK_SKIP);
}

static void print(const struct report *r, bool all)
{
	say("%s, %s, kernel %s, %u CPUs, %llu MiB\n", r->host.distro, r->host.arch, r->host.kernel,
	    r->host.cpus, (unsigned long long)r->host.memory_mib);
	for (int g = 0; g < CHECK_GROUP_COUNT; g++) {
		say("%s: %s\n", check_group_titles[g],
		    check_status_names[report_group(r, (enum check_group)g)]);
		for (size_t i = 0; i < r->n; i++) {
			if ((int)r->records[i].group == g && shown(&r->records[i], all))
				print_record(&r->records[i]);
		}
	}
	say("%s: %u ok, %u warn, %u fail, %u unknown\n", report_verdict_names[report_verdict(r)],
	    report_count(r, CHECK_OK), report_count(r, CHECK_WARN), report_count(r, CHECK_FAILED),
	    report_count(r, CHECK_UNKNOWN));
}

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

static int examine(struct call *c, const struct check_plan *plan)
{
	struct report report;
	struct error err;
	int code;

	if (check_run_all(plan, &report, &err) < 0)
		return talk_error(&err);
	code = report_exit(&report, call_has(c, STRICT));
	if (call_has(c, JSON))
		say_json(report_json(&report));
	else
		print(&report, call_has(c, ALL));
	report_done(&report);
	return code;
}

static int run(struct call *c)
{
	AUTO_FREE struct check_plan *plan = calloc(1, sizeof(*plan));
	AUTO_FREE const struct agent **agents = calloc((size_t)c->n_args + 1, sizeof(*agents));
	struct manifest m = {0};
	struct error err;
	int code = 0;

	if (!plan || !agents)
		return EXIT_FAILED;
	/* A broken manifest does not keep the doctor from the host. */
	if (manifest_load(&m, c->paths, &err) < 0) {
		code = talk_error(&err);
		if (c->n_args)
			return code;
		code = 0;
	}
	if (c->n_args)
		code = find_agents(c, &m, agents);
	if (code == 0) {
		prepare_plan(plan, agents, (size_t)c->n_args, 1, c->paths);
		code = examine(c, plan);
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
		[ALL] = {"all", 'a', NULL, "what passed and what was not asked, too"},
	},
	.run = run,
};
