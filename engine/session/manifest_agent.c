/* The keys of an agent. */
#include "engine/session/manifest_parts.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/session/manifest_work.h"

enum { TEXT_CAP = 256 << 10 };

const char *const agent_exit_names[] = { "poweroff", "restart", "stay" };
static_assert(sizeof(agent_exit_names) / sizeof(*agent_exit_names) == AGENT_EXIT_COUNT,
	      "a name for each");
const char *const agent_boot_names[] = { "image", "agent", "init" };
static_assert(sizeof(agent_boot_names) / sizeof(*agent_boot_names) == AGENT_BOOT_COUNT, "a name for each");
const char *const agent_root_names[] = { "image", "overlay", "clone" };
static_assert(sizeof(agent_root_names) / sizeof(*agent_root_names) == AGENT_ROOT_COUNT, "a name for each");

static int read_strings(const cJSON *o, const char *key, char **out, struct error *err)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(o, key), *item;
	int n = 0;

	if (!list)
		return 0;
	if (!cJSON_IsArray(list))
		return error_set(err, 0, "\"%s\" must be a list of texts", key);
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item))
			return error_set(err, 0, "\"%s\" must be a list of texts", key);
		if (n == AGENT_ARGS)
			return error_set(err, 0, "\"%s\" has more than %d entries", key, AGENT_ARGS);
		out[n] = strdup(item->valuestring);
		if (!out[n++])
			return error_set(err, errno, "\"%s\"", key);
	}
	return 0;
}

static int read_patterns(const cJSON *o, const char *key, char out[][PATTERN_MAX],
			 struct error *err)
{
	char *list[AGENT_ARGS] = { NULL };
	int n = 0, r = read_strings(o, key, list, err);

	for (; r == 0 && n < AGENT_ARGS && list[n]; n++) {
		const char *flaw = pattern_flaw(list[n]);

		if (n == ATTENTION_PATTERNS) {
			r = error_set(err, 0, "\"%s\" has more than %d patterns", key, ATTENTION_PATTERNS);
		} else if (flaw) {
			r = error_set(err, 0, "\"%s\": pattern %d: %s", key, n + 1, flaw);
			error_hint(err, "a text of the screen; * is anything, ^ a row's beginning, $ its end");
		} else {
			strcpy(out[n], list[n]);
		}
	}
	for (n = 0; n < AGENT_ARGS; n++)
		free(list[n]);
	return r;
}

static int read_env(const cJSON *o, char **out, struct error *err)
{
	const cJSON *env = cJSON_GetObjectItemCaseSensitive(o, "env"), *item;
	int n = 0;

	if (!env)
		return 0;
	if (!cJSON_IsObject(env))
		return error_set(err, 0, "\"env\" must be an object of NAME: \"value\"");
	cJSON_ArrayForEach(item, env)
	{
		if (!cJSON_IsString(item) || !item->string[0] || strchr(item->string, '='))
			return error_set(err, 0, "\"env\" must be an object of NAME: \"value\"");
		if (n == AGENT_ARGS)
			return error_set(err, 0, "\"env\" has more than %d entries", AGENT_ARGS);
		if (asprintf(&out[n], "%s=%s", item->string, item->valuestring) < 0)
			return error_set(err, ENOMEM, "\"env\"");
		n++;
	}
	return 0;
}

static int copy_str(const cJSON *o, const char *key, char *out, size_t cap, struct error *err)
{
	const char *s;

	if (json_str(o, key, cap, out, &s, err) < 0)
		return -1;
	if (s != out)
		snprintf(out, cap, "%s", s);
	return 0;
}

static int read_mode(const char *s, unsigned *mode, struct error *err)
{
	char *end;
	unsigned long v = strtoul(s, &end, 8);

	if (!*s || *end || v > 07777)
		return error_set(err, 0, "\"mode\" must be octal digits, such as \"0600\"");
	*mode = (unsigned)v;
	return 0;
}

static int read_file_entry(struct agent *a, const cJSON *item, struct error *err)
{
	static const char *const keys[] = { "from", "text", "mode", NULL };
	struct agent_file *f = &a->files[a->n_files];
	const char *from = NULL, *text = NULL, *mode = "0600";

	if (item->string[0] != '/' && strncmp(item->string, "~/", 2) != 0)
		return error_set(err, 0, "the path must be absolute, or begin with ~/");
	if (!cJSON_IsObject(item) || json_known(item, "file", keys, err) < 0)
		return cJSON_IsObject(item) ? -1 :
		       error_set(err, 0, "must be {\"from\": PATH} or {\"text\": TEXT}");
	if (json_str(item, "from", sizeof(f->from), NULL, &from, err) < 0 ||
	    json_str(item, "text", TEXT_CAP, NULL, &text, err) < 0 ||
	    json_str(item, "mode", 8, mode, &mode, err) < 0 || read_mode(mode, &f->mode, err) < 0)
		return -1;
	if (!from == !text)
		return error_set(err, 0, "needs one of \"from\" and \"text\"");
	if (strlen(item->string) >= sizeof(f->path))
		return error_set(err, ENAMETOOLONG, "the path");
	strcpy(f->path, item->string);
	if (from)
		strcpy(f->from, from);
	if (text && !(f->text = strdup(text)))
		return error_set(err, errno, "text");
	a->n_files++;
	return 0;
}

static int read_files(struct agent *a, const cJSON *o, struct error *err)
{
	const cJSON *files = cJSON_GetObjectItemCaseSensitive(o, "files"), *item;

	if (!files)
		return 0;
	if (!cJSON_IsObject(files))
		return error_set(err, 0, "\"files\" must be an object of PATH: {...}");
	cJSON_ArrayForEach(item, files)
	{
		char shown[128];

		text_clean_str(shown, sizeof(shown), item->string);
		if (a->n_files == AGENT_FILES)
			return error_set(err, 0, "\"files\" has more than %d entries", AGENT_FILES);
		if (read_file_entry(a, item, err) < 0)
			return error_wrap(err, "file \"%s\"", shown);
	}
	return 0;
}

static int read_backend(struct agent *a, const cJSON *o, struct error *err)
{
	const char *names[8];
	int n = 0, chosen = 0;

	while (backends[n] && n < 8) {
		names[n] = backends[n]->name;
		if (!strcmp(names[n], a->backend))
			chosen = n;
		n++;
	}
	if (manifest_word(o, "backend", names, (size_t)n, chosen, &chosen, err) < 0)
		return -1;
	snprintf(a->backend, sizeof(a->backend), "%s", names[chosen]);
	return 0;
}

/* The dashboard's words for colours; it decides whether they can be read where they go. */
static int read_accent(struct agent *a, const cJSON *o, struct error *err)
{
	static const char *const names[] = { "black", "red", "green", "yellow", "blue",
					     "magenta", "cyan", "white", NULL };
	const char *name = a->accent;
	char shown[32];

	if (copy_str(o, "accent", a->accent, sizeof(a->accent), err) < 0)
		return -1;
	if (!a->accent[0] || (a->accent[0] == '#' && strlen(a->accent) == 7 &&
			      strspn(a->accent + 1, "0123456789abcdefABCDEF") == 6))
		return 0;
	if (strncmp(name, "bright-", 7) == 0)
		name += 7;
	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return 0;
	error_set(err, 0, "\"accent\": bad colour \"%s\"", text_clean_str(shown, sizeof(shown), a->accent));
	error_hint(err, "a colour is #rrggbb or a name such as cyan or bright-magenta");
	return -1;
}

int manifest_agent(struct agent *a, const cJSON *o, const struct providers *providers,
		      struct error *err)
{
	static const char *const keys[] = {
		"title", "label", "accent", "backend", "script", "image", "kernel", "command", "env", "user", "cwd",
		"network", "allow", "credentials", "accel", "memory", "cpus", "disk", "on_exit", "files", "inherits",
		"ready", "working", "asks", "workspace", "prompt", "prompt_args", "boot", "root", NULL
	};
	long long memory, cpus, disk;
	int accel = VM_ACCEL_AUTO, on_exit_i = AGENT_POWEROFF;
	int boot = AGENT_BOOT_IMAGE, root = AGENT_ROOT_IMAGE;

	if (json_known(o, "agent", keys, err) < 0)
		return -1;
	if (copy_str(o, "title", a->title, sizeof(a->title), err) < 0 ||
	    copy_str(o, "label", a->label, sizeof(a->label), err) < 0 ||
	    read_accent(a, o, err) < 0 ||
	    copy_str(o, "script", a->script, sizeof(a->script), err) < 0 ||
	    copy_str(o, "image", a->image, sizeof(a->image), err) < 0 ||
	    copy_str(o, "kernel", a->kernel, sizeof(a->kernel), err) < 0 ||
	    copy_str(o, "user", a->user, sizeof(a->user), err) < 0 ||
	    copy_str(o, "cwd", a->cwd, sizeof(a->cwd), err) < 0 ||
	    read_backend(a, o, err) < 0 ||
	    read_strings(o, "command", a->argv, err) < 0 || read_env(o, a->env, err) < 0 ||
	    read_files(a, o, err) < 0 ||
	    read_patterns(o, "ready", a->patterns.ready, err) < 0 ||
	    read_patterns(o, "working", a->patterns.working, err) < 0 ||
	    read_patterns(o, "asks", a->patterns.asks, err) < 0 || manifest_work(a, o, err) < 0 ||
	    manifest_network(a, o, providers, err) < 0 ||
	    manifest_word(o, "accel", vm_accel_names, VM_ACCEL_COUNT, accel, &accel, err) < 0 ||
	    manifest_word(o, "on_exit", agent_exit_names, AGENT_EXIT_COUNT, on_exit_i, &on_exit_i, err) < 0 ||
	    manifest_word(o, "boot", agent_boot_names, AGENT_BOOT_COUNT, boot, &boot, err) < 0 ||
	    manifest_word(o, "root", agent_root_names, AGENT_ROOT_COUNT, root, &root, err) < 0 ||
	    json_int(o, "memory", 64, 65536, a->memory_mib, &memory, err) < 0 ||
	    json_int(o, "cpus", 1, 16, a->cpus, &cpus, err) < 0 ||
	    json_int(o, "disk", 16, 1 << 20, a->disk_mib, &disk, err) < 0)
		return -1;
	text_clean_str(a->title, sizeof(a->title), strdupa(a->title));
	text_clean_str(a->label, sizeof(a->label), strdupa(a->label));
	a->accel = (enum vm_accel)accel;
	a->on_exit = (enum agent_exit)on_exit_i;
	a->boot = (enum agent_boot)boot;
	a->root = (enum agent_root)root;
	a->memory_mib = (unsigned)memory;
	a->cpus = (unsigned)cpus;
	a->disk_mib = (unsigned)disk;
	return 0;
}
