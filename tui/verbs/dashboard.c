/*
 * `dashboard`, `attach`, `demo`: the verbs that take the whole terminal.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/session/sessions.h"
#include "engine/session/sweep.h"
#include "tui/desk/dashboard.h"
#include "tui/linear/linear.h"
#include "tui/theme/theme.h"
#include "tui/verbs/verb.h"

enum { THEME, COLOR, ASCII, PLAIN };
enum { VERBS_SHOWN = 128 };

static int read_options(const struct call *c, struct dashboard_options *o)
{
	static const char *const modes[] = {
		[COLOR_AUTO] = "auto",
		[COLOR_ALWAYS] = "always",
		[COLOR_NEVER] = "never",
	};
	const char *color = c->values[COLOR];

	*o = (struct dashboard_options){
		.paths = c->paths,
		.theme = c->values[THEME],
		.ascii = call_has(c, ASCII),
	};
	if (!color)
		return 0;
	for (int i = 0; i < 3; i++) {
		if (strcmp(color, modes[i]) == 0) {
			o->color = (enum color_mode)i;
			return 0;
		}
	}
	return talk_usage(c->verb->name, "--color is auto, always or never");
}

static int show(const struct dashboard_options *o)
{
	const char *term = getenv("TERM");
	struct theme theme;
	struct error err;
	int r;

	if (!term || !*term || strcmp(term, "dumb") == 0) {
		talk("vmdeck: this terminal (TERM=%s) cannot move its cursor", term ? term : "");
		talk("  fix: vmdeck --plain; vmdeck ls, up, screen, send and wait need none, too");
		return EXIT_USAGE;
	}
	/* Asked for by name just now: the dashboard's notice and default would not do. */
	if (o->theme && theme_load(&theme, o->theme, o->paths, &err) < 0)
		return talk_error(&err);
	r = dashboard_run(o, &err);
	return r < 0 ? talk_error(&err) : r;
}

static bool on_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static bool draws(const struct verb *v)
{
	return v == &verb_dashboard || v == &verb_attach || v == &verb_demo || v == &verb_play;
}

static int show_plain(const struct paths *paths)
{
	struct linear_verb known[VERBS_SHOWN + 1] = { { 0 } };
	struct error err;
	int r;

	for (size_t i = 0; verbs[i] && i < VERBS_SHOWN; i++)
		known[i] = (struct linear_verb){ verbs[i]->name, verbs[i]->args, draws(verbs[i]) };
	r = linear_run(paths, known, &err);
	return r < 0 ? talk_error(&err) : r;
}

static int run_dashboard(struct call *c)
{
	struct dashboard_options o;

	if (read_options(c, &o))
		return EXIT_USAGE;
	if (call_has(c, PLAIN))
		return show_plain(c->paths);
	if (!on_terminal()) {
		verb_help_all(talk_part);
		return EXIT_USAGE;
	}
	sessions_sweep(c->paths);
	return show(&o);
}

const struct verb verb_dashboard = {
	.name = "dashboard",
	.group = VERB_SESSIONS,
	.args = "",
	.help = "all sessions on one screen; what vmdeck alone does",
	.more = "With --plain it is a conversation of lines instead: changes come as sentences,\n"
		"commands are words: list, launch AGENT, follow S (what is new on it is read\n"
		"out), next (who waits for you), read S, type S TEXT, key S NAME, remove, help,\n"
		"quit, and all verbs. Nothing is drawn, coloured or moved: for a screen reader, a\n"
		"terminal that cannot move its cursor, a pipe. docs/plain.md tells more.",
	.options = {
		[THEME] = {"theme", 't', "NAME|FILE", "colours; vmdeck theme lists them"},
		[COLOR] = {"color", 0, "WHEN", "auto, always, never"},
		[ASCII] = {"ascii", 0, NULL, "draw with ASCII only"},
		[PLAIN] = {"plain", 0, NULL, "lines instead of a screen"},
	},
	.run = run_dashboard,
};

static int need_terminal(const char *verb)
{
	if (on_terminal())
		return 0;
	talk("vmdeck %s: needs a terminal", verb);
	talk("  fix: vmdeck screen S prints a console, vmdeck send S types into one");
	return EXIT_USAGE;
}

static int run_attach(struct call *c)
{
	struct dashboard_options o;
	struct error err;
	int dir;

	if (read_options(c, &o) || need_terminal("attach"))
		return EXIT_USAGE;
	dir = session_dir(c->paths, c->args[0], &err);
	if (dir < 0)
		return talk_error(&err);
	close(dir);
	o.attach = c->args[0];
	return show(&o);
}

const struct verb verb_attach = {
	.name = "attach",
	.group = VERB_CONSOLE,
	.args = "S",
	.help = "one console on the whole terminal",
	.min = 1,
	.max = 1,
	.options = {
		[THEME] = {"theme", 't', "NAME|FILE", "colours; vmdeck theme lists them"},
		[COLOR] = {"color", 0, "WHEN", "auto, always, never"},
		[ASCII] = {"ascii", 0, NULL, "draw with ASCII only"},
	},
	.run = run_attach,
};

/* A place of its own for what the demo makes; settings and themes are the
 * operator's. */
static int demo_home(struct paths *p, char *dir, size_t cap, struct error *err)
{
	const char *tmp = getenv("TMPDIR");

	if (snprintf(dir, cap, "%s/vmdeck-demo-XXXXXX", tmp && tmp[0] == '/' ? tmp : "/tmp") >= (int)cap)
		return error_set(err, ENAMETOOLONG, "TMPDIR");
	if (!mkdtemp(dir))
		return error_set(err, errno, "make %s", dir);
	snprintf(p->data, sizeof(p->data), "%s/data", dir);
	snprintf(p->cache, sizeof(p->cache), "%s/cache", dir);
	snprintf(p->state, sizeof(p->state), "%s/state", dir);
	return 0;
}

static int run_demo(struct call *c)
{
	struct paths own = *c->paths;
	struct dashboard_options o;
	char dir[256];
	struct error err;
	int code;

	if (read_options(c, &o) || need_terminal("demo"))
		return EXIT_USAGE;
	if (demo_home(&own, dir, sizeof(dir), &err) < 0)
		return talk_error(&err);
	o.paths = &own;
	o.demo = true;
	code = show(&o);
	if (dir_remove(AT_FDCWD, dir, &err) < 0)
		talk_error(&err);
	return code;
}

const struct verb verb_demo = {
	.name = "demo",
	.group = VERB_ABOUT,
	.args = "",
	.help = "try every key on scripted consoles, without a VM",
	.more = "Everything it starts and writes is gone when it ends.",
	.options = {
		[THEME] = {"theme", 't', "NAME|FILE", "colours; vmdeck theme lists them"},
		[COLOR] = {"color", 0, "WHEN", "auto, always, never"},
		[ASCII] = {"ascii", 0, NULL, "draw with ASCII only"},
	},
	.run = run_demo,
};
