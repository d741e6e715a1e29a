#include "tui/lacking.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/process.h"
#include "engine/base/text.h"
#include "engine/image/kernel.h"
#include "engine/image/recipe.h"
#include "engine/image/store.h"
#include "engine/vm/backend.h"
#include "tui/stores.h"

static bool no_program(struct lacking *out, const struct agent *a)
{
	const struct backend *b = backend_find(a->backend);
	char path[PATH_MAX];

	if (!b) {
		snprintf(out->reason, sizeof(out->reason), "there is no backend %s", a->backend);
		return true;
	}
	if (!b->program || process_find(b->program, path, sizeof(path)) == 0)
		return false;
	snprintf(out->reason, sizeof(out->reason), "%s is not on PATH", b->program);
	return true;
}

/* What cannot be read is preflight's to judge: it knows more to say than "not there". */
static bool no_kernel(struct lacking *out, const struct agent *a, const struct paths *p)
{
	char dir[PATH_MAX];
	struct kernel k;
	struct error ignored;

	if (a->kernel[0] || kernels_dir(p, dir, &ignored) < 0 || kernel_find(dir, NULL, &k, &ignored) != 1)
		return false;
	snprintf(out->reason, sizeof(out->reason), "no kernel");
	out->can_build = true;
	return true;
}

/* 0 there is one, 1 there is none, -1 it cannot be read. */
static int look_for_recipe(const char *name, const struct paths *p)
{
	struct recipe recipe;
	struct error ignored;
	int r;

	if (strcmp(name, "ubuntu-ci") == 0)
		return 0;
	if (strchr(name, '/') || strlen(name) >= sizeof(((struct lacking *)0)->image))
		return 1;
	r = recipe_find(p->config, name, &recipe, &ignored);
	if (r == 0)
		recipe_done(&recipe);
	return r;
}

static bool no_image(struct lacking *out, const struct agent *a, const struct paths *p)
{
	struct image image = { 0 };
	char dir[PATH_MAX], name[80];
	struct error ignored;
	int r;

	if (images_dir(p, dir, &ignored) < 0)
		return false;
	r = store_find(dir, a->image, &image, &ignored);
	image_done(&image);
	if (r != 1)
		return false;
	text_clean_str(name, sizeof(name), a->image);
	snprintf(out->reason, sizeof(out->reason), "no image %s", name);
	if (strcmp(a->image, "tiny") == 0) { /* a default image: its build brings the kernel too */
		out->can_build = true;
		return true;
	}
	r = look_for_recipe(a->image, p);
	out->can_build = r == 0;
	if (r == 0)
		strcpy(out->image, a->image);
	else if (r < 0)
		snprintf(out->reason, sizeof(out->reason), "no image %.40s; vmdeck image recipes says what is wrong",
			 name);
	return true;
}

bool lacking_look(struct lacking *out, const struct agent *a, const struct paths *p)
{
	*out = (struct lacking){ 0 };
	if (no_program(out, a))
		return true;
	return agent_has_machine(a) && (no_kernel(out, a, p) || no_image(out, a, p));
}
