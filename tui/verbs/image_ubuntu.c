/*
 * `image build ubuntu-ci`: the system that Firecracker is tested with.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/image/bucket.h"
#include "engine/image/download.h"
#include "engine/image/import.h"
#include "engine/image/kernel.h"
#include "tui/stores.h"
#include "tui/verbs/image_parts.h"
#include "tui/verbs/told.h"

#define UBUNTU_WORDS "from Firecracker's tests"

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
int image_build_ubuntu(struct call *c)
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
	int fd = image_records(c), r;
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
