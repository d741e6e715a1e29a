/*
 * `policy`, `allow`, `deny`: what a session may reach, and what it reached.
 */
#include <stdio.h>

#include "engine/base/text.h"
#include "engine/session/kept.h"
#include "tui/verbs/network_ask.h"
#include "tui/verbs/verb.h"

/* policy */

enum { POLICY_JSON };

static void print_rules(const struct policy *p)
{
	say("network  %s\n", policy_mode_names[p->mode]);
	for (int i = 0; i < p->n_rules; i++) {
		char text[POLICY_RULE_TEXT];

		policy_rule_write(&p->rules[i], text);
		say("%-8s %s\n", i ? "" : "allow", text);
	}
	if (p->mode == POLICY_ALLOWLIST && !p->n_rules)
		say("allow    nothing but its providers\n");
}

static void print_names(const struct network_status *s)
{
	char in[16], out[16];

	if (!s->n_names && !s->n_providers)
		return;
	say("\n%-40s %9s %9s %8s %5s\n", "NAME", "IN", "OUT", "CONNS", "OPEN");
	for (unsigned i = 0; i < s->n_names; i++) {
		const struct gateway_counter *c = &s->names[i];

		text_size(in, sizeof(in), c->in);
		text_size(out, sizeof(out), c->out);
		say("%-40s %9s %9s %8llu %5u\n", c->name, in, out, (unsigned long long)c->connections, c->open);
	}
	for (unsigned i = 0; i < s->n_providers; i++) {
		const struct broker_figures *f = &s->providers[i];
		char name[64];

		text_size(in, sizeof(in), f->in);
		text_size(out, sizeof(out), f->out);
		snprintf(name, sizeof(name), "%s.vmdeck", f->name);
		say("%-40s %9s %9s %8llu %5u", name, in, out, (unsigned long long)f->requests, f->open);
		if (f->errors)
			say("  %llu error%s", (unsigned long long)f->errors, f->errors == 1 ? "" : "s");
		if (f->refused)
			say("  %llu refused", (unsigned long long)f->refused);
		say("%s\n", f->capped ? "  its cap is reached" : "");
	}
}

static int show_policy(struct call *c, const struct network_asking *a)
{
	const struct network_status *s = a->status;
	struct network_sums sums = network_sums(s);
	char in[16], out[16];

	if (call_has(c, POLICY_JSON)) {
		say_json(network_status_json(s));
		return EXIT_DONE;
	}
	print_rules(&s->policy);
	text_size(in, sizeof(in), sums.in);
	text_size(out, sizeof(out), sums.out);
	say("traffic  %s in, %s out, %u open, %llu refused\n", in, out, sums.open,
	    (unsigned long long)sums.refused);
	if (s->silent)
		say("gateway  does not answer\n");
	if (s->up && !s->confined)
		say("gateway  has no root of its own: this host gave it none\n");
	if (s->down[0])
		say("gateway  ended: %s\n", s->down);
	print_names(s);
	return EXIT_DONE;
}

static int run_policy(struct call *c)
{
	return network_ask(c, show_policy);
}

const struct verb verb_policy = {
	.name = "policy",
	.group = VERB_SESSIONS,
	.args = "S",
	.help = "show what a session may reach, and what it reached",
	.min = 1,
	.max = 1,
	.options = {
		[POLICY_JSON] = {"json", 0, NULL, "one object: rules, figures, events"},
	},
	.run = run_policy,
};

/* allow, deny */

enum { KEEP };

static int change(struct call *c, bool allow)
{
	struct network_asking a = { 0 };
	struct policy_rule rule;
	struct remote r;
	struct error err;
	int code;

	if (policy_rule_read(&rule, c->args[1], &err) < 0)
		return talk_error(&err);
	if (remote_init(&r, &err) < 0)
		return talk_error(&err);
	code = peer_meet(&a.peer, &r, c->paths, c->args[0], &network_asking_events, &a, !call_has(c, KEEP));
	/* One that has ended can still say for which agent a rule is kept. */
	if (!code && !peer_over(&a.peer)) {
		a.request = client_allow(&a.peer.client, c->args[1], allow);
		code = network_answer(&a, &r);
	}
	if (!code && call_has(c, KEEP) &&
	    kept_change(c->paths, a.peer.client.record.agent, &rule, allow, &err) < 0)
		code = talk_error(&err);
	peer_close(&a.peer);
	remote_done(&r);
	return code;
}

static int run_allow(struct call *c)
{
	return change(c, true);
}

static int run_deny(struct call *c)
{
	return change(c, false);
}

const struct verb verb_allow = {
	.name = "allow",
	.group = VERB_SESSIONS,
	.args = "S NAME[:PORT]",
	.help = "let a session reach a name, from now on",
	.more = "NAME is a host name, or *.NAME for all below it. Without a port, 443 and 80\n"
		"are meant. The change is this session's; with --keep it is kept for later\n"
		"sessions of the same agent, too, in allow.json beside agents.json.",
	.min = 2,
	.max = 2,
	.options = {
		[KEEP] = {"keep", 'k', NULL, "for later sessions of the agent, too"},
	},
	.run = run_allow,
};

const struct verb verb_deny = {
	.name = "deny",
	.group = VERB_SESSIONS,
	.args = "S NAME[:PORT]",
	.help = "take a rule back; connections by it are cut",
	.more = "The rule must be one that `vmdeck policy` shows.",
	.min = 2,
	.max = 2,
	.options = {
		[KEEP] = {"keep", 'k', NULL, "for later sessions of the agent, too"},
	},
	.run = run_deny,
};
