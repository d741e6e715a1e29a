#include "engine/session/kept.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

#define KEPT "allow.json"
enum { KEPT_CAP = 1 << 20 };

/* NULL without err set when there is none. */
static cJSON *load(int dir, const char *path, struct error *err)
{
	AUTO_FREE char *text = NULL;
	size_t len;

	*err = (struct error){ 0 };
	if (faccessat(dir, path, F_OK, 0) < 0 && errno == ENOENT)
		return NULL;
	text = file_read(dir, path, KEPT_CAP, &len, err);
	return text ? json_parse(KEPT, text, len, true, err) : NULL;
}

static int apply_list(struct agent *a, const cJSON *list, bool allow, struct error *err)
{
	struct policy_rule r;
	struct error ignored;
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item))
			return error_set(err, 0, "rules must be texts");
		if (policy_rule_read(&r, item->valuestring, err) < 0)
			return -1;
		if (!allow)
			policy_remove(&a->network, &r, &ignored);
		else if (policy_add(&a->network, &r, err) < 0)
			return -1;
	}
	return 0;
}

int kept_apply(struct manifest *m, const struct paths *paths, struct error *err)
{
	char path[PATH_MAX];
	const cJSON *agents;
	AUTO_JSON cJSON *root = NULL;

	snprintf(path, sizeof(path), "%s/" KEPT, paths->config);
	root = load(AT_FDCWD, path, err);
	if (!root)
		return err->msg[0] ? -1 : 0;
	agents = cJSON_GetObjectItemCaseSensitive(root, "agents");
	for (size_t i = 0; i < m->n; i++) {
		const cJSON *o = cJSON_GetObjectItemCaseSensitive(agents, m->agents[i].name);

		if (apply_list(&m->agents[i], cJSON_GetObjectItemCaseSensitive(o, "deny"), false, err) < 0 ||
		    apply_list(&m->agents[i], cJSON_GetObjectItemCaseSensitive(o, "allow"), true, err) < 0) {
			error_hint(err, "mend or remove %s", path);
			return error_wrap(err, "%s: agent \"%s\"", path, m->agents[i].name);
		}
	}
	return 0;
}

/* The member of that name, made when it is missing. */
static cJSON *member(cJSON *o, const char *name, bool list)
{
	cJSON *j = cJSON_GetObjectItemCaseSensitive(o, name);

	if (j && (list ? cJSON_IsArray(j) : cJSON_IsObject(j)))
		return j;
	cJSON_DeleteItemFromObjectCaseSensitive(o, name);
	return list ? cJSON_AddArrayToObject(o, name) : cJSON_AddObjectToObject(o, name);
}

static void drop(cJSON *list, const char *text)
{
	for (int i = cJSON_GetArraySize(list) - 1; i >= 0; i--) {
		const cJSON *item = cJSON_GetArrayItem(list, i);

		if (cJSON_IsString(item) && !strcmp(item->valuestring, text))
			cJSON_DeleteItemFromArray(list, i);
	}
}

static int change(int dir, const char *agent, const char *rule, bool allow, struct error *err)
{
	AUTO_JSON cJSON *root = load(dir, KEPT, err);
	AUTO_FREE char *text = NULL;
	cJSON *a;

	if (!root && err->msg[0])
		return -1;
	if (!root)
		root = cJSON_CreateObject();
	if (!cJSON_GetObjectItemCaseSensitive(root, "schema"))
		cJSON_AddNumberToObject(root, "schema", 1);
	a = member(member(root, "agents", false), agent, false);
	drop(member(a, "allow", true), rule);
	drop(member(a, "deny", true), rule);
	cJSON_AddItemToArray(member(a, allow ? "allow" : "deny", true), cJSON_CreateString(rule));
	text = json_text(root, true);
	if (!text)
		return error_set(err, ENOMEM, KEPT);
	return file_write(dir, KEPT, text, strlen(text), 0600, err);
}

int kept_change(const struct paths *paths, const char *agent, const struct policy_rule *r, bool allow,
		struct error *err)
{
	char rule[POLICY_RULE_TEXT];
	AUTO_CLOSE int dir = -1;

	policy_rule_write(r, rule);
	if (dir_make(paths->config, 0700, err) < 0)
		return -1;
	dir = open(paths->config, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || flock(dir, LOCK_EX) < 0)
		return error_set(err, errno, "%s", paths->config);
	return change(dir, agent, rule, allow, err);
}
