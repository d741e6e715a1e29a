#include "tui/prepare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/base/text.h"
#include "engine/check/remembered.h"
#include "engine/check/runner.h"
#include "engine/image/kernel.h"
#include "engine/image/recipe.h"
#include "engine/image/store.h"
#include "engine/image/tiny.h"
#include "engine/session/standby.h"
#include "engine/vm/backend.h"
#include "tui/launch_plan.h"
#include "tui/settings.h"
#include "tui/stores.h"
#include "tui/talk.h"

int prepare_backend(const struct agent *a)
{
	const struct backend *b = backend_find(a->backend);
	char path[PATH_MAX];

	if (!b) {
		talk("vmdeck: agent %s: no backend \"%s\"", a->name, a->backend);
		talk("  fix: vmdeck info lists the backends");
		return EXIT_UNAVAILABLE;
	}
	if (!b->program || process_find(b->program, path, sizeof(path)) == 0)
		return 0;
	talk("vmdeck: agent %s: %s is not on PATH, so %s cannot run", a->name, b->program, b->title);
	talk("  fix: install it (Debian: sudo apt install qemu-system-x86); vmdeck doctor tells more");
	return EXIT_UNAVAILABLE;
}

/* Before seconds are spent on what could not be kept. */
static int can_write(const char *dir, struct error *err)
{
	int fd = paths_need(dir, err);

	return fd < 0 ? -1 : close(fd);
}

int prepare_kernel(const struct paths *p, progress_fn *progress, void *arg)
{
	char dir[PATH_MAX], size[32];
	uint64_t begun = now_ms();
	struct kernel k;
	struct meter meter;
	struct error err;
	int r;

	if (kernels_dir(p, dir, &err) < 0)
		return talk_error(&err);
	r = kernel_find(dir, NULL, &k, &err);
	if (r == 0)
		return 0;
	if (r < 0)
		return talk_error(&err);
	if (can_write(p->cache, &err) < 0)
		return talk_error(&err);
	talk("kernel: none yet, fetching the default one (once)");
	meter_init(&meter, progress, arg);
	if (kernel_fetch(dir, &k, &meter, &err) < 0) {
		if (err.code != ECANCELED)
			return talk_error(&err);
		talk("vmdeck: cancelled; nothing was left");
		return EXIT_INTERRUPTED;
	}
	text_size(size, sizeof(size), k.size);
	talk("kernel: %s, %s, %.1f s", k.name, size, (double)(now_ms() - begun) / 1000);
	return 0;
}

int prepare_tiny(const struct paths *p, bool anew)
{
	char dir[PATH_MAX], size[32];
	uint64_t begun = now_ms();
	struct image image = {0};
	struct error err;
	int r;

	if (images_dir(p, dir, &err) < 0)
		return talk_error(&err);
	r = anew ? 1 : store_find(dir, "tiny", &image, &err);
	if (r == 1) {
		image = (struct image){0};
		r = tiny_build(dir, &image, &err);
		if (r == 0) {
			text_size(size, sizeof(size), image.size);
			talk("image: tiny built, %s, %llu ms", size,
			     (unsigned long long)(now_ms() - begun));
		}
	}
	if (r < 0)
		return talk_error(&err);
	image_done(&image);
	return 0;
}

static bool has_recipe(const char *name, const struct paths *p)
{
	struct recipe recipe;
	struct error ignored;

	if (recipe_find(p->config, name, &recipe, &ignored) != 0)
		return false;
	recipe_done(&recipe);
	return true;
}

static int find_image(const struct agent *a, const struct paths *p)
{
	struct image image = {0};
	char dir[PATH_MAX];
	struct error err;
	int r;

	if (images_dir(p, dir, &err) < 0)
		return talk_error(&err);
	r = store_find(dir, a->image, &image, &err);
	if (r < 0)
		return talk_error(&err);
	image_done(&image);
	if (r == 0)
		return 0;
	talk("vmdeck: agent %s: there is no image \"%s\"", a->name, a->image);
	if (strchr(a->image, '/'))
		talk("  fix: is that where it lies? vmdeck image ls lists those that have names");
	else if (strcmp(a->image, "ubuntu-ci") == 0 || has_recipe(a->image, p))
		talk("  fix: vmdeck image build %s", a->image);
	else
		talk("  fix: vmdeck image import makes one of a root file system, image ls lists those "
		     "that are there, image recipes what can be built");
	return EXIT_NOT_FOUND;
}

int prepare_agent(const struct agent *a, const struct paths *p)
{
	int code = 0;

	if (!agent_has_machine(a))
		return 0;
	if (!a->kernel[0])
		code = prepare_kernel(p, NULL, NULL);
	if (code)
		return code;
	return strcmp(a->image, "tiny") == 0 ? prepare_tiny(p, false) : find_image(a, p);
}

static void tell_blocker(const struct check_record *r)
{
	char fix[1024];

	talk("  %s %s: %s", r->id, r->title, r->summary);
	if (r->n_fixes) {
		check_fix_command(&r->fixes[0], fix, sizeof(fix));
		talk("  fix: %s%s%s", r->fixes[0].text, fix[0] ? ": " : "", fix);
	}
}

static int tell_blocked(const struct report *report)
{
	if (report_verdict(report) != REPORT_BLOCKED)
		return 0;
	talk("vmdeck: preflight blocks this launch:");
	for (size_t i = 0; i < report->n; i++)
		if (record_blocks(&report->records[i]))
			tell_blocker(&report->records[i]);
	talk("  vmdeck doctor tells more");
	return EXIT_BLOCKED;
}

int prepare_ask(const struct agent *const *agents, size_t n, unsigned count, const struct paths *p)
{
	AUTO_FREE struct check_plan *plan = calloc(1, sizeof(*plan));
	struct report report;
	struct error err;
	char key[65];
	bool keyed;
	int code;

	if (!plan)
		return EXIT_FAILED;
	launch_plan(plan, agents, n, count, p);
	plan->quick = true;
	keyed = remembered_key(plan, key, &err) == 0;
	if (keyed && remembered_has(p->cache, key)) {
		if (check_now(plan, &report, &err) < 0)
			return talk_error(&err);
	} else if (check_run_all(plan, &report, &err) < 0) {
		return talk_error(&err);
	} else if (keyed && report_verdict(&report) != REPORT_BLOCKED &&
		   !report_count(&report, CHECK_UNKNOWN)) {
		remembered_keep(p->cache, key);
	}
	code = tell_blocked(&report);
	report_done(&report);
	return code;
}

unsigned prepare_config(const struct paths *p)
{
	AUTO_FREE struct settings *s = calloc(1, sizeof(*s));
	struct error ignored;

	if (!s || settings_load(s, p, &ignored) < 0)
		return 0;
	standby_want(p, s->standby > 0 ? (unsigned)s->standby : 0, &ignored);
	return s->growth;
}
