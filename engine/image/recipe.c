#include "engine/image/recipe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

enum {
	TEXT_MAX = 1 << 20,
};

static const char *const keys[] = {
	"title", "base", "suite", "packages", "npm",  "files", "commands", "allow", "command",
	"env",	 "user", "cwd",	  "check",    "cpu",  "boot",  "root",	   "room",
	NULL,
};
static const char *const npm_keys[] = { "package", "version", "platform", "files", NULL };
static const char *const file_keys[] = { "path", "text", "from", "url",	 "link",
					 "sha256", "mode", NULL };

static int strings(const cJSON *o, const char *key, const char **out, struct error *err)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(o, key), *item;
	int n = 0;

	if (!list)
		return 0;
	if (!cJSON_IsArray(list))
		return error_set(err, 0, "\"%s\" must be a list of texts", key);
	cJSON_ArrayForEach(item, list) {
		if (!cJSON_IsString(item) || !item->valuestring[0] || n == RECIPE_LIST)
			return error_set(err, 0, "\"%s\" must be a list of at most %d texts", key,
					 RECIPE_LIST);
		out[n++] = item->valuestring;
	}
	return 0;
}

static int read_npm(const cJSON *o, struct recipe_npm *n, struct error *err)
{
	const cJSON *f;

	if (!cJSON_IsObject(o))
		return error_set(err, 0, "\"npm\" must be a list of objects");
	if (json_known(o, "npm", npm_keys, err) < 0 ||
	    json_str(o, "package", 200, "", &n->package, err) < 0 ||
	    json_str(o, "version", 100, "latest", &n->version, err) < 0 ||
	    json_str(o, "platform", 100, "", &n->platform, err) < 0)
		return -1;
	/* They are words of a command line. */
	if (!n->package[0] || n->package[0] == '-' || n->version[0] == '-')
		return error_set(err, 0, "npm: \"package\" must be a name");
	n->files = cJSON_GetObjectItemCaseSensitive(o, "files");
	if (!cJSON_IsObject(n->files) || cJSON_GetArraySize(n->files) > RECIPE_LIST)
		return error_set(err, 0, "npm: \"files\" must say what comes where");
	cJSON_ArrayForEach(f, n->files) {
		if (!cJSON_IsNull(f) && (!cJSON_IsString(f) || f->valuestring[0] != '/'))
			return error_set(err, 0, "npm: \"%s\" must be an absolute path or null", f->string);
	}
	return 0;
}

static int read_file(const cJSON *o, struct recipe_file *f, struct error *err)
{
	const char *mode;
	char *end;

	if (!cJSON_IsObject(o))
		return error_set(err, 0, "\"files\" must be a list of objects");
	if (json_known(o, "files", file_keys, err) < 0 ||
	    json_str(o, "path", PATH_MAX, "", &f->path, err) < 0 ||
	    json_str(o, "text", TEXT_MAX, NULL, &f->text, err) < 0 ||
	    json_str(o, "from", PATH_MAX, NULL, &f->from, err) < 0 ||
	    json_str(o, "url", 2048, NULL, &f->url, err) < 0 ||
	    json_str(o, "link", PATH_MAX, NULL, &f->link, err) < 0 ||
	    json_str(o, "sha256", 65, "", &f->sha256, err) < 0 ||
	    json_str(o, "mode", 8, "0644", &mode, err) < 0)
		return -1;
	if (f->path[0] != '/' || strstr(f->path, "/../"))
		return error_set(err, 0, "files: \"path\" must be absolute");
	if (!f->text + !f->from + !f->url + !f->link != 3)
		return error_set(err, 0, "files: %.200s: one of \"text\", \"from\", \"url\", \"link\"",
				 f->path);
	f->mode = (unsigned)strtoul(mode, &end, 8);
	if (*end || !*mode || f->mode > 07777)
		return error_set(err, 0, "files: %.200s: \"mode\" is octal, \"0755\"", f->path);
	return 0;
}

static int read_lists(struct recipe *r, struct error *err)
{
	const cJSON *npm = cJSON_GetObjectItemCaseSensitive(r->json, "npm"), *item;
	const cJSON *files = cJSON_GetObjectItemCaseSensitive(r->json, "files");

	if ((npm && !cJSON_IsArray(npm)) || cJSON_GetArraySize(npm) > RECIPE_LIST)
		return error_set(err, 0, "\"npm\" must be a list");
	if ((files && !cJSON_IsArray(files)) || cJSON_GetArraySize(files) > RECIPE_LIST)
		return error_set(err, 0, "\"files\" must be a list");
	cJSON_ArrayForEach(item, npm) if (read_npm(item, &r->npm[r->n_npm++], err) < 0) return -1;
	cJSON_ArrayForEach(item, files) if (read_file(item, &r->files[r->n_files++], err) < 0) return -1;
	if (strings(r->json, "packages", r->packages, err) < 0 ||
	    strings(r->json, "commands", r->commands, err) < 0 ||
	    strings(r->json, "allow", r->allow, err) < 0 ||
	    strings(r->json, "command", r->command, err) < 0 ||
	    strings(r->json, "env", r->env, err) < 0)
		return -1;
	for (const char **p = r->packages; *p; p++)
		if ((*p)[0] == '-' || strspn(*p, "abcdefghijklmnopqrstuvwxyz0123456789+-.:") != strlen(*p))
			return error_set(err, 0, "packages: \"%.100s\" is no name of a package", *p);
	for (const char **e = r->env; *e; e++)
		if (!strchr(*e, '=') || (*e)[0] == '=')
			return error_set(err, 0, "env: \"%.100s\" is not NAME=VALUE", *e);
	return 0;
}

static int read_words(struct recipe *r, struct error *err)
{
	const char *cpu, *boot, *root;
	long long room;

	if (json_str(r->json, "title", 80, "", &r->title, err) < 0 ||
	    json_str(r->json, "base", PATH_MAX, "tiny", &r->base, err) < 0 ||
	    json_str(r->json, "suite", 64, "stable", &r->suite, err) < 0 ||
	    json_str(r->json, "user", 33, "root", &r->user, err) < 0 ||
	    json_str(r->json, "cwd", 256, "", &r->cwd, err) < 0 ||
	    json_str(r->json, "check", PATH_MAX, "", &r->check, err) < 0 ||
	    json_str(r->json, "cpu", 16, "max", &cpu, err) < 0 ||
	    json_str(r->json, "boot", 16, "agent", &boot, err) < 0 ||
	    json_str(r->json, "root", 16, "overlay", &root, err) < 0 ||
	    json_int(r->json, "room", 0, 1 << 20, 64, &room, err) < 0)
		return -1;
	if (strcmp(cpu, "max") != 0 && strcmp(cpu, "default") != 0)
		return error_set(err, 0, "\"cpu\" is \"max\" or \"default\"");
	if (image_boot_by_name(boot, &r->boot) < 0)
		return error_set(err, 0, "\"boot\" is \"agent\" or \"init\"");
	if (image_root_by_name(root, &r->root) < 0)
		return error_set(err, 0, "\"root\" is \"overlay\" or \"clone\"");
	if (!r->base[0] || r->suite[0] == '-' ||
	    strspn(r->user, "abcdefghijklmnopqrstuvwxyz0123456789_-") != strlen(r->user) || !r->user[0] ||
	    r->user[0] == '-')
		return error_set(err, 0, "\"base\", \"suite\" and \"user\" must be names");
	r->cpu = strcmp(cpu, "max") == 0 ? IMAGE_CPU_MAX : IMAGE_CPU_DEFAULT;
	r->room_mib = (unsigned)room;
	return 0;
}

int recipe_parse(const char *where, const char *name, const char *text, size_t len,
		 struct recipe *r, struct error *err)
{
	memset(r, 0, sizeof(*r));
	snprintf(r->name, sizeof(r->name), "%s", name);
	r->json = json_parse(where, text, len, true, err);
	if (!r->json)
		return -1;
	if (!cJSON_IsObject(r->json))
		error_set(err, 0, "a recipe is an object");
	else if (json_known(r->json, "recipe", keys, err) == 0 && read_lists(r, err) == 0 &&
		 read_words(r, err) == 0)
		return 0;
	recipe_done(r);
	return error_wrap(err, "%s", where);
}

void recipe_done(struct recipe *r)
{
	cJSON_Delete(r->json);
	r->json = NULL;
}

static int from_file(const char *config, const char *name, struct recipe *out, struct error *err)
{
	char path[PATH_MAX];
	size_t len;

	if (snprintf(path, sizeof(path), "%s/images/%s.json", config, name) >= (int)sizeof(path))
		return error_set(err, ENAMETOOLONG, "recipe %s", name);
	AUTO_FREE char *text = file_read(AT_FDCWD, path, TEXT_MAX, &len, err);
	if (!text)
		return err->code == ENOENT || err->code == ENOTDIR ? 1 : -1;
	if (recipe_parse(path, name, text, len, out, err) < 0)
		return -1;
	snprintf(out->path, sizeof(out->path), "%s", path);
	return 0;
}

int recipe_find(const char *config, const char *name, struct recipe *out, struct error *err)
{
	if (store_check_name(name, err) < 0)
		return -1;
	int r = from_file(config, name, out, err);
	for (const struct recipe_builtin *b = recipe_builtins; r == 1 && b->name; b++)
		if (strcmp(b->name, name) == 0)
			r = recipe_parse("built in", name, b->text, strlen(b->text), out, err);
	return r;
}

/* Names, each once. */
struct found {
	char names[256][64];
	size_t n;
};

static void add_name(struct found *f, const char *name, size_t len)
{
	if (len == 0 || len >= 64 || f->n == 256)
		return;
	for (size_t i = 0; i < f->n; i++)
		if (strncmp(f->names[i], name, len) == 0 && !f->names[i][len])
			return;
	memcpy(f->names[f->n], name, len);
	f->names[f->n++][len] = '\0';
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

int recipe_each(const char *config, recipe_fn *fn, recipe_bad_fn *bad, void *arg,
		struct error *err)
{
	AUTO_FREE struct found *f = calloc(1, sizeof(*f));
	char path[PATH_MAX];

	if (!f || snprintf(path, sizeof(path), "%s/images", config) >= (int)sizeof(path))
		return error_set(err, f ? ENAMETOOLONG : ENOMEM, "recipes");
	for (const struct recipe_builtin *b = recipe_builtins; b->name; b++)
		add_name(f, b->name, strlen(b->name));
	DIR *d = opendir(path);
	for (struct dirent *e; d && (e = readdir(d));) {
		size_t n = strlen(e->d_name);
		struct error ignored;
		if (n > 5 && strcmp(e->d_name + n - 5, ".json") == 0) {
			e->d_name[n - 5] = '\0';
			if (store_check_name(e->d_name, &ignored) == 0)
				add_name(f, e->d_name, n - 5);
		}
	}
	if (d)
		closedir(d);
	qsort(f->names, f->n, sizeof(f->names[0]), compare);
	for (size_t i = 0; i < f->n; i++) {
		struct recipe r;
		struct error why;
		int found = recipe_find(config, f->names[i], &r, &why);
		if (found == 0) {
			fn(arg, &r);
			recipe_done(&r);
		} else if (found < 0 && bad) {
			bad(arg, f->names[i], &why);
		}
	}
	return 0;
}
