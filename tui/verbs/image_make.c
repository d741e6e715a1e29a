/*
 * `image build`, `import` and `recipes`: images made.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/check/bundle.h"
#include "engine/image/bucket.h"
#include "engine/image/download.h"
#include "engine/image/import.h"
#include "engine/image/kernel.h"
#include "engine/image/recipe.h"
#include "tui/prepare.h"
#include "tui/verbs/image_parts.h"
#include "tui/verbs/told.h"

#define UBUNTU_WORDS "from Firecracker's tests"

char *image_host_bundle(size_t *len)
{
	const char *set = getenv("SSL_CERT_FILE");
	struct error ignored;
	char *text = set && *set ? file_read(AT_FDCWD, set, BUNDLE_BYTES_MAX, len, &ignored) : NULL;

	for (int i = 0; !text && bundle_paths[i]; i++)
		text = file_read(AT_FDCWD, bundle_paths[i], BUNDLE_BYTES_MAX, len, &ignored);
	return text;
}

bool image_judge_bundle(const void *text, size_t len, char *said, size_t cap)
{
	struct error ignored;
	struct bundle b;

	if (bundle_parse(&b, text, len, time(NULL), &ignored) < 0)
		return snprintf(said, cap, "unreadable"), false;
	snprintf(said, cap, "%u certificates%s", b.certs,
		 b.expired > b.certs / 2 ? ", most of them expired" : "");
	return b.certs > 0 && b.expired <= b.certs / 2;
}

int image_made(const struct call *c, const struct image *i, bool before, uint64_t begun)
{
	char size[16];

	if (call_has(c, IMAGE_JSON)) {
		cJSON *j = image_json(i);

		cJSON_AddBoolToObject(j, "made", !before);
		say_json(j);
		return EXIT_DONE;
	}
	text_size(size, sizeof(size), i->size);
	talk("image %s: %s, %s, %.1f s", i->name, before ? "made before" : "made", size,
	     (double)(now_ms() - begun) / 1000);
	return EXIT_DONE;
}

int image_not_made(const struct error *err, const char *doing)
{
	if (err->code != ECANCELED)
		return talk_error(err);
	talk("vmdeck: %s cancelled; nothing was left", doing);
	return EXIT_INTERRUPTED;
}

/* -2: the option is wrong, and told so. */
static int records(const struct call *c)
{
	long long fd = call_number(c, IMAGE_PROGRESS, 0, 1 << 20, -1);

	return call_has(c, IMAGE_PROGRESS) && fd < 0 ? -2 : (int)fd;
}

int image_import(struct call *c)
{
	long long room = call_number(c, IMAGE_ROOM, 0, 1 << 20, IMPORT_ROOM >> 20);
	char images[PATH_MAX], name[64], what[96];
	uint64_t begun = now_ms();
	struct image image = {0};
	enum image_boot boot;
	struct told told;
	struct error err;
	size_t len = 0;
	AUTO_FREE char *bundle = image_host_bundle(&len);
	int fd = records(c), r;

	if (c->n_args < 2)
		return talk_usage("image", "import needs a file or a directory");
	if (room < 0 || fd < -1)
		return EXIT_USAGE;
	if (call_has(c, IMAGE_BOOT) && image_boot_by_name(c->values[IMAGE_BOOT], &boot) < 0)
		return talk_usage("image", "--boot is agent or init");
	import_name(c->args[1], name);
	const struct import how = {
		.images = images,
		.name = call_has(c, IMAGE_NAME) ? c->values[IMAGE_NAME] : name,
		.source = c->args[1],
		.room = (uint64_t)room << 20,
		.root_owned = call_has(c, IMAGE_ROOT),
		.anew = call_has(c, IMAGE_ANEW),
		.as_it_is = call_has(c, IMAGE_RAW),
		.boot = call_has(c, IMAGE_BOOT) ? c->values[IMAGE_BOOT] : NULL,
		.root = call_has(c, IMAGE_CLONE) ? image_root_name(IMAGE_ROOT_CLONE) : NULL,
		.ready = {.bundle = bundle, .bundle_len = len, .judge = image_judge_bundle},
		.progress = told_record,
		.progress_arg = &told,
	};
	if (images_dir(c->paths, images, &err) < 0)
		return talk_error(&err);
	snprintf(what, sizeof(what), "import %.63s", how.name);
	told_begin(&told, what, fd);
	r = import_image(&how, &image, &err);
	told_end(&told);
	if (r < 0)
		return image_not_made(&err, "import");
	r = image_made(c, &image, r == 1, begun);
	image_done(&image);
	return r;
}

static int build_recipe(struct call *c, const struct recipe *recipe, const char *images)
{
	char what[96], downloads[PATH_MAX];
	uint64_t begun = now_ms();
	struct image image = {0};
	struct told told;
	struct error err;
	size_t len = 0;
	AUTO_FREE char *bundle = image_host_bundle(&len);
	int fd = records(c), r;
	struct image_machine machine = {c->paths, told_record, &told};
	const struct cook how = {
		.images = images,
		.run = image_run_commands,
		.run_arg = &machine,
		.config = c->paths->config,
		.downloads = downloads,
		.recipe = recipe,
		.name = c->values[IMAGE_NAME],
		.from = c->values[IMAGE_FROM],
		.anew = call_has(c, IMAGE_ANEW),
		.bundle = bundle,
		.bundle_len = len,
		.judge = image_judge_bundle,
		.progress = told_record,
		.progress_arg = &told,
	};

	if (fd < -1)
		return EXIT_USAGE;
	snprintf(downloads, sizeof(downloads), "%.4000s/downloads", c->paths->cache);
	snprintf(what, sizeof(what), "build %.63s", recipe->name);
	told_begin(&told, what, fd);
	if (recipe->commands[0] && (r = prepare_kernel(c->paths, told_record, &told))) {
		told_end(&told);
		return r;
	}
	r = cook_image(&how, &image, &err);
	told_end(&told);
	if (r < 0)
		return image_not_made(&err, "build");
	r = image_made(c, &image, r == 1, begun);
	image_done(&image);
	return r;
}

/* What the newest was made of; made before when nobody wants a newer one. */
static int ubuntu_made(struct call *c, const char *images, const char *name, uint64_t begun)
{
	struct image there = {0};
	struct error err;
	int code;

	if (call_has(c, IMAGE_ANEW) || store_find(images, name, &there, &err) != 0)
		return -1;
	code = strstr(there.source, UBUNTU_WORDS) ? image_made(c, &there, true, begun) : -1;
	image_done(&there);
	return code;
}

struct ubuntu {
	const char *images, *name, *kernels, *downloads;
	struct told *told;
	struct ready_wish ready;
};

static int make_ubuntu(const struct ubuntu *u, const char *base, struct image *out,
		       struct kernel *kernel, struct error *err)
{
	char root[PATH_MAX], vmlinux[PATH_MAX], sum[65], about[200];
	struct bucket_found found;
	struct meter meter;

	meter_init(&meter, told_record, u->told);
	if (meter_phase(&meter, PROGRESS_FETCH, 0, "the list", err) < 0 ||
	    bucket_find(base, &found, &meter, err) < 0)
		return -1;
	struct download d = {.url = found.kernel, .dir = u->downloads, .meter = &meter};
	if (download_file(&d, vmlinux, sum, err) < 0 ||
	    kernel_from_file(vmlinux, NULL, u->kernels, kernel, err) < 0)
		return -1;
	d.url = found.root;
	if (download_file(&d, root, sum, err) < 0)
		return -1;
	snprintf(about, sizeof(about), "%.60s of %s, " UBUNTU_WORDS, strrchr(found.root, '/') + 1,
		 found.date);
	const struct import how = {
		.images = u->images,
		.name = u->name,
		.source = root,
		.about = about,
		.room = IMPORT_ROOM,
		.ready = u->ready,
		.progress = told_record,
		.progress_arg = u->told,
	};
	return import_image(&how, out, err);
}

/* The seed's recipe: Firecracker's own Ubuntu, with the kernel that is tested with it. */
static int build_ubuntu(struct call *c)
{
	const char *from = call_has(c, IMAGE_FROM) ? c->values[IMAGE_FROM] : BUCKET_DEFAULT;
	char images[PATH_MAX], kernels[PATH_MAX], downloads[PATH_MAX];
	const char *name = call_has(c, IMAGE_NAME) ? c->values[IMAGE_NAME] : "ubuntu-ci";
	uint64_t begun = now_ms();
	struct image image = {0};
	struct kernel kernel;
	struct told told;
	struct error err;
	size_t len = 0;
	AUTO_FREE char *bundle = image_host_bundle(&len);
	int fd = records(c), r;
	const struct ubuntu u = {
		images, name, kernels, downloads, &told,
		{.bundle = bundle, .bundle_len = len, .judge = image_judge_bundle},
	};

	if (fd < -1)
		return EXIT_USAGE;
	if (images_dir(c->paths, images, &err) < 0)
		return talk_error(&err);
	/* Where launches keep kernels given by path: it is nobody's default. */
	snprintf(kernels, sizeof(kernels), "%.4000s/own-kernels", c->paths->cache);
	if ((r = ubuntu_made(c, images, name, begun)) >= 0)
		return r;
	snprintf(downloads, sizeof(downloads), "%.4000s/downloads", c->paths->cache);
	told_begin(&told, "build ubuntu-ci", fd);
	r = make_ubuntu(&u, from, &image, &kernel, &err);
	told_end(&told);
	if (r < 0)
		return image_not_made(&err, "build");
	r = image_made(c, &image, false, begun);
	if (!call_has(c, IMAGE_JSON))
		talk("its kernel: %s (an agent's \"kernel\")", kernel.vmlinux);
	image_done(&image);
	return r;
}

static int build_named(struct call *c, const char *name)
{
	char images[PATH_MAX];
	struct recipe recipe;
	struct error err;
	int r;

	if (strcmp(name, "ubuntu-ci") == 0)
		return build_ubuntu(c);
	r = images_dir(c->paths, images, &err);
	if (r == 0)
		r = recipe_find(c->paths->config, name, &recipe, &err);
	if (r < 0)
		return talk_error(&err);
	if (r == 1) {
		talk("vmdeck: no recipe \"%s\"", name);
		talk("  fix: vmdeck image recipes lists them; write %s/images/%s.json",
		     c->paths->config, name);
		return EXIT_NOT_FOUND;
	}
	r = build_recipe(c, &recipe, images);
	recipe_done(&recipe);
	return r;
}

static int build_kernel(struct call *c)
{
	int fd = records(c), code;
	struct told told;

	if (fd < -1)
		return EXIT_USAGE;
	told_begin(&told, "kernel", fd);
	code = prepare_kernel(c->paths, told_record, &told);
	told_end(&told);
	return code;
}

int image_build(struct call *c)
{
	const char *what = c->n_args > 1 ? c->args[1] : NULL;
	int code = 0;

	if (what && strcmp(what, "tiny") != 0 && strcmp(what, "kernel") != 0)
		return build_named(c, what);
	if (!what || strcmp(what, "kernel") == 0)
		code = build_kernel(c);
	if (code == 0 && (!what || strcmp(what, "tiny") == 0))
		code = prepare_tiny(c->paths, true);
	return code;
}

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
