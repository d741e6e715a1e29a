#include "engine/image/cook.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/image/assemble.h"
#include "engine/image/basket.h"
#include "engine/image/digest.h"
#include "engine/image/download.h"
#include "engine/image/import.h"
#include "engine/image/mend.h"
#include "engine/image/tiny.h"

enum {
	DEPTH_MAX = 8,   /* of recipes that have recipes for their base */
	KEY_MAX = 1 << 20,
};

/* A recipe being made. */
struct kitchen {
	const struct cook *cook;
	const struct recipe *recipe;
	int depth;
	struct meter meter;
	struct store_new made;
	char tmp[PATH_MAX + 16];
	int spool;
	struct basket basket;
	bool unfinished;         /* commands will put in what lacks */
};

static void kitchen_free(struct kitchen **slot)
{
	struct kitchen *k = *slot;

	if (!k)
		return;
	basket_done(&k->basket);
	drop_fd(&k->spool);
	store_abort(&k->made);
	free(k);
}
#define AUTO_KITCHEN __attribute__((cleanup(kitchen_free)))

/* The key: everything that decides what comes out, but for what changes outside. */

static int add_text(char **all, size_t *len, const char *text)
{
	size_t n = strlen(text) + 1;
	char *more = *len + n < KEY_MAX ? realloc(*all, *len + n) : NULL;

	if (!more)
		return -1;
	memcpy(more + *len, text, n);
	*all = more;
	*len += n;
	return 0;
}

static int make_key(const struct cook *c, const struct recipe *r, const char *base, char key[80],
		    struct error *err)
{
	AUTO_FREE char *recipe = cJSON_PrintUnformatted(r->json);
	AUTO_FREE char *all = NULL;
	struct utsname u;
	size_t len = 0;
	char sum[65];

	uname(&u);
	if (!recipe || add_text(&all, &len, "recipe 1") < 0 || add_text(&all, &len, recipe) < 0 ||
	    add_text(&all, &len, base) < 0 || add_text(&all, &len, u.machine) < 0)
		return error_set(err, ENOMEM, "recipe");
	if (c->from && add_text(&all, &len, c->from) < 0)
		return error_set(err, ENOMEM, "recipe");
	for (size_t i = 0; i < r->n_files; i++) {
		if (!r->files[i].from)
			continue;
		AUTO_CLOSE int fd = open(r->files[i].from, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || digest_fd(fd, sum, err) < 0)
			return fd < 0 ? error_set(err, errno, "%s", r->files[i].from) : -1;
		if (add_text(&all, &len, sum) < 0)
			return error_set(err, ENOMEM, "recipe");
	}
	if (digest_bytes(all, len, sum, err) < 0)
		return -1;
	snprintf(key, 80, "recipe:%s", sum);
	return 0;
}

/* The base */

static int cook_below(const struct cook *c, const struct recipe *r, const char *name, int depth,
		      struct image *out, struct error *err);

/* An image of that name, made when there is a recipe for it. */
static int base_image(const struct cook *c, const char *name, int depth, struct image *out,
		      struct error *err)
{
	struct recipe below;

	int r = store_find(c->images, name, out, err);
	if (r <= 0)
		return r;
	if (strcmp(name, "tiny") == 0)
		return tiny_build(c->images, out, err);
	r = recipe_find(c->config, name, &below, err);
	if (r < 0)
		return -1;
	if (r == 1) {
		error_set(err, ENOENT, "base %s: no image and no recipe of that name", name);
		error_hint(err, "vmdeck image recipes lists them; import a root file system: "
			   "vmdeck image import SOURCE --name %.60s", name);
		return -1;
	}
	r = cook_below(c, &below, name, depth + 1, out, err);
	recipe_done(&below);
	return r < 0 ? -1 : 0;
}

/* A root file system by path or URL, imported under a name of the recipe's. */
static int base_path(const struct cook *c, const struct recipe *r, struct image *out,
		     struct error *err)
{
	char name[64], path[PATH_MAX], sum[65];
	struct meter meter;

	meter_init(&meter, c->progress, c->progress_arg);
	snprintf(name, sizeof(name), "%.50s-base", r->name);
	const struct download d = { .url = r->base, .dir = c->downloads, .meter = &meter };
	bool url = strstr(r->base, "://");
	if (url && download_file(&d, path, sum, err) < 0)
		return -1;
	const struct import how = {
		.images = c->images, .name = name, .source = url ? path : r->base,
		.progress = c->progress, .progress_arg = c->progress_arg,
	};
	return import_image(&how, out, err) < 0 ? -1 : 0;
}

/* What names the base, for the key; `out` is it, where it is an image. */
static int find_base(const struct cook *c, const struct recipe *r, int depth, struct image *out,
		     char name[128], struct error *err)
{
	memset(out, 0, sizeof(*out));
	if (depth > DEPTH_MAX)
		return error_set(err, ELOOP, "recipe %s is its own base", r->name);
	snprintf(name, 128, "%s", r->base);
	if (strcmp(r->base, "none") == 0 || basket_bootstraps(r))
		return 0;
	int found = strchr(r->base, '/') ? base_path(c, r, out, err)
					 : base_image(c, r->base, depth, out, err);
	if (found < 0)
		return -1;
	snprintf(name, 128, "%s", out->sha256);
	return 0;
}

/* Making ready */

static struct ready_wish wish(const struct kitchen *k)
{
	const struct recipe *r = k->recipe;
	const char *command = r->check[0] ? r->check : r->command[0] ? r->command[0] : "";

	return (struct ready_wish){
		.user = r->user, .command = command, .init = r->boot == IMAGE_BOOT_INIT,
		.bundle = k->cook->bundle, .bundle_len = k->cook->bundle_len, .judge = k->cook->judge,
	};
}

static int ready_apart(struct kitchen *k, struct error *err)
{
	struct ready_row rows[READY_COUNT];
	struct ready_wish w = wish(k);

	if (meter_phase(&k->meter, PROGRESS_CHECK, 0, "", err) < 0 ||
	    mend_fd(k->made.fd, &w, MEND_ALL, rows, err) < 0)
		return -1;
	for (int i = 0; i < READY_COUNT; i++)
		if (!rows[i].ok && !(k->unfinished && !rows[i].mendable))
			return error_set(err, 0, "%s: %.160s", ready_title(i), rows[i].seen);
	return 0;
}

static char **copy_list(const char *const *list)
{
	size_t n = 0;

	while (list[n])
		n++;
	char **all = n ? calloc(n + 1, sizeof(*all)) : NULL;
	for (size_t i = 0; all && i < n; i++)
		all[i] = strdup(list[i]);
	return all;
}

static void describe(const struct kitchen *k, const char *name, struct image *out)
{
	const struct recipe *r = k->recipe;

	memset(out, 0, sizeof(*out));
	snprintf(out->name, sizeof(out->name), "%s", name);
	snprintf(out->source, sizeof(out->source), "%s", k->basket.source[0] ? k->basket.source : r->title);
	snprintf(out->user, sizeof(out->user), "%s", r->user);
	snprintf(out->cwd, sizeof(out->cwd), "%s", r->cwd);
	out->cpu = r->cpu;
	out->boot = r->boot;
	out->root = r->root;
	out->argv = copy_list(r->command);
	out->env = copy_list(r->env);
}

static int begin(struct kitchen *k, const char *name, struct error *err)
{
	char path[PATH_MAX + 64];

	if (store_begin(k->cook->images, name, &k->made, err) < 0)
		return -1;
	snprintf(k->tmp, sizeof(k->tmp), "%s/tmp", k->made.dir);
	snprintf(path, sizeof(path), "%s/spool", k->tmp);
	/* Others than us write there: mmdebstrap in a user namespace. */
	if (mkdir(k->tmp, 0700) < 0)
		return error_set(err, errno, "%s", k->tmp);
	k->spool = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return k->spool < 0 || unlink(path) < 0 ? error_set(err, errno, "%s", path) : 0;
}

static int build(struct kitchen *k, struct error *err)
{
	const struct assemble a = {
		.parts = k->basket.parts, .n_parts = k->basket.n_parts, .out = k->made.fd, .spool = k->spool,
		.room = (uint64_t)k->recipe->room_mib << 20, .label = "vmdeck-image",
		.progress = k->cook->progress, .progress_arg = k->cook->progress_arg,
	};

	if (assemble(&a, err) < 0 || ready_apart(k, err) < 0)
		return -1;
	return dir_remove(AT_FDCWD, k->tmp, err);
}

static int make(struct kitchen *k, const struct image *base, const char *name, const char *key,
		struct image *out, struct error *err)
{
	if (begin(k, name, err) < 0 || basket_fill(&k->basket, base->path, err) < 0 || build(k, err) < 0)
		return -1;
	describe(k, name, out);
	snprintf(out->key, sizeof(out->key), "%s", key);
	return store_commit(k->cook->images, &k->made, out, err);
}

/* What a machine leaves behind that belongs to no image. */
static const struct part_map session_things[] = {
	{ "tmp", NULL },
	{ "run", NULL },
	{ "var/cache/apt/archives", NULL },
	{ "etc/hostname", NULL },
	{ "etc/hosts", NULL },
	{ "etc/machine-id", NULL },
	{ "", "" },
};

/* The image below, and over it what the commands changed. */
static int put_changes(struct kitchen *k, const struct image *below, int disk, struct error *err)
{
	struct part upper = { .kind = PART_EXT4, .fd = disk, .top = "/upper", .upper = true,
			      .maps = session_things,
			      .n_maps = sizeof(session_things) / sizeof(session_things[0]) };

	if (basket_open(&k->basket, PART_EXT4, below->path, err) < 0) {
		close(disk);
		return -1;
	}
	return basket_add(&k->basket, upper, err);
}

static int run_commands(struct kitchen *k, const char *name, const char *key, struct image *out,
			const struct image *below, struct error *err)
{
	if (meter_phase(&k->meter, PROGRESS_RUN, 0, k->recipe->commands[0], err) < 0)
		return -1;
	int disk = k->cook->run(k->cook->run_arg, k->recipe, below, err);
	if (disk < 0)
		return error_wrap(err, "commands");
	if (begin(k, name, err) < 0) {
		close(disk);
		return -1;
	}
	if (put_changes(k, below, disk, err) < 0 || build(k, err) < 0)
		return -1;
	describe(k, name, out);
	snprintf(out->key, sizeof(out->key), "%s", key);
	return store_commit(k->cook->images, &k->made, out, err);
}

static struct kitchen *kitchen_new(const struct cook *c, const struct recipe *r, struct error *err)
{
	struct kitchen *k = calloc(1, sizeof(*k));

	if (!k) {
		error_set(err, ENOMEM, "recipe %s", r->name);
		return NULL;
	}
	k->cook = c;
	k->recipe = r;
	k->spool = k->made.fd = k->made.lock = -1;
	meter_init(&k->meter, c->progress, c->progress_arg);
	k->basket.recipe = r;
	k->basket.from = c->from;
	k->basket.downloads = c->downloads;
	k->basket.tmp = k->tmp;
	k->basket.meter = &k->meter;
	return k;
}

/* First all but the commands, as an image of its own; then they run on it. */
static int make_with_commands(struct kitchen *k, const struct image *base, const char *name,
			      const char *key, struct image *out, struct error *err)
{
	AUTO_KITCHEN struct kitchen *second = kitchen_new(k->cook, k->recipe, err);
	struct image below;
	char below_name[64];
	struct error ignored;

	if (!second)
		return -1;
	if (!k->cook->run)
		return error_set(err, ENOTSUP, "recipe %s: commands", k->recipe->name);
	snprintf(below_name, sizeof(below_name), "%.50s-below", name);
	k->unfinished = true;
	int r = make(k, base, below_name, "", &below, err);
	if (r == 0) {
		memcpy(second->basket.source, k->basket.source, sizeof(second->basket.source));
		r = run_commands(second, name, key, out, &below, err);
		store_remove(k->cook->images, below_name, &ignored);
		image_done(&below);
	}
	return r;
}

/* What was made from the same before, under the name that it is to have. */
static int made_before(const struct cook *c, const char *key, const char *name, struct image *out,
		       struct error *err)
{
	struct image there;

	int r = store_find_made(c->images, key, NULL, &there, err);
	if (r)
		return r < 0 ? -1 : 0;
	*out = there;
	if (strcmp(there.name, name) == 0)
		return 1;
	snprintf(out->name, sizeof(out->name), "%s", name);
	return store_again(c->images, &there, out, err) < 0 ? -1 : 1;
}

static int cook_below(const struct cook *c, const struct recipe *r, const char *name, int depth,
		      struct image *out, struct error *err)
{
	AUTO_KITCHEN struct kitchen *k = kitchen_new(c, r, err);
	struct image base;
	char named[128], key[80];

	memset(out, 0, sizeof(*out));
	if (!k)
		return -1;
	if (find_base(c, r, depth, &base, named, err) < 0)
		return error_wrap(err, "recipe %s", r->name);
	int result = make_key(c, r, named, key, err);
	if (result == 0 && !(c->anew && depth == 0))
		result = made_before(c, key, name, out, err);
	if (result == 0)
		result = (r->commands[0] ? make_with_commands : make)(k, &base, name, key, out, err);
	image_done(&base);
	if (result < 0)
		image_done(out);
	return result < 0 ? error_wrap(err, "recipe %s", r->name) : result;
}

int cook_image(const struct cook *c, struct image *out, struct error *err)
{
	return cook_below(c, c->recipe, c->name ? c->name : c->recipe->name, 0, out, err);
}
