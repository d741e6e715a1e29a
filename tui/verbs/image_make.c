/*
 * `image build`, `import` and `recipes`: images made.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/image/import.h"
#include "engine/image/kernel.h"
#include "engine/image/recipe.h"
#include "tui/prepare.h"
#include "tui/stores.h"
#include "tui/verbs/image_parts.h"
#include "tui/verbs/told.h"

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
	int fd = image_records(c), r;

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
	int fd = image_records(c), r;
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

static int build_named(struct call *c, const char *name)
{
	char images[PATH_MAX];
	struct recipe recipe;
	struct error err;
	int r;

	if (strcmp(name, "ubuntu-ci") == 0)
		return image_build_ubuntu(c);
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
	int fd = image_records(c), code;
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
