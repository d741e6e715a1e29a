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
#include "tui/prepare.h"

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

static bool has_recipe(const char *name, const struct paths *p)
{
	struct recipe recipe;
	struct error ignored;

	if (strcmp(name, "ubuntu-ci") == 0)
		return true;
	if (strchr(name, '/') || recipe_find(p->config, name, &recipe, &ignored) != 0)
		return false;
	recipe_done(&recipe);
	return true;
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
	snprintf(out->reason, sizeof(out->reason), "no image %s",
		 text_clean_str(name, sizeof(name), a->image));
	if (strcmp(a->image, "tiny") == 0) {
		out->can_build = true;
	} else if (strlen(a->image) < sizeof(out->image) && has_recipe(a->image, p)) {
		out->can_build = true;
		strcpy(out->image, a->image);
	}
	return true;
}

bool lacking_look(struct lacking *out, const struct agent *a, const struct paths *p)
{
	*out = (struct lacking){ 0 };
	if (no_program(out, a))
		return true;
	return agent_has_machine(a) && (no_kernel(out, a, p) || no_image(out, a, p));
}
