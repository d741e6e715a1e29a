#include "tui/verbs/verb.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"

const char *const verb_group_titles[] = {
	[VERB_SESSIONS] = "Sessions",
	[VERB_CONSOLE] = "Consoles",
	[VERB_SETUP] = "Setting up",
	[VERB_ABOUT] = "About",
};
static_assert(sizeof(verb_group_titles) / sizeof(*verb_group_titles) == VERB_GROUP_COUNT,
	      "a title for each");

const struct verb *const verbs[] = {
	&verb_dashboard, &verb_up,    &verb_ls,     &verb_stop,  &verb_kill,       &verb_restart,
	&verb_rm,        &verb_policy, &verb_allow, &verb_deny,  &verb_events,     &verb_gc,    &verb_attach, &verb_send,  &verb_screen, &verb_record, &verb_play,     &verb_wait,
	&verb_logs,      &verb_exec,  &verb_cp, &verb_changes, &verb_diff, &verb_keep,     &verb_resize, &verb_agents,     &verb_check,
	&verb_image,     &verb_doctor, &verb_theme,  &verb_keys,  &verb_completion, &verb_info,
	&verb_demo,      &verb_help_row, NULL,
};

enum {
	VERBS_MAX = sizeof(verbs) / sizeof(*verbs),
	OPT_HELP = 1000, /* beyond letters and places */
	OPT_VERSION,
	OPT_FIRST = 2000,
};

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; verbs[i]; i++) {
		if (strcmp(verbs[i]->name, name) == 0)
			return verbs[i];
	}
	return NULL;
}

/* What getopt wants of a table row. */
struct wanted {
	struct option longs[VERB_OPTIONS + 3];
	char shorts[2 * VERB_OPTIONS + 4];
	const char *names[VERB_OPTIONS + 3];
};

static void wanted_fill(struct wanted *w, const struct verb *v)
{
	size_t n = 0, s = 0;

	*w = (struct wanted){0};
	if (v->plain)
		w->shorts[s++] = '+';
	w->shorts[s++] = ':';
	w->shorts[s++] = 'h';
	for (; v->options[n].name; n++) {
		const struct verb_option *o = &v->options[n];

		w->longs[n] = (struct option){o->name, o->arg ? required_argument : no_argument,
					      NULL, OPT_FIRST + (int)n};
		w->names[n] = o->name;
		if (o->letter) {
			w->shorts[s++] = o->letter;
			if (o->arg)
				w->shorts[s++] = ':';
		}
	}
	w->longs[n] = (struct option){"help", no_argument, NULL, OPT_HELP};
	w->names[n++] = "help";
	w->longs[n] = (struct option){"version", no_argument, NULL, OPT_VERSION};
	w->names[n++] = "version";
}

static int place_of(const struct verb *v, int c)
{
	if (c >= OPT_FIRST)
		return c - OPT_FIRST;
	for (int i = 0; v->options[i].name; i++) {
		if (v->options[i].letter == c)
			return i;
	}
	return -1;
}

static int unknown_option(const struct verb *v, const struct wanted *w, const char *word)
{
	char name[64];
	const char *near;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + strspn(word, "-"), "="),
		 word + strspn(word, "-"));
	near = word[0] == '-' && word[1] == '-' ? text_nearest(name, w->names) : NULL;
	if (!near)
		return talk_usage(v->name, "unknown option %s", word);
	return talk_usage(v->name, "unknown option --%s; the nearest is --%s", name, near);
}

static int option_without_value(const struct verb *v, int place)
{
	if (place < 0)
		return talk_usage(v->name, "an option lacks its value");
	return talk_usage(v->name, "--%s needs a value: --%s %s", v->options[place].name,
			  v->options[place].name, v->options[place].arg);
}

static int count_ok(const struct call *c)
{
	const struct verb *v = c->verb;

	if (c->n_args < v->min)
		return talk_usage(v->name, c->n_args ? "more is needed: %s" : "needs %s", v->args);
	if (v->max >= 0 && c->n_args > v->max && v->max == 0)
		return talk_usage(v->name, "takes no arguments; what is \"%s\"?", c->args[0]);
	if (v->max >= 0 && c->n_args > v->max)
		return talk_usage(v->name, "\"%s\" is too much: takes %s", c->args[v->max], v->args);
	return 0;
}

int verb_parse(struct call *c, const struct verb *v, int argc, char **argv, int *code)
{
	struct wanted w;
	int o, at;

	*c = (struct call){.verb = v, .paths = c->paths};
	wanted_fill(&w, v);
	opterr = 0;
	optind = 0; /* start anew: glibc */
	while (at = optind ? optind : 1,
	       (o = getopt_long(argc, argv, w.shorts, w.longs, NULL)) != -1) {
		int place = place_of(v, o);

		if (o == OPT_HELP || o == 'h') {
			verb_help(v, say);
			*code = EXIT_DONE;
			return -1;
		}
		if (o == OPT_VERSION) {
			say("vmdeck %s\n", VERSION);
			*code = EXIT_DONE;
			return -1;
		}
		if (o == ':') {
			*code = option_without_value(v, place_of(v, optopt));
			return -1;
		}
		if (place < 0) {
			*code = unknown_option(v, &w, argv[optind > at ? optind - 1 : at]);
			return -1;
		}
		c->values[place] = optarg ? optarg : "";
	}
	c->args = argv + optind;
	c->n_args = argc - optind;
	*code = count_ok(c);
	return *code ? -1 : 0;
}

static int unknown_verb(const char *word)
{
	const char *names[VERBS_MAX + 1] = {NULL}, *near;

	for (size_t i = 0; verbs[i]; i++)
		names[i] = verbs[i]->name;
	near = text_nearest(word, names);
	talk("vmdeck: no verb \"%s\"", word);
	if (near)
		talk("  fix: vmdeck %s, or vmdeck help for all of them", near);
	else
		talk("  fix: vmdeck help lists them");
	return EXIT_USAGE;
}

int verb_main(int argc, char **argv)
{
	const struct verb *v = &verb_dashboard;
	struct paths paths;
	struct call call = {.paths = &paths};
	struct error err;
	int code;

	if (argc > 1 && argv[1][0] != '-') {
		v = verb_find(argv[1]);
		if (!v)
			return unknown_verb(argv[1]);
		argc--;
		argv++;
	}
	if (verb_parse(&call, v, argc, argv, &code) < 0) {
		if (v == &verb_dashboard && code == EXIT_DONE && argc > 1 &&
		    (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0))
			verb_help_all(say);
		return code;
	}
	if (paths_init(&paths, &err) < 0)
		return talk_error(&err);
	return v->run(&call);
}
