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
#include "engine/image/apt.h"
#include "engine/image/assemble.h"
#include "engine/image/bootstrap.h"
#include "engine/image/digest.h"
#include "engine/image/download.h"
#include "engine/image/import.h"
#include "engine/image/mend.h"
#include "engine/image/npm.h"
#include "engine/image/part.h"
#include "engine/image/tiny.h"

enum {
	PARTS_MAX = 700, /* base, packages with their dependencies, npm, files */
	WORDS_MAX = 1024,
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
	int base;                /* descriptor of its file, or -1 */
	struct part parts[PARTS_MAX];
	size_t n_parts;
	struct part_file files[RECIPE_LIST];
	struct part_map maps[RECIPE_LIST * 4];
	size_t n_maps;
	char *words[WORDS_MAX];  /* texts that we made, owned */
	size_t n_words;
	char source[256];
	bool unfinished;         /* commands will put in what lacks */
};

static void kitchen_free(struct kitchen **slot)
{
	struct kitchen *k = *slot;

	if (!k)
		return;
	for (size_t i = 0; i < k->n_parts; i++)
		if (k->parts[i].kind != PART_FILES && k->parts[i].fd >= 0)
			close(k->parts[i].fd);
	for (size_t i = 0; i < RECIPE_LIST; i++)
		if (k->files[i].path && k->files[i].fd >= 0)
			close(k->files[i].fd);
	for (size_t i = 0; i < k->n_words; i++)
		free(k->words[i]);
	drop_fd(&k->spool);
	store_abort(&k->made);
	free(k);
}
#define AUTO_KITCHEN __attribute__((cleanup(kitchen_free)))

/* Words */

static const char *keep_word(struct kitchen *k, char *word, struct error *err)
{
	if (!word || k->n_words == WORDS_MAX) {
		free(word);
		error_set(err, ENOMEM, "recipe");
		return NULL;
	}
	k->words[k->n_words++] = word;
	return word;
}

/* $ARCH is npm's name of this processor, $MACHINE the kernel's. */
static const char *expand(struct kitchen *k, const char *text, struct error *err)
{
	struct utsname u;
	char out[PATH_MAX];
	size_t n = 0;

	uname(&u);
	const char *arch = strcmp(u.machine, "x86_64") == 0    ? "x64"
			   : strcmp(u.machine, "aarch64") == 0 ? "arm64"
							       : u.machine;
	while (*text && n < sizeof(out) - 1) {
		const char *put = strncmp(text, "$ARCH", 5) == 0      ? arch
				  : strncmp(text, "$MACHINE", 8) == 0 ? u.machine
								      : NULL;
		if (!put) {
			out[n++] = *text++;
			continue;
		}
		text += put == arch ? 5 : 8;
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s", put);
	}
	if (n >= sizeof(out) - 1) {
		error_set(err, ENAMETOOLONG, "recipe");
		return NULL;
	}
	out[n] = '\0';
	return keep_word(k, strdup(out), err);
}

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

static bool is_bootstrap(const struct recipe *r)
{
	return strcmp(r->base, "debootstrap") == 0;
}

/* What names the base, for the key; `out` is it, where it is an image. */
static int find_base(const struct cook *c, const struct recipe *r, int depth, struct image *out,
		     char name[128], struct error *err)
{
	memset(out, 0, sizeof(*out));
	if (depth > DEPTH_MAX)
		return error_set(err, ELOOP, "recipe %s is its own base", r->name);
	snprintf(name, 128, "%s", r->base);
	if (strcmp(r->base, "none") == 0 || is_bootstrap(r))
		return 0;
	int found = strchr(r->base, '/') ? base_path(c, r, out, err)
					 : base_image(c, r->base, depth, out, err);
	if (found < 0)
		return -1;
	snprintf(name, 128, "%s", out->sha256);
	return 0;
}

/* Parts */

static struct part *add_part(struct kitchen *k, struct part p, struct error *err)
{
	if (k->n_parts == PARTS_MAX) {
		if (p.kind != PART_FILES)
			close(p.fd);
		error_set(err, E2BIG, "recipe: parts");
		return NULL;
	}
	k->parts[k->n_parts] = p;
	return &k->parts[k->n_parts++];
}

static int open_part(struct kitchen *k, enum part_kind kind, const char *path, struct error *err)
{
	struct stat st;

	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		error_set(err, errno, "%s", path);
		drop_fd(&fd);
		return -1;
	}
	return add_part(k, (struct part){ .kind = kind, .fd = fd, .len = (uint64_t)st.st_size }, err)
		       ? 0 : -1;
}

static int new_dir(struct kitchen *k, const char *name, char out[PATH_MAX + 64], struct error *err)
{
	snprintf(out, PATH_MAX + 64, "%s/%s", k->tmp, name);
	return mkdir(out, 0700) < 0 ? error_set(err, errno, "%s", out) : 0;
}

static int put_base(struct kitchen *k, const struct image *base, struct error *err)
{
	char tar[PATH_MAX + 64];

	if (base->path[0])
		return open_part(k, PART_EXT4, base->path, err);
	if (!is_bootstrap(k->recipe))
		return 0;
	if (meter_phase(&k->meter, PROGRESS_FETCH, 0, "Debian, by mmdebstrap", err) < 0)
		return -1;
	snprintf(tar, sizeof(tar), "%s/root.tar", k->tmp);
	if (bootstrap_debian(k->recipe->suite, k->recipe->packages, tar, &k->meter, err) < 0)
		return -1;
	return open_part(k, PART_TAR, tar, err);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int put_packages(struct kitchen *k, struct error *err)
{
	char dir[PATH_MAX + 64], path[PATH_MAX + 512], text[100];
	struct dirent **names;
	int r = 0, n_packages = 0;

	while (k->recipe->packages[n_packages])
		n_packages++;
	if (!n_packages || is_bootstrap(k->recipe))
		return 0;
	snprintf(text, sizeof(text), "%.60s%s", k->recipe->packages[0],
		 n_packages > 1 ? " and other packages" : "");
	if (meter_phase(&k->meter, PROGRESS_FETCH, 0, text, err) < 0 ||
	    new_dir(k, "packages", dir, err) < 0 ||
	    apt_fetch_all(k->recipe->packages, dir, &k->meter, err) < 0)
		return -1;
	int n = scandir(dir, &names, NULL, by_name);
	for (int i = 0; i < n; i++) {
		size_t len = strlen(names[i]->d_name);
		if (r == 0 && len > 4 && strcmp(names[i]->d_name + len - 4, ".deb") == 0) {
			snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
			r = open_part(k, PART_DEB, path, err);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return r;
}

/* The names inside npm's archives begin with "package/". */
static int put_maps(struct kitchen *k, const struct recipe_npm *n, struct part *p,
		    struct error *err)
{
	const cJSON *f;

	p->maps = k->maps + k->n_maps;
	cJSON_ArrayForEach(f, n->files) {
		char from[PATH_MAX];
		const char *key = expand(k, f->string, err);
		if (!key)
			return -1;
		snprintf(from, sizeof(from), "package/%s", key);
		const char *kept = keep_word(k, strdup(from), err);
		const char *to = cJSON_IsString(f) ? expand(k, f->valuestring + 1, err) : NULL;
		if (!kept || (cJSON_IsString(f) && !to))
			return -1;
		if (k->n_maps == sizeof(k->maps) / sizeof(k->maps[0]))
			return error_set(err, E2BIG, "recipe: npm files");
		k->maps[k->n_maps++] = (struct part_map){ kept, to };
		p->n_maps++;
	}
	return 0;
}

static int put_npm(struct kitchen *k, size_t i, struct error *err)
{
	const struct recipe_npm *n = &k->recipe->npm[i];
	char dir[PATH_MAX + 64], path[PATH_MAX + 512], what[256], number[32];
	const char *platform = expand(k, n->platform, err);

	snprintf(number, sizeof(number), "npm-%zu", i);
	if (!platform || meter_phase(&k->meter, PROGRESS_FETCH, 0, n->package, err) < 0 ||
	    new_dir(k, number, dir, err) < 0 ||
	    npm_fetch(n->package, n->version, platform, dir, path, sizeof(path), what, &k->meter,
		      err) < 0 ||
	    open_part(k, PART_TAR, path, err) < 0)
		return -1;
	struct part *p = &k->parts[k->n_parts - 1];
	p->root_owned = true;
	size_t len = strlen(k->source);
	snprintf(k->source + len, sizeof(k->source) - len, "%s%s", len ? ", " : "", what);
	return put_maps(k, n, p, err);
}

/* The same path at a copy of its server. */
static const char *at_copy(struct kitchen *k, const char *url, struct error *err)
{
	const char *from = k->cook->from, *host = strstr(url, "://");
	const char *path = host ? strchr(host + 3, '/') : NULL;
	char *word = NULL;

	if (!from || !path)
		return url;
	size_t n = strlen(from);
	while (n && from[n - 1] == '/')
		n--;
	if (asprintf(&word, "%.*s%s", (int)n, from, path) < 0)
		word = NULL;
	return keep_word(k, word, err);
}

static int put_file(struct kitchen *k, const struct recipe_file *f, struct part_file *out,
		    struct error *err)
{
	*out = (struct part_file){ .path = f->path + strspn(f->path, "/"), .fd = -1,
				   .mode = S_IFREG | f->mode };
	if (f->link) {
		out->mode = S_IFLNK | 0777;
		out->data = expand(k, f->link, err);
		return out->data ? 0 : -1;
	}
	if (f->text) {
		out->data = f->text;
		out->len = strlen(f->text);
		return 0;
	}
	if (f->url) {
		char path[PATH_MAX], sum[65];
		const char *url = expand(k, f->url, err);
		if (!url || !(url = at_copy(k, url, err)))
			return -1;
		const struct download d = { .url = url, .dir = k->cook->downloads, .sha256 = f->sha256,
					    .meter = &k->meter };
		if (download_file(&d, path, sum, err) < 0)
			return -1;
		out->fd = open(path, O_RDONLY | O_CLOEXEC);
		return out->fd < 0 ? error_set(err, errno, "%s", path) : 0;
	}
	out->fd = open(f->from, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return out->fd < 0 ? error_set(err, errno, "%s", f->from) : 0;
}

static int put_files(struct kitchen *k, struct error *err)
{
	const struct recipe *r = k->recipe;

	for (size_t i = 0; i < r->n_files; i++)
		if (put_file(k, &r->files[i], &k->files[i], err) < 0)
			return -1;
	if (!r->n_files)
		return 0;
	return add_part(k, (struct part){ .kind = PART_FILES, .fd = -1, .files = k->files,
					  .n_files = r->n_files }, err) ? 0 : -1;
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
	snprintf(out->source, sizeof(out->source), "%s", k->source[0] ? k->source : r->title);
	snprintf(out->user, sizeof(out->user), "%s", r->user);
	snprintf(out->cwd, sizeof(out->cwd), "%s", r->cwd);
	out->cpu = r->cpu;
	out->boot = r->boot;
	out->root = r->root;
	out->argv = copy_list(r->command);
	out->env = copy_list(r->env);
}

static int gather(struct kitchen *k, const struct image *base, struct error *err)
{
	if (put_base(k, base, err) < 0 || put_packages(k, err) < 0)
		return -1;
	for (size_t i = 0; i < k->recipe->n_npm; i++)
		if (put_npm(k, i, err) < 0)
			return -1;
	return put_files(k, err);
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
		.parts = k->parts, .n_parts = k->n_parts, .out = k->made.fd, .spool = k->spool,
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
	if (begin(k, name, err) < 0 || gather(k, base, err) < 0 || build(k, err) < 0)
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

	if (open_part(k, PART_EXT4, below->path, err) < 0) {
		close(disk);
		return -1;
	}
	return add_part(k, upper, err) ? 0 : -1;
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
		memcpy(second->source, k->source, sizeof(second->source));
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
