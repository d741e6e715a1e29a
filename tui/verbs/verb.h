/*
 * The command line as a table: each verb is a row with its arguments, options
 * and help, and one function. The table feeds the parser, `vmdeck help`, the
 * manual's check and the suggestions for what was mistyped. To add a verb,
 * write NAME.c and put its row into verb.c.
 */
#ifndef TUI_VERBS_VERB_H
#define TUI_VERBS_VERB_H

#include <stdbool.h>

#include "engine/base/paths.h"
#include "tui/talk.h"

enum { VERB_OPTIONS = 14 };

struct verb_option {
	const char *name; /* "timeout"; NULL ends the list */
	char letter;      /* or 0 */
	const char *arg;  /* "SEC"; NULL: takes none */
	const char *help;
};

enum verb_group { VERB_SESSIONS, VERB_CONSOLE, VERB_SETUP, VERB_ABOUT, VERB_GROUP_COUNT };
extern const char *const verb_group_titles[VERB_GROUP_COUNT];

struct call;

struct verb {
	const char *name;
	enum verb_group group;
	const char *args;  /* "AGENT...", "" */
	const char *help;  /* one line */
	const char *more;  /* paragraphs for `help VERB`; NULL: none */
	int min, max;      /* of arguments; max -1: any number */
	bool plain;        /* options end at the first argument: the rest is somebody else's */
	struct verb_option options[VERB_OPTIONS + 1];
	int (*run)(struct call *c); /* gives the exit code */
};

/* One use of a verb. */
struct call {
	const struct verb *verb;
	const struct paths *paths;
	const char *values[VERB_OPTIONS]; /* by the option's place; NULL: not given; a flag: "" */
	char **args;
	int n_args;
};

static inline bool call_has(const struct call *c, int option)
{
	return c->values[option] != NULL;
}
/* The option as a number in min..max; `dflt` when it was not given. -1 after
 * telling what is wrong with it. */
long long call_number(const struct call *c, int option, long long min, long long max,
		      long long dflt);

extern const struct verb *const verbs[]; /* in the order of help; NULL-ended */
const struct verb *verb_find(const char *name);

/* Take `argv` (the words after the verb) apart. 0, or -1 with the exit code in
 * *code after telling why; --help and --version are told here too. */
int verb_parse(struct call *c, const struct verb *v, int argc, char **argv, int *code);

/* Find the verb of a whole command line and run it; gives the exit code. */
int verb_main(int argc, char **argv);

/* The list of verbs, or one verb's page, through `put`. */
typedef void verb_put_fn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void verb_help_all(verb_put_fn *put);
void verb_help(const struct verb *v, verb_put_fn *put);
void verb_manual(verb_put_fn *put); /* docs/verbs.md */
/* The exit codes, a line each: code, tab, what it means. */
void verb_codes(char *out, size_t cap);
/* "vmdeck up [--name N] ... AGENT..." into out. */
const char *verb_usage(const struct verb *v, char *out, size_t cap);

extern const struct verb verb_dashboard, verb_demo, verb_attach, verb_up, verb_ls, verb_send,
	verb_screen, verb_record, verb_play, verb_wait, verb_logs, verb_exec, verb_cp, verb_changes, verb_diff, verb_keep, verb_resize, verb_stop, verb_kill,
	verb_restart, verb_rm, verb_agents, verb_check, verb_image, verb_doctor, verb_gc, verb_policy, verb_allow, verb_deny, verb_events,
	verb_keys, verb_theme, verb_info, verb_completion, verb_help_row;

#endif
