/*
 * `info`: what is in force here, and where each thing came from.
 */
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/check/trial.h"
#include "engine/image/kernel.h"
#include "engine/session/manifest.h"
#include "engine/session/standby.h"
#include "tui/order.h"
#include "tui/settings.h"
#include "tui/stores.h"
#include "tui/theme/theme.h"
#include "tui/verbs/verb.h"

enum { JSON };
enum { ITEMS = 24 };

/* One fact: its name, its value, who said so. */
struct item {
	const char *name;
	char value[PATH_MAX];
	char from[64];
};

struct info {
	struct item *items;
	size_t n;
};

static void add(struct info *i, const char *name, const char *value, const char *from)
{
	struct item *it = &i->items[i->n];

	if (i->n == ITEMS)
		return;
	i->n++;
	it->name = name;
	snprintf(it->value, sizeof(it->value), "%s", value);
	snprintf(it->from, sizeof(it->from), "%s", from);
}

static const char *said_by(const char *own, const char *xdg)
{
	const char *v;

	if ((v = getenv(own)) && *v)
		return own;
	return (v = getenv(xdg)) && v[0] == '/' ? xdg : "HOME";
}

static void add_paths(struct info *i, const struct paths *p)
{
	add(i, "config", p->config, said_by("VMDECK_HOME", "XDG_CONFIG_HOME"));
	add(i, "data", p->data, said_by("VMDECK_HOME", "XDG_DATA_HOME"));
	add(i, "cache", p->cache, said_by("VMDECK_HOME", "XDG_CACHE_HOME"));
	add(i, "state", p->state, said_by("VMDECK_HOME", "XDG_STATE_HOME"));
}

static void add_chosen_theme(struct info *i, const struct paths *p)
{
	struct order *o = calloc(1, sizeof(*o));
	const char *terminal = theme_default(getenv("COLORFGBG"));
	bool told = strcmp(terminal, THEME_DEFAULT) != 0;

	if (o)
		order_load(o, p);
	if (o && o->theme[0])
		add(i, "theme", o->theme, "picked with t");
	else
		add(i, "theme", terminal, told ? "COLORFGBG" : "default");
	free(o);
}

static void add_settings(struct info *i, const struct paths *p)
{
	const char *env = getenv("VMDECK_THEME"), *no_color = getenv("NO_COLOR");
	struct settings s;
	struct error err;
	char text[32];

	settings_init(&s);
	if (settings_load(&s, p, &err) < 0)
		add(i, "settings", err.msg, "broken: the defaults hold");
	else
		add(i, "settings", s.path, s.exists ? "file" : "no such file: the defaults hold");
	if (env && *env)
		add(i, "theme", env, "VMDECK_THEME");
	else if (s.theme[0])
		add(i, "theme", s.theme, "config.json");
	else
		add_chosen_theme(i, p);
	add(i, "color", no_color && *no_color ? "never" : "auto",
	    no_color && *no_color ? "NO_COLOR" : "default");
	add(i, "mouse", s.mouse ? "on" : "off", s.exists ? "config.json or default" : "default");
	snprintf(text, sizeof(text), "%u ms", s.escdelay);
	add(i, "escdelay", text, s.exists ? "config.json or default" : "default");
	add(i, "charset", nl_langinfo(CODESET), "locale");
	add(i, "terminal", getenv("TERM") ? getenv("TERM") : "", "TERM");
}

static void add_manifest(struct info *i, const struct paths *p)
{
	struct manifest m;
	struct error err;

	if (manifest_load(&m, p, &err) < 0) {
		add(i, "manifest", err.msg, "broken");
		return;
	}
	add(i, "manifest", m.path, m.exists ? "file" : "no such file: built-in agents only");
	manifest_done(&m);
}

static void add_kernel(struct info *i, const struct paths *p)
{
	char dir[PATH_MAX];
	struct kernel k;
	struct error err;
	int r = kernels_dir(p, dir, &err);

	if (r == 0)
		r = kernel_find(dir, NULL, &k, &err);
	if (r == 0)
		add(i, "kernel", k.vmlinux, "newest in the cache");
	else
		add(i, "kernel", r == 1 ? "none yet" : err.msg, "cache");
}

static void add_standby(struct info *i, const struct paths *p)
{
	struct error ignored;
	AUTO_CLOSE int all = standby_dir(p, false, &ignored);
	AUTO_FREE struct standby *list = NULL;
	unsigned ready = 0, making = 0;
	char text[64];
	size_t n = 0;

	if (all >= 0)
		standby_list(all, &list, &n, &ignored);
	for (size_t k = 0; k < n; k++) {
		ready += list[k].alive && list[k].ready;
		making += list[k].alive && !list[k].ready;
	}
	snprintf(text, sizeof(text), "%u ready, %u being made", ready, making);
	add(i, "standby", text, standby_number(p) ? "wanted by config.json or a dashboard" : "none wanted");
}

/* As preflight's E05: of the processes that read a guest's bytes. */
static void add_guards(struct info *i)
{
	char found[PATH_MAX], program[PATH_MAX];
	bool there = process_find(backend_qemu.program, found, sizeof(found)) == 0 && realpath(found, program);
	struct guards_trial t;
	char line[sizeof(t.lacks) + 64];

	trial_guards(there ? program : NULL, &t);
	snprintf(line, sizeof(line), "sessions go without: %s", t.lacks);
	add(i, "guards", t.code ? line : "all that there are", "tried");
}

static void add_backends(struct info *i)
{
	for (size_t b = 0; backends[b]; b++) {
		char line[256];
		struct error err;

		if (!backends[b]->probe)
			add(i, backends[b]->name, backends[b]->title, "built in");
		else if (backends[b]->probe(line, sizeof(line), &err) < 0)
			add(i, backends[b]->name, err.msg, "not available");
		else
			add(i, backends[b]->name, line, "backend");
	}
}

static void print(const struct info *i)
{
	for (size_t n = 0; n < i->n; n++)
		say("%-10s %s (%s)\n", i->items[n].name, i->items[n].value, i->items[n].from);
}

static void print_json(const struct info *i)
{
	cJSON *j = cJSON_CreateObject(), *list;

	cJSON_AddNumberToObject(j, "schema", 1);
	list = cJSON_AddObjectToObject(j, "info");
	for (size_t n = 0; n < i->n; n++) {
		cJSON *o = cJSON_AddObjectToObject(list, i->items[n].name);

		cJSON_AddStringToObject(o, "value", i->items[n].value);
		cJSON_AddStringToObject(o, "from", i->items[n].from);
	}
	say_json(j);
}

static int run(struct call *c)
{
	struct info i = {.items = calloc(ITEMS, sizeof(struct item))};
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (!i.items)
		return EXIT_FAILED;
	exe[n > 0 ? n : 0] = '\0';
	add(&i, "vmdeck", VERSION, exe);
	add_paths(&i, c->paths);
	add_settings(&i, c->paths);
	add_manifest(&i, c->paths);
	add_kernel(&i, c->paths);
	add_standby(&i, c->paths);
	add_guards(&i);
	add_backends(&i);
	if (call_has(c, JSON))
		print_json(&i);
	else
		print(&i);
	free(i.items);
	return EXIT_DONE;
}

const struct verb verb_info = {
	.name = "info",
	.group = VERB_ABOUT,
	.args = "",
	.help = "what is in force here, and where each thing came from",
	.options = {
		[JSON] = {"json", 0, NULL, "one object"},
	},
	.run = run,
};
