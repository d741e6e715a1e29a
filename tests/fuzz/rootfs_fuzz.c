/*
 * Any bytes as a tar, as a container image, and as a layer over another: what is
 * written is an ext4 that opens, and in which every name can be asked for.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/image/container.h"
#include "engine/image/ext4.h"
#include "engine/image/ext4_tree.h"
#include "engine/image/part.h"
#include "engine/image/rootfs.h"

enum {
	SMALL = 8 << 20,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int ask(void *arg, const struct entry *e, struct error *err)
{
	struct ext4_node node;

	if (e->path[0])
		assert(ext4_stat(arg, e->path, false, &node, err) == 0 && node.mode == (e->hardlink ? node.mode : e->mode));
	return 0;
}

static void look(int fd)
{
	struct error err;
	AUTO_EXT4 struct ext4 *fs = ext4_open(fd, false, &err);

	assert(fs);
	/* Paths longer than a path may be are written, and cannot be asked for. */
	ext4_tree_walk(fs, "/", false, ask, fs, &err);
}

static void build(int fd, size_t n)
{
	struct part p = { .kind = PART_TAR, .fd = fd, .len = n, .layer = true };
	AUTO_CLOSE int out = memfd_create("out", MFD_CLOEXEC);
	struct rootfs_need need = { 0 };
	struct error err;

	if (archive_is_packed(fd, 0, &err) || part_walk(&p, rootfs_measure, &need, &err) < 0 ||
	    rootfs_size(&need, 0) > SMALL)
		return;
	need.entries *= 2;
	AUTO_ROOTFS struct rootfs *r = rootfs_begin(out, &need, 1 << 20, "fuzz", NULL, NULL, &err);
	if (!r || part_walk(&p, rootfs_add, r, &err) < 0)
		return;
	rootfs_layer(r);
	if (part_walk(&p, rootfs_add, r, &err) < 0)
		return;
	if (rootfs_end(take_ptr(&r), &err) == 0)
		look(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct container c;
	struct error err;

	AUTO_CLOSE int fd = memfd_create("tar", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	if (container_read_tar(fd, 0, n, &c, &err) == 0)
		assert(c.n_layers > 0 && c.n_layers <= CONTAINER_LAYERS);
	build(fd, n);
	return 0;
}
