#include "engine/image/npm.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/json.h"
#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/image/tool.h"

enum {
	OUTPUT = 256 * 1024,
	ASK_MS = 2 * 60 * 1000,
	FETCH_MS = 30 * 60 * 1000,
};

/* What npm says is wrong: {"error": {"summary": ...}} */
static int npm_failed(const char *doing, const char *what, const char *out, struct error *err)
{
	struct error ignored;
	const char *brace = strchr(out, '{');
	AUTO_JSON cJSON *j = brace ? json_parse("npm", brace, strlen(brace), false, &ignored) : NULL;
	char summary[200], code[40];

	json_copy(cJSON_GetObjectItemCaseSensitive(j, "error"), "summary", summary, sizeof(summary));
	json_copy(cJSON_GetObjectItemCaseSensitive(j, "error"), "code", code, sizeof(code));
	summary[strcspn(summary, "\n")] = '\0';
	error_set(err, 0, "npm %s %s: %s%s%s", doing, what, code, code[0] ? ": " : "",
		  summary[0] ? summary : "it failed");
	error_hint(err, "try it: npm %s %s", doing, what);
	return -1;
}

/* In `dir`, so that no project's settings interfere. */
static int npm(const char *dir, char *const args[], char *out, int timeout_ms, struct meter *m,
	       int *status, struct error *err)
{
	char env[] = "env", flag[] = "-C", client[] = "npm", json[] = "--json", quiet[] = "--silent";
	char path[PATH_MAX], copy[PATH_MAX];
	char *argv[16] = { env, flag, copy, client };
	int n = 4;

	if (process_find("npm", path, sizeof(path)) < 0) {
		error_set(err, ENOENT, "npm");
		error_hint(err, "install it (Debian: sudo apt install npm), or put the program into "
			   "an image by hand: a recipe's \"files\" with \"from\"");
		return -1;
	}
	snprintf(copy, sizeof(copy), "%s", dir);
	for (; *args; args++)
		argv[n++] = *args;
	argv[n++] = json;
	argv[n++] = quiet;
	return tool_run(argv, NULL, out, OUTPUT, timeout_ms, m, status, err);
}

/* "npm:@openai/codex@0.169.0-linux-x64" is that, "2.1.330" is a version of `name`. */
static void spec_of(const char *name, const char *wanted, char out[256])
{
	if (strncmp(wanted, "npm:", 4) == 0)
		snprintf(out, 256, "%s", wanted + 4);
	else
		snprintf(out, 256, "%s@%s", name, wanted);
}

static int choose(const cJSON *all, const char *package, const char *platform, char out[256],
		  struct error *err)
{
	const cJSON *d;

	/* Of several versions the last is what npm would take. */
	if (cJSON_IsArray(all))
		all = cJSON_GetArrayItem(all, cJSON_GetArraySize(all) - 1);
	cJSON_ArrayForEach(d, all) {
		size_t n = strlen(d->string), end = strlen(platform);
		if (!cJSON_IsString(d) || n <= end || strcmp(d->string + n - end, platform) != 0 ||
		    d->string[n - end - 1] != '-')
			continue;
		spec_of(d->string, d->valuestring, out);
		/* It becomes a word of a command line. */
		return out[0] == '-' ? error_set(err, 0, "npm: %s", out) : 0;
	}
	error_set(err, 0, "npm: %s has no package for %s", package, platform);
	error_hint(err, "npm view %s optionalDependencies shows what it has", package);
	return -1;
}

static int platform_spec(const char *package, const char *version, const char *platform,
			 const char *dir, char *buf, char out[256], struct meter *m,
			 struct error *err)
{
	char view[] = "view", key[] = "optionalDependencies", spec[256];
	char *const args[] = { view, spec, key, NULL };
	int status;

	snprintf(spec, sizeof(spec), "%s@%s", package, version);
	if (npm(dir, args, buf, ASK_MS, m, &status, err) < 0)
		return -1;
	if (status)
		return npm_failed("view", spec, buf, err);
	AUTO_JSON cJSON *j = json_parse("npm view", buf, strlen(buf), false, err);
	return j ? choose(j, package, platform, out, err) : -1;
}

static int pack(const char *dir, char *spec, char *buf, struct meter *m, struct error *err)
{
	char verb[] = "pack", scripts[] = "--ignore-scripts";
	char *const args[] = { verb, scripts, spec, NULL };
	int status;

	if (npm(dir, args, buf, FETCH_MS, m, &status, err) < 0)
		return -1;
	return status ? npm_failed("pack", spec, buf, err) : 0;
}

int npm_fetch(const char *package, const char *version, const char *platform, const char *dir,
	      char *path, size_t size, char what[256], struct meter *m, struct error *err)
{
	AUTO_FREE char *buf = malloc(OUTPUT);

	if (!buf)
		return error_set(err, ENOMEM, "npm");
	if (platform[0]) {
		if (platform_spec(package, version, platform, dir, buf, what, m, err) < 0)
			return -1;
	} else {
		snprintf(what, 256, "%s@%s", package, version);
	}
	if (pack(dir, what, buf, m, err) < 0) {
		/* Registries that mirror others may have one package before the other. */
		char *at = strrchr(what, '@');
		if (!platform[0] || at == what || !strstr(err->msg, "ETARGET"))
			return -1;
		*at = '\0';
		if (pack(dir, what, buf, m, err) < 0)
			return -1;
	}
	return file_find(dir, ".tgz", path, size) == 0 ? 0 : error_set(err, 0, "npm pack left no archive");
}
