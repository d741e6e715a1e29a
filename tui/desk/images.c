#include "tui/desk/desk.h"

#include <stdio.h>

#include "engine/base/text.h"
#include "engine/image/recipe.h"
#include "tui/lacking.h"

/* Images, where the dashboard has them built: asked for by name, or by an agent that
 * lacks one. */

void desk_build(struct desk *d, const char *image)
{
	if (!image && build_show(&d->build))
		return;
	build_start(&d->build, image ? image : "");
	build_show(&d->build);
}

void desk_built(struct build *b)
{
	struct desk *d = b->owner;
	char name[BUILD_TITLE], key[KEY_NAME_CAP], text[160], hint[64] = "";

	build_name(b->image, name);
	d->card_known = false; /* look again */
	if (b->cancelled)
		snprintf(text, sizeof(text), "%s: cancelled", name);
	else if (b->failed)
		snprintf(text, sizeof(text), "%s: the build failed", name);
	else
		snprintf(text, sizeof(text), "%s: ready", name);
	if (b->unread)
		snprintf(hint, sizeof(hint), "%s in the list shows why",
			 bindings_key(&d->settings.bindings, ACTION_BUILD, key, sizeof(key)));
	desk_notice(d, b->failed && !b->cancelled, text, hint);
	if (desk_on_top(d, &d->picker.view))
		desk_fill_picker(d);
}

/* --- What there is to build --- */

struct found {
	struct desk *d;
	void (*add)(struct desk *d, const char *name, const char *title);
};

static void on_recipe(void *arg, const struct recipe *r)
{
	struct found *f = arg;
	char title[112];

	f->add(f->d, r->name, text_clean_str(title, sizeof(title), r->title));
}

void desk_add_recipes(struct desk *d, void (*add)(struct desk *d, const char *name, const char *title))
{
	struct found f = { d, add };
	struct error ignored; /* `vmdeck image recipes` tells of broken ones */

	add(d, "tiny", "busybox, and nothing else");
	add(d, "ubuntu-ci", "Ubuntu of Firecracker's tests, with its kernel");
	recipe_each(d->paths->config, on_recipe, NULL, &f, &ignored);
}

/* --- What an agent lacks --- */

bool desk_lacks(struct desk *d, const struct agent *a, char *reason, size_t cap, bool *can_build)
{
	char key[KEY_NAME_CAP];
	struct lacking l;

	if (!lacking_look(&l, a, d->paths))
		return false;
	*can_build = l.can_build;
	bindings_key(&d->settings.bindings, ACTION_PICK_BUILD, key, sizeof(key));
	if (l.can_build && build_has(&d->build, l.image))
		snprintf(reason, cap, "%s yet: it is being built", l.reason);
	else if (l.can_build && key[0])
		snprintf(reason, cap, "%s: %s builds it", l.reason, key);
	else
		snprintf(reason, cap, "%s", l.reason);
	return true;
}

void desk_build_for(struct desk *d, const struct agent *a)
{
	struct lacking l = { 0 };
	char text[200];

	if (!lacking_look(&l, a, d->paths))
		snprintf(text, sizeof(text), "%s has all that could be built", a->name);
	else if (!l.can_build)
		snprintf(text, sizeof(text), "%s: nothing that could be built mends that", l.reason);
	else {
		build_start(&d->build, l.image);
		desk_fill_picker(d);
		return;
	}
	desk_notice(d, false, text, "");
}
