/*
 * A session disk: a small ext4 of the session's own, with `upper/` and `work/`
 * for an overlay over the image, and the injected files already in upper/. It
 * is an unlinked file held by its descriptor alone, so the kernel takes it
 * back when the last process that holds it dies.
 *
 * What was injected is read back through the file system and compared, bytes,
 * mode and owner, before the descriptor is given out. It does not know where
 * the files come from or what they mean.
 */
#ifndef ENGINE_IMAGE_DISK_H
#define ENGINE_IMAGE_DISK_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

struct ext4;
struct workspace;

struct disk_file {
	const char *path;      /* in the machine: "/root/.nullclaw/config.json" */
	const void *data;      /* the contents, len bytes; or NULL and */
	size_t len;
	const char *host_path; /* a host file to read them from */
	unsigned mode;         /* permissions, 0600 */
	unsigned uid, gid;
};

struct disk_spec {
	const char *dir;  /* where the unlinked file lives: needs room, wants a real file system */
	uint64_t size;    /* sparse; part of a template's identity */
	int image;        /* descriptor of the image below, or -1: tells where symbolic links
			     lead and what the directories above the files look like */
	const struct disk_file *files;
	size_t n_files;
	struct workspace *workspace; /* disk_create: put into a layer below upper; or NULL */
};

/* A descriptor, open for reading and writing. About 2 ms; blocking. */
int disk_create(const struct disk_spec *spec, struct error *err);

/* A copy of a file like those that disk_create makes: its data, its holes, unlinked. */
int disk_copy(const char *dir, int from, struct error *err);

/* root: "clone": a private copy of the image at descriptor `image`, by reflink or as a
 * sparse copy, the files injected into it. Where `size` is more than the image's, the
 * file is so long, and who mounts it grows the file system. No workspace: ENOTSUP. */
int disk_clone(const struct disk_spec *spec, struct error *err);

/* One file into another, empty one: by reflink, or its data without its holes. */
int disk_copy_into(int from, int to, struct error *err);

/* Read the files back and compare; disk_create and disk_clone have done it. */
int disk_verify(int fd, const struct disk_spec *spec, struct error *err);

#endif
