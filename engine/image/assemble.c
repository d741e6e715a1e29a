#include "engine/image/assemble.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/image/apart.h"
#include "engine/image/room.h"
#include "engine/image/rootfs.h"

enum {
	CPU_BASE_S = 8,
	BYTES_PER_CPU_S = 2 << 20, /* of source, at worst: xz on a slow core */
};
#define FILE_MAX (1ULL << 41)

/* The child's view. */
struct job {
	const struct assemble *a;
	struct apart *apart;
	struct meter meter;
};

static int on_bytes(void *arg, uint64_t bytes, struct error *err)
{
	return meter_add(arg, bytes, err);
}

static uint64_t packed_bytes(const struct assemble *a)
{
	uint64_t sum = 0;
	struct stat st;

	for (size_t i = 0; i < a->n_parts; i++)
		if (a->parts[i].kind == PART_TAR)
			sum += a->parts[i].len;
		else if (a->parts[i].kind != PART_FILES && fstat(a->parts[i].fd, &st) == 0)
			sum += S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	return sum;
}

static int unpack_all(struct job *j, struct error *err)
{
	bool any = false;

	for (size_t i = 0; i < j->a->n_parts; i++)
		any |= part_is_packed(&j->a->parts[i]);
	if (!any)
		return 0;
	/* How much it becomes is not known; it is not less. */
	if (room_for(j->a->spool, packed_bytes(j->a), "unpacking", err) < 0 ||
	    meter_phase(&j->meter, PROGRESS_UNPACK, packed_bytes(j->a), "", err) < 0)
		return -1;
	for (size_t i = 0; i < j->a->n_parts; i++)
		if (part_unpack(&j->a->parts[i], j->a->spool, on_bytes, &j->meter, err) < 0)
			return -1;
	return 0;
}

static int write_all(struct job *j, const struct rootfs_need *need, struct error *err)
{
	if (meter_phase(&j->meter, PROGRESS_WRITE, need->bytes, "", err) < 0)
		return -1;
	AUTO_ROOTFS struct rootfs *r = rootfs_begin(j->a->out, need, j->a->room, j->a->label, on_bytes,
						    &j->meter, err);
	if (!r)
		return -1;
	for (size_t i = 0; i < j->a->n_parts; i++) {
		rootfs_layer(r);
		if (part_walk(&j->a->parts[i], rootfs_add, r, err) < 0)
			return -1;
	}
	return rootfs_end(take_ptr(&r), err);
}

static int work(void *arg, void *out, struct error *err)
{
	struct job *j = arg;
	struct rootfs_need need = { 0 };

	(void)out;
	meter_init(&j->meter, apart_tell, j->apart);
	if (unpack_all(j, err) < 0 || meter_phase(&j->meter, PROGRESS_MEASURE, 0, "", err) < 0)
		return -1;
	for (size_t i = 0; i < j->a->n_parts; i++)
		if (part_walk(&j->a->parts[i], rootfs_measure, &need, err) < 0)
			return -1;
	if (room_for(j->a->out, need.blocks * 4096 + need.entries * 256, "the image", err) < 0)
		return -1;
	return write_all(j, &need, err);
}

int assemble(const struct assemble *a, struct error *err)
{
	size_t n = 2;
	for (size_t i = 0; i < a->n_parts; i++)
		n += part_descriptors(&a->parts[i], NULL);
	AUTO_FREE int *keep = calloc(n, sizeof(*keep));
	struct job j = { .a = a };
	struct apart child = {
		.fn = work,
		.arg = &j,
		.file_max = FILE_MAX,
		.cpu_s = (unsigned)(CPU_BASE_S + packed_bytes(a) / BYTES_PER_CPU_S),
		.keep = keep,
		.progress = a->progress,
		.progress_arg = a->progress_arg,
	};

	if (!keep)
		return error_set(err, ENOMEM, "image");
	keep[child.n_keep++] = a->out;
	keep[child.n_keep++] = a->spool;
	for (size_t i = 0; i < a->n_parts; i++)
		child.sees_owners |= a->parts[i].kind == PART_TREE;
	for (size_t i = 0; i < a->n_parts; i++)
		child.n_keep += part_descriptors(&a->parts[i], keep + child.n_keep);
	j.apart = &child;
	return apart_work(&child, err);
}
