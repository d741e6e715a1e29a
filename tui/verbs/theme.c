/*
 * `theme`: which there are, and whether they can be read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/theme/file.h"
#include "tui/theme/theme.h"
#include "tui/verbs/verb.h"

enum { JSON };

/* One theme looked at. */
struct look {
	struct theme theme;
	struct theme_finding found[THEME_FINDINGS];
	size_t n;
	bool ok;
	struct error err;
};

static void look_at(struct look *l, const char *name, const struct paths *p)
{
	l->n = 0;
	l->ok = theme_load(&l->theme, name, p, &l->err) == 0;
	if (l->ok)
		l->n = theme_check(&l->theme, l->found, THEME_FINDINGS);
}

static cJSON *look_json(const struct look *l, const char *name)
{
	cJSON *j = cJSON_CreateObject(), *list;

	cJSON_AddStringToObject(j, "name", l->ok ? l->theme.name : name);
	cJSON_AddBoolToObject(j, "ok", l->ok && l->n == 0);
	if (!l->ok) {
		cJSON_AddStringToObject(j, "error", l->err.msg);
		cJSON_AddStringToObject(j, "fix", l->err.hint);
		return j;
	}
	cJSON_AddStringToObject(j, "path", l->theme.path);
	cJSON_AddBoolToObject(j, "dark", l->theme.dark);
	list = cJSON_AddArrayToObject(j, "hard_to_read");
	for (size_t i = 0; i < l->n; i++) {
		cJSON *f = cJSON_CreateObject();

		cJSON_AddStringToObject(f, "role", theme_role_names[l->found[i].role]);
		if (l->found[i].on != l->found[i].role)
			cJSON_AddStringToObject(f, "on", theme_role_names[l->found[i].on]);
		cJSON_AddNumberToObject(f, "contrast", l->found[i].contrast);
		cJSON_AddNumberToObject(f, "wanted", l->found[i].wanted);
		cJSON_AddItemToArray(list, f);
	}
	return j;
}

static void print_list(const struct look *l, const char *name)
{
	if (l->ok)
		say("%-20s %-6s %s\n", name, l->theme.dark ? "dark" : "light",
		    l->theme.path[0] ? l->theme.path : "built in");
	else
		say("%-20s broken %s\n", name, l->err.msg);
}

static void print_check(const struct look *l, const char *name)
{
	if (!l->ok) {
		talk_error(&l->err);
		return;
	}
	for (size_t i = 0; i < l->n; i++)
		say("%s: %s%s: contrast %.2f, should be %.1f\n", name,
		    theme_role_names[l->found[i].role],
		    l->found[i].on != l->found[i].role ? " in a box" : "", l->found[i].contrast,
		    l->found[i].wanted);
	if (l->n == 0)
		say("%s: ok\n", name);
}

static int look_all(struct call *c, char *const *names, size_t n, bool check)
{
	struct look *l = calloc(1, sizeof(*l));
	cJSON *j = call_has(c, JSON) ? cJSON_CreateObject() : NULL, *list = NULL;
	int code = EXIT_DONE;

	if (!l)
		return EXIT_FAILED;
	if (j) {
		cJSON_AddNumberToObject(j, "schema", 1);
		list = cJSON_AddArrayToObject(j, "themes");
	}
	for (size_t i = 0; i < n; i++) {
		look_at(l, names[i], c->paths);
		if (j)
			cJSON_AddItemToArray(list, look_json(l, names[i]));
		else if (check)
			print_check(l, names[i]);
		else
			print_list(l, names[i]);
		if (check && (!l->ok || l->n) && code == EXIT_DONE)
			code = l->ok ? EXIT_FAILED : exit_of(&l->err);
	}
	if (j)
		say_json(j);
	free(l);
	return code;
}

static int run(struct call *c)
{
	bool check = c->n_args && strcmp(c->args[0], "check") == 0;
	char **names;
	size_t n;
	int code;

	if (c->n_args && !check && strcmp(c->args[0], "list") != 0)
		return talk_usage("theme", "no \"%s\": there are list and check", c->args[0]);
	if (c->n_args > 1 && !check)
		return talk_usage("theme", "list takes no more; check takes names");
	if (c->n_args > 1)
		return look_all(c, c->args + 1, (size_t)c->n_args - 1, true);
	names = theme_names(c->paths, &n);
	code = look_all(c, names, n, check);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return code;
}

const struct verb verb_theme = {
	.name = "theme",
	.group = VERB_SETUP,
	.args = "[list | check [NAME|FILE]...]",
	.help = "list themes, or tell what is wrong with one",
	.more = "check fails when a file is wrong or a role is hard to read: text under a contrast\n"
		"of 4.5, borders and bars under 3 (WCAG).",
	.max = -1,
	.options = {
		[JSON] = {"json", 0, NULL, "one object"},
	},
	.run = run,
};
