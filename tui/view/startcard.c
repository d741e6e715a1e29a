#include "tui/view/startcard.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/process.h"
#include "engine/base/text.h"
#include "engine/image/kernel.h"
#include "engine/image/store.h"
#include "engine/vm/backend.h"
#include "tui/stores.h"

static void add(char *out, size_t cap, const char *word)
{
	size_t n = strlen(out);

	if (n + strlen(word) + 3 < cap)
		snprintf(out + n, cap - n, "%s%s", n ? ", " : "", word);
}

static void look_backends(struct startcard *c)
{
	char path[PATH_MAX];

	for (size_t i = 0; backends[i]; i++) {
		if (!backends[i]->program)
			continue; /* the demo is always there */
		if (process_find(backends[i]->program, path, sizeof(path)) == 0) {
			add(c->backends, sizeof(c->backends), backends[i]->title);
			c->any_backend = true;
		}
	}
}

static void look_kernel(struct startcard *c, const struct paths *p)
{
	char dir[PATH_MAX];
	struct kernel k;
	struct error ignored;

	if (kernels_dir(p, dir, &ignored) < 0 || kernel_find(dir, NULL, &k, &ignored) != 0)
		return;
	text_clean_str(c->kernel, sizeof(c->kernel), k.name);
	c->any_kernel = true;
}

static void look_images(struct startcard *c, const struct paths *p)
{
	char dir[PATH_MAX], name[64];
	struct image *images = NULL;
	struct error ignored;
	size_t n = 0;

	if (images_dir(p, dir, &ignored) < 0 || store_list(dir, &images, &n, &ignored) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		add(c->images, sizeof(c->images), text_clean_str(name, sizeof(name), images[i].name));
	c->any_image = n > 0;
	store_list_free(images, n);
}

static void look_credentials(struct startcard *c)
{
	static const char *const names[] = { "ANTHROPIC_API_KEY", "OPENAI_API_KEY",
					     "CLAUDE_CODE_OAUTH_TOKEN", "GEMINI_API_KEY" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *v = getenv(names[i]);

		if (v && *v)
			add(c->credentials, sizeof(c->credentials), names[i]);
	}
	c->any_credential = c->credentials[0];
}

void startcard_look(struct startcard *c, const struct paths *p, const struct manifest *m)
{
	*c = (struct startcard){ 0 };
	look_backends(c);
	look_kernel(c, p);
	look_images(c, p);
	look_credentials(c);
	for (size_t i = 0; i < m->n; i++)
		add(c->agents, sizeof(c->agents), m->agents[i].name);
}

/* What to press for what is missing. */
static const char *build_hint(const struct bindings *b, char *out, size_t cap)
{
	char key[KEY_NAME_CAP];

	snprintf(out, cap, "none yet: %s builds it, as vmdeck image build does",
		 bindings_key(b, ACTION_BUILD, key, sizeof(key)));
	return out;
}

static int draw_found(struct paint p, int row, const char *what, bool there, const char *found,
		      const char *gap)
{
	struct paint text = paint_part(p, row, 16, p.rows - row, p.cols - 16);
	int used;

	if (row >= p.rows)
		return row;
	paint_text(p, row, 0, there ? ROLE_CHECK_OK : ROLE_CHECK_WARN,
		   there ? paint_sign(p.s, "✓", "+") : "!");
	paint_text(p, row, 2, ROLE_TITLE, what);
	used = paint_wrapped(text, 0, there ? ROLE_TEXT : ROLE_DIM, there ? found : gap);
	return row + (used < 1 ? 1 : used);
}

static int draw_key(struct paint p, int row, const struct bindings *b, enum action a,
		    const char *what)
{
	char key[KEY_NAME_CAP];

	if (row >= p.rows)
		return row;
	paint_right(paint_part(p, row, 0, 1, 6), 0, ROLE_KEY, bindings_key(b, a, key, sizeof(key)));
	return row + paint_wrapped(paint_part(p, row, 8, p.rows - row, p.cols - 9), 0, ROLE_TEXT, what);
}

void startcard_draw(struct paint p, const struct startcard *c, const struct bindings *b)
{
	struct paint in;
	char hint[96];
	int row = 0;

	p = paint_on(p, ROLE_TEXT);
	paint_clear(p);
	in = paint_box(p, ROLE_BORDER);
	in = paint_part(in, in.rows > 20 ? 2 : 0, in.cols > 60 ? 4 : 1, in.rows, in.cols - 6);
	row += paint_wrapped(in, row, ROLE_TITLE, "AI agents, each in a machine of its own.") + 1;
	row = draw_found(in, row, "backends", c->any_backend, c->backends,
			 "none on PATH: sudo apt install qemu-system-x86");
	row = draw_found(in, row, "kernel", c->any_kernel, c->kernel,
			 build_hint(b, hint, sizeof(hint)));
	row = draw_found(in, row, "images", c->any_image, c->images,
			 build_hint(b, hint, sizeof(hint)));
	row = draw_found(in, row, "agents", c->agents[0], c->agents, "none");
	row = draw_found(in, row, "credentials", c->any_credential, c->credentials,
			 "none in the environment; only agents that call an API need one");
	row++;
	row = draw_key(in, row, b, ACTION_LAUNCH, "pick agents and launch them");
	row = draw_key(in, row, b, ACTION_PREFLIGHT, "what this host has and lacks, and how to mend it");
	row = draw_key(in, row, b, ACTION_HELP, "all keys");
	row = draw_key(in, row, b, ACTION_QUIT, "leave; sessions go on running");
	row++;
	if (row < in.rows)
		paint_wrapped(in, row, ROLE_DIM,
			   "vmdeck demo shows scripted consoles, without any machine");
}
