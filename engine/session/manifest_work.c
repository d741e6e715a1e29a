#include "engine/session/manifest_work.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PROMPT_CAP = 32 << 10, WORKSPACE_MIB = 1024, DISK_MIB_MAX = 1 << 20 };

#define WORKSPACE_TO "/work"

static int read_list(const cJSON *o, const char *key, char *out, size_t count, size_t cap,
		     struct error *err)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(o, key), *item;
	size_t n = 0;

	if (list && !cJSON_IsArray(list))
		return error_set(err, 0, "\"%s\" must be a list of texts", key);
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item) || !item->valuestring[0] || strlen(item->valuestring) >= cap)
			return error_set(err, 0, "\"%s\" must be a list of texts shorter than %zu bytes",
					 key, cap);
		if (n == count)
			return error_set(err, 0, "\"%s\" has more than %zu entries", key, count);
		strcpy(out + n++ * cap, item->valuestring);
	}
	return 0;
}

static int copy(const cJSON *o, const char *key, char *out, size_t cap, struct error *err)
{
	const char *s = NULL;

	if (json_str(o, key, cap, NULL, &s, err) < 0)
		return -1;
	if (s)
		snprintf(out, cap, "%s", s);
	return 0;
}

static int check_to(const char *to, struct error *err)
{
	size_t n = strlen(to);

	if (to[0] == '/' && n > 1 && to[n - 1] != '/' && !strstr(to, "//") && !strstr(to, "/../"))
		return 0;
	error_set(err, 0, "\"workspace\": \"to\" must be an absolute path in the guest");
	error_hint(err, "\"" WORKSPACE_TO "\", for one, which is what it is when nothing is said");
	return -1;
}

static int read_workspace(struct agent_workspace *w, const cJSON *o, struct error *err)
{
	static const char *const keys[] = { "from", "to", "exclude", "max", NULL };
	long long max;

	if (cJSON_IsString(o)) {
		if (strlen(o->valuestring) >= sizeof(w->from))
			return error_set(err, 0, "\"workspace\" is too long");
		strcpy(w->from, o->valuestring);
		return 0;
	}
	if (!cJSON_IsObject(o))
		return error_set(err, 0, "\"workspace\" must be a path or {\"from\": PATH, ...}");
	if (json_known(o, "workspace", keys, err) < 0 || copy(o, "from", w->from, sizeof(w->from), err) < 0 ||
	    copy(o, "to", w->to, sizeof(w->to), err) < 0 ||
	    json_int(o, "max", 1, DISK_MIB_MAX, w->max_mib, &max, err) < 0 ||
	    read_list(o, "exclude", w->exclude[0], AGENT_EXCLUDES, sizeof(w->exclude[0]), err) < 0)
		return error_wrap(err, "\"workspace\"");
	w->max_mib = (unsigned)max;
	return w->from[0] ? check_to(w->to, err) : error_set(err, 0, "\"workspace\" needs \"from\"");
}

int manifest_work(struct agent *a, const cJSON *o, struct error *err)
{
	const cJSON *workspace = cJSON_GetObjectItemCaseSensitive(o, "workspace");
	const char *prompt = NULL;

	a->workspace.max_mib = WORKSPACE_MIB;
	strcpy(a->workspace.to, WORKSPACE_TO);
	if (workspace && read_workspace(&a->workspace, workspace, err) < 0)
		return -1;
	if (a->workspace.from[0] && !a->cwd[0])
		strcpy(a->cwd, a->workspace.to);
	if (json_str(o, "prompt", PROMPT_CAP, NULL, &prompt, err) < 0 ||
	    read_list(o, "prompt_args", a->prompt_args[0], AGENT_PROMPT_ARGS, sizeof(a->prompt_args[0]), err) < 0)
		return -1;
	return manifest_set_prompt(a, prompt, err);
}

int manifest_set_prompt(struct agent *a, const char *text, struct error *err)
{
	char *own = NULL;

	if (text && text[0] && !(own = strdup(text)))
		return error_set(err, ENOMEM, "\"prompt\"");
	free(a->prompt);
	a->prompt = own;
	return 0;
}

int manifest_set_workspace(struct agent *a, const char *path, struct error *err)
{
	char whole[PATH_MAX];
	struct stat st;

	if (stat(path, &st) < 0 || !realpath(path, whole))
		return error_set(err, errno, "workspace %s", path);
	if (!S_ISDIR(st.st_mode))
		return error_set(err, ENOTDIR, "workspace %s", path);
	if (strlen(whole) >= sizeof(a->workspace.from))
		return error_set(err, ENAMETOOLONG, "workspace %s", path);
	strcpy(a->workspace.from, whole);
	if (!a->cwd[0])
		strcpy(a->cwd, a->workspace.to);
	return 0;
}
