#include "engine/image/description.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

enum {
	STRINGS_MAX = 256,
};

static const char *const cpu_names[] = {
	[IMAGE_CPU_DEFAULT] = "default",
	[IMAGE_CPU_MAX] = "max",
};
static_assert(sizeof(cpu_names) / sizeof(cpu_names[0]) == IMAGE_CPU_MAX + 1, "a name for each");

static const char *const boot_names[] = {
	[IMAGE_BOOT_AGENT] = "agent",
	[IMAGE_BOOT_INIT] = "init",
};
static_assert(sizeof(boot_names) / sizeof(boot_names[0]) == IMAGE_BOOT_INIT + 1, "a name for each");
static const char *const root_names[] = {
	[IMAGE_ROOT_OVERLAY] = "overlay",
	[IMAGE_ROOT_CLONE] = "clone",
};
static_assert(sizeof(root_names) / sizeof(root_names[0]) == IMAGE_ROOT_CLONE + 1, "a name for each");

const char *image_root_name(enum image_root r)
{
	return root_names[r];
}

static int by_word(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return (int)i;
	return -1;
}

int image_boot_by_name(const char *name, enum image_boot *out)
{
	int i = by_word(boot_names, IMAGE_BOOT_INIT + 1, name);

	*out = i > 0 ? (enum image_boot)i : IMAGE_BOOT_AGENT;
	return i < 0 ? -1 : 0;
}

int image_root_by_name(const char *name, enum image_root *out)
{
	int i = by_word(root_names, IMAGE_ROOT_CLONE + 1, name);

	*out = i > 0 ? (enum image_root)i : IMAGE_ROOT_OVERLAY;
	return i < 0 ? -1 : 0;
}

const char *image_boot_name(enum image_boot b)
{
	return boot_names[b];
}

const char *image_cpu_name(enum image_cpu c)
{
	return cpu_names[c];
}

static void free_strings(char **list)
{
	for (char **s = list; s && *s; s++)
		free(*s);
	free(list);
}

void image_done(struct image *i)
{
	if (!i)
		return;
	free_strings(i->argv);
	free_strings(i->env);
	i->argv = i->env = NULL;
}

static int read_strings(const cJSON *j, const char *key, char ***out, struct error *err)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(j, key), *s;
	int n = list ? cJSON_GetArraySize(list) : 0;

	if (!list)
		return 0;
	if (!cJSON_IsArray(list) || n > STRINGS_MAX)
		return error_set(err, 0, "%s is no list of strings", key);
	char **all = calloc((size_t)n + 1, sizeof(*all)), **at = all;
	if (!all)
		return error_set(err, ENOMEM, "%s", key);
	cJSON_ArrayForEach(s, list) {
		*at = cJSON_IsString(s) ? strdup(s->valuestring) : NULL;
		if (!*at) {
			free_strings(all);
			return error_set(err, 0, "%s is no list of strings", key);
		}
		at++;
	}
	*out = all;
	return 0;
}

int description_read(const cJSON *j, struct image *i, struct error *err)
{
	char cpu[16], boot[16], root[16];
	const cJSON *agent = cJSON_GetObjectItemCaseSensitive(j, "agent");

	json_copy(j, "format", i->format, sizeof(i->format));
	json_copy(j, "sha256", i->sha256, sizeof(i->sha256));
	json_copy(j, "created", i->created, sizeof(i->created));
	json_copy(j, "source", i->source, sizeof(i->source));
	json_copy(j, "key", i->key, sizeof(i->key));
	json_copy(j, "seen", i->seen, sizeof(i->seen));
	json_copy(j, "cpu", cpu, sizeof(cpu));
	json_copy(j, "boot", boot, sizeof(boot));
	json_copy(j, "root", root, sizeof(root));
	image_boot_by_name(boot, &i->boot); /* what another version says beyond that: the usual */
	image_root_by_name(root, &i->root);
	double size = json_num(j, "size", 0);
	i->size = size > 0 && size < 1e18 ? (uint64_t)size : 0;
	if (strcmp(i->format, "ext4") != 0)
		return error_set(err, 0, "format is not ext4");
	i->cpu = strcmp(cpu, cpu_names[IMAGE_CPU_MAX]) == 0 ? IMAGE_CPU_MAX : IMAGE_CPU_DEFAULT;
	if (!agent)
		return 0;
	json_copy(agent, "user", i->user, sizeof(i->user));
	json_copy(agent, "cwd", i->cwd, sizeof(i->cwd));
	if (read_strings(agent, "argv", &i->argv, err) < 0 ||
	    read_strings(agent, "env", &i->env, err) < 0)
		return -1;
	return 0;
}

static void add_strings(cJSON *j, const char *key, char **list)
{
	if (!list)
		return;
	cJSON *a = cJSON_AddArrayToObject(j, key);
	for (char **s = list; *s; s++)
		cJSON_AddItemToArray(a, cJSON_CreateString(*s));
}

int description_write(const char *dir, const struct image *i, struct error *err)
{
	AUTO_JSON cJSON *j = cJSON_CreateObject();
	char path[PATH_MAX + 16];

	cJSON_AddStringToObject(j, "name", i->name);
	cJSON_AddStringToObject(j, "format", i->format);
	cJSON_AddNumberToObject(j, "size", (double)i->size);
	cJSON_AddStringToObject(j, "sha256", i->sha256);
	cJSON_AddStringToObject(j, "created", i->created);
	cJSON_AddStringToObject(j, "source", i->source);
	if (i->key[0])
		cJSON_AddStringToObject(j, "key", i->key);
	if (i->seen[0])
		cJSON_AddStringToObject(j, "seen", i->seen);
	cJSON_AddStringToObject(j, "cpu", cpu_names[i->cpu]);
	if (i->boot != IMAGE_BOOT_AGENT)
		cJSON_AddStringToObject(j, "boot", boot_names[i->boot]);
	if (i->root != IMAGE_ROOT_OVERLAY)
		cJSON_AddStringToObject(j, "root", root_names[i->root]);
	cJSON *agent = cJSON_AddObjectToObject(j, "agent");
	add_strings(agent, "argv", i->argv);
	add_strings(agent, "env", i->env);
	if (i->user[0])
		cJSON_AddStringToObject(agent, "user", i->user);
	if (i->cwd[0])
		cJSON_AddStringToObject(agent, "cwd", i->cwd);
	AUTO_FREE char *text = json_text(j, true);
	if (!text)
		return error_set(err, ENOMEM, "image.json");
	snprintf(path, sizeof(path), "%s/image.json", dir);
	return file_write(AT_FDCWD, path, text, strlen(text), 0644, err);
}
