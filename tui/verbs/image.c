/*
 * `image`: the images of this operator, and the default kernel beside them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/image/kernel.h"
#include "engine/image/store.h"
#include "tui/stores.h"
#include "tui/verbs/image_parts.h"

static void kernel_json(cJSON *j, const struct kernel *k)
{
	cJSON *o = cJSON_AddObjectToObject(j, "kernel");

	cJSON_AddStringToObject(o, "name", k->name);
	cJSON_AddStringToObject(o, "path", k->vmlinux);
	cJSON_AddStringToObject(o, "release", k->release);
	cJSON_AddStringToObject(o, "sha256", k->sha256);
	cJSON_AddNumberToObject(o, "size", (double)k->size);
	cJSON_AddNumberToObject(o, "modules", (double)k->n_modules);
}

static void print_image(const struct image *i)
{
	char size[16];

	text_size(size, sizeof(size), i->size);
	say("%-16s %-7s %-21s %s\n", i->name, size, i->created[0] ? i->created : "-", i->source);
}

static int list(struct call *c)
{
	char images[PATH_MAX], kernels[PATH_MAX], size[16];
	struct image *all = NULL;
	size_t n = 0;
	struct kernel k;
	struct error err;
	int have_kernel;

	if (images_dir(c->paths, images, &err) < 0 || kernels_dir(c->paths, kernels, &err) < 0 ||
	    store_list(images, &all, &n, &err) < 0)
		return talk_error(&err);
	have_kernel = kernel_find(kernels, NULL, &k, &err) == 0;
	if (call_has(c, IMAGE_JSON)) {
		cJSON *j = cJSON_CreateObject(), *items;

		cJSON_AddNumberToObject(j, "schema", 1);
		items = cJSON_AddArrayToObject(j, "images");
		for (size_t i = 0; i < n; i++)
			cJSON_AddItemToArray(items, image_json(&all[i]));
		if (have_kernel)
			kernel_json(j, &k);
		else
			cJSON_AddNullToObject(j, "kernel");
		say_json(j);
	} else {
		if (n)
			say("%-16s %-7s %-21s %s\n", "IMAGE", "SIZE", "CREATED", "SOURCE");
		for (size_t i = 0; i < n; i++)
			print_image(&all[i]);
		if (have_kernel) {
			text_size(size, sizeof(size), k.size);
			say("kernel %s, %s\n", k.name, size);
		}
		if (!n || !have_kernel)
			talk("no %s yet; vmdeck image build makes what is missing",
			     n ? "kernel" : have_kernel ? "images" : "images and no kernel");
	}
	store_list_free(all, n);
	return EXIT_DONE;
}

static int remove_image(struct call *c)
{
	char images[PATH_MAX];
	struct error err;
	int r;

	if (c->n_args < 2)
		return talk_usage("image", "rm needs a name");
	if (!call_has(c, IMAGE_YES) && (r = talk_confirm("remove the image %s", c->args[1])))
		return r;
	r = images_dir(c->paths, images, &err);
	if (r == 0)
		r = store_remove(images, c->args[1], &err);
	if (r < 0)
		return talk_error(&err);
	if (r == 1) {
		talk("vmdeck: no image \"%s\"", c->args[1]);
		return EXIT_NOT_FOUND;
	}
	talk("%s removed", c->args[1]);
	return EXIT_DONE;
}

static int run(struct call *c)
{
	static const struct {
		const char *name;
		int (*fn)(struct call *c);
	} parts[] = {{"ls", list}, {"build", image_build}, {"import", image_import},
		     {"recipes", image_recipes}, {"verify", image_verify}, {"fix", image_fix},
		     {"fix-ca", image_fix}, {"fix-dns", image_fix}, {"rm", remove_image}};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (strcmp(c->args[0], parts[i].name) == 0)
			return parts[i].fn(c);
	}
	return talk_usage("image", "no \"%s\": there are ls, build, import, recipes, verify, fix, rm", c->args[0]);
}

const struct verb verb_image = {
	.name = "image",
	.group = VERB_SETUP,
	.args = "ls | recipes | build [NAME|kernel] | import SOURCE | verify [NAME] | fix NAME | rm NAME",
	.help = "images and the default kernel",
	.more = "build makes an image by its recipe (recipes lists them); without a name it makes\n"
		"tiny anew and fetches the kernel when there is none.\n"
		"import makes an image of a tar of any compression, a saved container image (OCI\n"
		"layout, docker save), a squashfs, an ext4 or a directory: no root, no mount.\n"
		"verify reads an image from end to end: its digest, its file system, and what a\n"
		"machine needs. fix mends what it lacks (all, or the checks named after it; fix-ca\n"
		"and fix-dns mend one): a mended copy takes its name, running machines keep theirs.\n"
		"fix-ca adds to a good bundle what this host's has beyond it; with --extra only the\n"
		"anchors that an operator put on this host (/usr/local/share/ca-certificates).",
	.min = 1,
	.max = 12,
	.options = {
		[IMAGE_JSON] = {"json", 0, NULL, "one object (all but rm)"},
		[IMAGE_YES] = {"yes", 'y', NULL, "do not ask (rm)"},
		[IMAGE_NAME] = {"name", 'n', "NAME", "what the image is called (build, import)"},
		[IMAGE_ROOM] = {"room", 0, "MIB", "space left free in it, default 64 (import)"},
		[IMAGE_ROOT] = {"root", 0, NULL, "a directory's files belong to root (import)"},
		[IMAGE_ANEW] = {"anew", 0, NULL, "even if it was made before (build, import)"},
		[IMAGE_RAW] = {"as-it-is", 0, NULL, "do not make it ready (import)"},
		[IMAGE_FROM] = {"from", 0, "URL", "a copy of the servers of ubuntu-ci or of a recipe's files (build)"},
		[IMAGE_PROGRESS] = {"progress", 0, "FD", "write progress records to this descriptor (build, import)"},
		[IMAGE_BOOT] = {"boot", 0, "WHAT", "agent (the default), or init: the image's own init too (import)"},
		[IMAGE_CLONE] = {"clone", 0, NULL, "each session gets a copy of it for its root (import)"},
		[IMAGE_EXTRA] = {"extra", 0, NULL, "only this host's own anchors, added to the image's (fix-ca)"},
	},
	.run = run,
};
