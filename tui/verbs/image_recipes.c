/*
 * `image recipes`: what can be built.
 */
#include "engine/image/recipe.h"
#include "tui/verbs/image_parts.h"

static void list_json(void *arg, const struct recipe *r)
{
	cJSON *j = cJSON_CreateObject();

	cJSON_AddStringToObject(j, "name", r->name);
	cJSON_AddStringToObject(j, "title", r->title);
	cJSON_AddStringToObject(j, "base", r->base);
	cJSON_AddStringToObject(j, "path", r->path);
	cJSON_AddItemToArray(arg, j);
}

static void list_line(void *arg, const struct recipe *r)
{
	(void)arg;
	say("%-16s %-12s %-10s %s\n", r->name, r->base, r->path[0] ? "yours" : "built in", r->title);
}

static void list_bad(void *arg, const char *name, const struct error *err)
{
	(void)arg;
	talk("vmdeck: recipe %s: %s", name, err->msg);
}

int image_recipes(struct call *c)
{
	struct error err;
	int r;

	if (call_has(c, IMAGE_JSON)) {
		cJSON *j = cJSON_CreateObject();

		cJSON_AddNumberToObject(j, "schema", 1);
		r = recipe_each(c->paths->config, list_json, list_bad,
				cJSON_AddArrayToObject(j, "recipes"), &err);
		say_json(j);
	} else {
		say("%-16s %-12s %-10s %s\n", "RECIPE", "BASE", "", "TITLE");
		say("%-16s %-12s %-10s %s\n", "tiny", "-", "built in", "busybox, and nothing else");
		say("%-16s %-12s %-10s %s\n", "ubuntu-ci", "-", "built in",
		    "Ubuntu of Firecracker's tests, with its kernel");
		r = recipe_each(c->paths->config, list_line, list_bad, NULL, &err);
	}
	return r < 0 ? talk_error(&err) : EXIT_DONE;
}
