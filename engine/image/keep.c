#include "engine/image/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/assemble.h"
#include "engine/image/ext4.h"
#include "engine/image/workspace.h"

enum { ROOM_MIB = 64 };

/* Does the disk have a workspace's layer? Asked apart from the rest: it is the guest's. */
static bool has_base(int disk)
{
	struct error ignored;
	AUTO_EXT4 struct ext4 *fs = ext4_open(disk, false, &ignored);
	struct ext4_node node;

	return fs && ext4_stat(fs, WORKSPACE_LAYER, false, &node, &ignored) == 0;
}

/* What made the session itself stays with it; the image has its own. */
static const struct part_map changes[] = {
	{ "etc/machine-id", NULL }, { "etc/hostname", NULL }, { "etc/hosts", NULL },
	{ "etc/resolv.conf", NULL }, { "", "" },
};

static int write_parts(int disk, int image, int out, int spool, struct error *err)
{
	struct part parts[3] = { { .kind = PART_EXT4, .fd = image, .top = "/" } };
	size_t n = 1;

	if (has_base(disk))
		parts[n++] = (struct part){ .kind = PART_EXT4, .fd = disk, .top = WORKSPACE_LAYER };
	parts[n++] = (struct part){ .kind = PART_EXT4, .fd = disk, .top = "/upper", .upper = true,
				      .maps = changes, .n_maps = sizeof(changes) / sizeof(*changes) };
	const struct assemble a = {
		.parts = parts, .n_parts = n, .out = out, .spool = spool,
		.room = (uint64_t)ROOM_MIB << 20, .label = "vmdeck-image",
	};
	return assemble(&a, err);
}

/* What the image below says of itself; one given by path says nothing. */
static void describe(const char *images, const char *from, struct image *out)
{
	struct error ignored;

	if (store_find(images, from, out, &ignored) != 0) {
		*out = (struct image){ .cpu = IMAGE_CPU_MAX };
	}
	out->dir[0] = out->path[0] = out->sha256[0] = out->created[0] = '\0';
	out->size = 0;
	snprintf(out->source, sizeof(out->source), "a session of %.200s", from);
}

static int check_name(const char *images, const char *name, struct error *err)
{
	struct image there;
	size_t n = strlen(name);
	int r;

	if (!n || n >= sizeof(there.name) || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-._") != n ||
	    name[0] == '.' || name[0] == '-') {
		error_set(err, EINVAL, "not a name for an image");
		error_hint(err, "small letters, digits, dashes, dots, at most 63");
		return -1;
	}
	r = store_find(images, name, &there, err);
	if (r < 0)
		return -1;
	if (r == 0) {
		image_done(&there);
		error_set(err, EEXIST, "there is an image %s already", name);
		error_hint(err, "choose another name, or remove it: vmdeck image rm %s", name);
		return -1;
	}
	return 0;
}

int keep_image(int disk, int image, const char *images, const char *name, const char *from,
	       struct image *out, struct error *err)
{
	struct store_new made = { .fd = -1, .lock = -1 };
	AUTO_CLOSE int spool = -1;
	int r = -1;

	*out = (struct image){ 0 };
	if (check_name(images, name, err) < 0 || store_begin(images, name, &made, err) < 0)
		return -1;
	spool = open(images, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (spool < 0)
		error_set(err, errno, "make a file in %s", images);
	else if (write_parts(disk, image, made.fd, spool, err) == 0) {
		describe(images, from, out);
		snprintf(out->name, sizeof(out->name), "%s", name);
		r = store_commit(images, &made, out, err);
	}
	store_abort(&made);
	if (r < 0)
		image_done(out);
	return r;
}
