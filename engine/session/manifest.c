#include "engine/session/manifest.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/session/builtin.h"
#include "engine/session/kept.h"
#include "engine/session/manifest_parts.h"

enum { MANIFEST_CAP = 1 << 20 };

static void agent_done(struct agent *a)
{
	for (int i = 0; i < AGENT_ARGS; i++) {
		free(a->argv[i]);
		free(a->env[i]);
	}
	for (size_t i = 0; i < a->n_files; i++)
		free(a->files[i].text);
	credentials_done(a->credentials, a->n_credentials);
	free(a->prompt);
}

void manifest_done(struct manifest *m)
{
	for (size_t i = 0; i < m->n; i++)
		agent_done(&m->agents[i]);
	free(m->agents);
	*m = (struct manifest){ 0 };
}

static void agent_defaults(struct agent *a, const char *name)
{
	*a = (struct agent){ .memory_mib = 512, .cpus = 1, .disk_mib = 4096 };
	snprintf(a->name, sizeof(a->name), "%s", name);
	strcpy(a->backend, "qemu");
	strcpy(a->image, "tiny");
	a->network.mode = POLICY_ALLOWLIST;
	strcpy(a->policy, policy_mode_names[POLICY_ALLOWLIST]);
}

static int find_builtin_or_add(struct manifest *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (!strcmp(m->agents[i].name, name)) {
			agent_done(&m->agents[i]);
			return (int)i;
		}
	return (int)m->n++;
}

static int check_name(const char *name, struct error *err)
{
	size_t n = strlen(name);
	char shown[64];

	if (n && n <= AGENT_NAME_MAX && islower((unsigned char)name[0]) &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == n)
		return 0;
	error_set(err, 0, "\"%s\" is not a name", text_clean_str(shown, sizeof(shown), name));
	error_hint(err, "a letter, then letters, digits and dashes, at most %d, all lower case",
		   AGENT_NAME_MAX);
	return -1;
}

static int read_entry(struct manifest *m, cJSON *known, const cJSON *entry, bool builtin,
		      struct error *err)
{
	struct agent *a;
	cJSON *all;

	if (m->n == AGENTS_MAX)
		return error_set(err, 0, "more than %d agents", AGENTS_MAX);
	if (!cJSON_IsObject(entry))
		return error_set(err, 0, "must be an object");
	all = manifest_inherit(known, entry, err);
	if (!all)
		return -1;
	cJSON_DeleteItemFromObjectCaseSensitive(known, entry->string);
	cJSON_AddItemToObject(known, entry->string, all);
	a = &m->agents[find_builtin_or_add(m, entry->string)];
	agent_defaults(a, entry->string);
	a->builtin = builtin;
	return manifest_agent(a, all, &m->providers, err);
}

static int read_all(struct manifest *m, cJSON *known, const cJSON *root, bool builtin,
		    struct error *err)
{
	static const char *const keys[] = { "agents", "providers", "schema", NULL };
	const cJSON *agents, *item;

	if (!cJSON_IsObject(root))
		return error_set(err, 0, "must be an object with \"agents\"");
	if (json_known(root, "at the top", keys, err) < 0)
		return -1;
	if (providers_read(&m->providers, cJSON_GetObjectItemCaseSensitive(root, "providers"), err) < 0)
		return -1;
	agents = cJSON_GetObjectItemCaseSensitive(root, "agents");
	if (agents && !cJSON_IsObject(agents))
		return error_set(err, 0, "\"agents\" must be an object of NAME: {...}");
	cJSON_ArrayForEach(item, agents)
	{
		if (check_name(item->string, err) < 0)
			return -1;
		for (const cJSON *other = agents->child; other != item; other = other->next)
			if (!strcmp(other->string, item->string))
				return error_set(err, 0, "agent \"%s\" is there twice", item->string);
		if (read_entry(m, known, item, builtin, err) < 0)
			return error_wrap(err, "agent \"%s\"", item->string);
	}
	return 0;
}

static int add_builtins(struct manifest *m, cJSON *known, struct error *err)
{
	AUTO_JSON cJSON *root = NULL;

	m->agents = calloc(AGENTS_MAX, sizeof(*m->agents));
	if (!m->agents)
		return error_set(err, errno, "manifest");
	root = json_parse("the built-in agents", builtin_agents, strlen(builtin_agents), true, err);
	return root ? read_all(m, known, root, true, err) : -1;
}

static int read_whole(struct manifest *m, const char *path, struct error *err)
{
	AUTO_JSON cJSON *known = cJSON_CreateObject(), *root = NULL;
	AUTO_FREE char *text = NULL;
	size_t len;

	snprintf(m->path, sizeof(m->path), "%s", path);
	if (add_builtins(m, known, err) < 0)
		return -1;
	if (!m->exists)
		return 0;
	text = file_read(AT_FDCWD, path, MANIFEST_CAP, &len, err);
	if (!text)
		return -1;
	root = json_parse(path, text, len, true, err);
	if (!root)
		return -1;
	if (read_all(m, known, root, false, err) < 0)
		return error_wrap(err, "%s", path);
	/* What the file says of a provider holds for the built-in agents, too. */
	for (size_t i = 0; i < m->n; i++)
		credentials_refresh(m->agents[i].credentials, m->agents[i].n_credentials, &m->providers);
	return 0;
}

static int read_or_nothing(struct manifest *m, const char *path, bool exists, struct error *err)
{
	*m = (struct manifest){ .exists = exists };
	if (read_whole(m, path, err) == 0)
		return 0;
	manifest_done(m);
	return -1;
}

int manifest_read(struct manifest *m, const char *path, struct error *err)
{
	return read_or_nothing(m, path, true, err);
}

int manifest_load(struct manifest *m, const struct paths *paths, struct error *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/agents.json", paths->config);
	if (read_or_nothing(m, path, access(path, F_OK) == 0 || errno != ENOENT, err) < 0)
		return -1;
	if (kept_apply(m, paths, err) == 0)
		return 0;
	manifest_done(m);
	return -1;
}

const struct agent *manifest_find(const struct manifest *m, const char *name, struct error *err)
{
	const char *names[AGENTS_MAX + 1] = { 0 };
	char shown[64];
	const char *near;

	for (size_t i = 0; i < m->n; i++) {
		names[i] = m->agents[i].name;
		if (!strcmp(names[i], name))
			return &m->agents[i];
	}
	error_set(err, 0, "no agent \"%s\"", text_clean_str(shown, sizeof(shown), name));
	err->code = ENOENT;
	near = text_nearest(name, names);
	if (near)
		error_hint(err, "did you mean \"%s\"? vmdeck agents lists them", near);
	else
		error_hint(err, "vmdeck agents lists them; they are described in %s", m->path);
	return NULL;
}
