/*
 * `help`, and the pages that it and --help show, made from the table.
 */
#include <stdio.h>
#include <string.h>

#include "tui/verbs/manual.h"
#include "tui/verbs/verb.h"

static const struct {
	int code;
	const char *means;
} codes[] = {
	{EXIT_DONE, "done"},
	{EXIT_FAILED, "failed"},
	{EXIT_USAGE, "wrong use of the command line"},
	{EXIT_BLOCKED, "preflight blocks it"},
	{EXIT_NOT_FOUND, "not found"},
	{EXIT_CONFLICT, "conflict: the name is taken, the session is alive, or has ended"},
	{EXIT_UNAVAILABLE, "the backend is not available"},
	{EXIT_TIMED_OUT, "timed out"},
	{EXIT_DENIED, "not permitted"},
	{EXIT_INTERRUPTED, "interrupted"},
};

enum { LEFT = 28 }; /* columns for a verb and its arguments */

static size_t add(char *out, size_t cap, size_t n, const char *text)
{
	int k = n < cap ? snprintf(out + n, cap - n, "%s", text) : 0;

	return n + (k > 0 ? (size_t)k : 0);
}

void verb_codes(char *out, size_t cap)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes) && n < cap; i++)
		n += (size_t)snprintf(out + n, cap - n, "%d\t%s\n", codes[i].code, codes[i].means);
}

const char *verb_usage(const struct verb *v, char *out, size_t cap)
{
	size_t n = add(out, cap, 0, "vmdeck ");

	n = add(out, cap, n, v->name);
	for (int i = 0; v->options[i].name; i++) {
		n = add(out, cap, n, " [--");
		n = add(out, cap, n, v->options[i].name);
		if (v->options[i].arg) {
			n = add(out, cap, n, " ");
			n = add(out, cap, n, v->options[i].arg);
		}
		n = add(out, cap, n, "]");
	}
	if (v->args[0]) {
		n = add(out, cap, n, " ");
		add(out, cap, n, v->args);
	}
	return out;
}

void verb_help(const struct verb *v, verb_put_fn *put)
{
	char usage[512], left[64];

	put("usage: %s\n\n%s\n", verb_usage(v, usage, sizeof(usage)), v->help);
	if (v->more)
		put("\n%s\n", v->more);
	put("\n");
	for (int i = 0; v->options[i].name; i++) {
		const struct verb_option *o = &v->options[i];

		snprintf(left, sizeof(left), "%c%c%s--%s%s%s", o->letter ? '-' : ' ',
			 o->letter ? o->letter : ' ', o->letter ? ", " : "  ", o->name,
			 o->arg ? " " : "", o->arg ? o->arg : "");
		put("  %-26s %s\n", left, o->help);
	}
	put("  %-26s %s\n", "-h, --help", "this page");
}

void verb_help_all(verb_put_fn *put)
{
	char left[64];

	put("vmdeck %s: AI agents in microVMs, and their consoles on one screen\n", VERSION);
	for (int g = 0; g < VERB_GROUP_COUNT; g++) {
		put("\n%s\n", verb_group_titles[g]);
		for (size_t i = 0; verbs[i]; i++) {
			const struct verb *v = verbs[i];

			if ((int)v->group != g)
				continue;
			snprintf(left, sizeof(left), "%s%s%s", v->name, v->args[0] ? " " : "", v->args);
			put("  %-*s", LEFT, left);
			if (strlen(left) > LEFT)
				put("\n  %-*s", LEFT, "");
			put(" %s\n", v->help);
		}
	}
	put("\nvmdeck VERB --help tells a verb's options; S is a session as vmdeck ls names it.\n"
	    "Reading verbs take --json. Data goes to stdout, talk to stderr.\n\nExit codes\n");
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		put("  %-4d %s\n", codes[i].code, codes[i].means);
}

/* "a\nb" as one line. */
static void put_joined(verb_put_fn *put, const char *text)
{
	for (; *text; text += strcspn(text, "\n")) {
		text += strspn(text, "\n");
		put("%.*s\n", (int)strcspn(text, "\n"), text);
	}
}

static void manual_verb(const struct verb *v, verb_put_fn *put)
{
	char usage[512];

	put("\n### %s\n\n    %s\n\n", v->name, verb_usage(v, usage, sizeof(usage)));
	put("%c%s.\n", v->help[0] >= 'a' && v->help[0] <= 'z' ? v->help[0] - 32 : v->help[0],
	    v->help + 1);
	if (v->more) {
		put("\n");
		put_joined(put, v->more);
	}
	if (v->options[0].name)
		put("\n| option | |\n| --- | --- |\n");
	for (int i = 0; v->options[i].name; i++) {
		const struct verb_option *o = &v->options[i];

		put("| `--%s%s", o->name, o->arg ? " " : "");
		manual_cell(put, o->arg ? o->arg : "");
		put("`");
		if (o->letter)
			put(", `-%c`", o->letter);
		put(" | %s |\n", o->help);
	}
}

void verb_manual(verb_put_fn *put)
{
	put("# The verbs\n\n"
	    "Made by `vmdeck help --manual > docs/verbs.md` from the table that parses the command\n"
	    "line; a test holds the two together.\n\n"
	    "Every action of the dashboard is a verb. Data goes to stdout, talk to stderr, so\n"
	    "`id=$(vmdeck up shell)` is the new session's name. Reading verbs take `--json`: one\n"
	    "object with `\"schema\": 1`; keys may be added to it, and none changes its meaning\n"
	    "without another number. Verbs that destroy something ask on a terminal, and need\n"
	    "`--yes` where there is none. Text from a guest, a file name or another program's error\n"
	    "is cleaned of control characters before it is printed.\n\n"
	    "S is a session as `vmdeck ls` names it. `--help` and `--version` work everywhere.\n\n"
	    "## Exit codes\n\n| code | |\n| --- | --- |\n");
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		put("| %d | %s |\n", codes[i].code, codes[i].means);
	put("\n`exec` gives the command's own code, 128 + N when signal N ended it.\n");
	for (int g = 0; g < VERB_GROUP_COUNT; g++) {
		put("\n## %s\n", verb_group_titles[g]);
		for (size_t i = 0; verbs[i]; i++) {
			if ((int)verbs[i]->group == g)
				manual_verb(verbs[i], put);
		}
	}
}

enum { MANUAL, MAN, KEYS };

static int run(struct call *c)
{
	const struct verb *v;

	if (call_has(c, MANUAL)) {
		verb_manual(say);
		return EXIT_DONE;
	}
	if (call_has(c, MAN) || call_has(c, KEYS)) {
		(call_has(c, MAN) ? manual_page : manual_keys)(say);
		return EXIT_DONE;
	}
	if (c->n_args == 0) {
		verb_help_all(say);
		return EXIT_DONE;
	}
	v = verb_find(c->args[0]);
	if (!v)
		return talk_usage("", "no verb \"%s\"", c->args[0]);
	verb_help(v, say);
	return EXIT_DONE;
}

const struct verb verb_help_row = {
	.name = "help",
	.group = VERB_ABOUT,
	.args = "[VERB]",
	.help = "all verbs, or one in full",
	.max = 1,
	.options = {
		[MANUAL] = {"manual", 0, NULL, "all of it, as docs/verbs.md"},
		[MAN] = {"man", 0, NULL, "the manual page vmdeck(1), from the tables of verbs and keys"},
		[KEYS] = {"keys", 0, NULL, "the table of keys, as docs/keys.md"},
	},
	.run = run,
};
