/*
 * The images of this operator: one directory each under the data directory,
 *
 *	images/NAME/root.ext4
 *	images/NAME/image.json
 *
 * made under a temporary name and renamed, so an image is whole or not there.
 * A file given by path is an image too, without a description. The store knows
 * what an image says of itself and whether it is sound; it does not know how
 * images are built or started.
 */
#ifndef ENGINE_IMAGE_STORE_H
#define ENGINE_IMAGE_STORE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

struct ext4;

enum image_cpu {
	IMAGE_CPU_DEFAULT, /* the hypervisor's own; boots faster under emulation */
	IMAGE_CPU_MAX,     /* all that the host can do: native binaries need it */
};

enum image_boot {
	IMAGE_BOOT_AGENT, /* our init starts the agent */
	IMAGE_BOOT_INIT,  /* our init hands over to the image's own */
};

enum image_root {
	IMAGE_ROOT_OVERLAY, /* sessions write to a layer over it */
	IMAGE_ROOT_CLONE,   /* each session has a copy of it */
};

struct image {
	char name[64];
	char dir[PATH_MAX];  /* "" when given by path */
	char path[PATH_MAX]; /* of root.ext4 */
	char format[8];      /* "ext4" */
	uint64_t size;       /* bytes, as described; of a path: as it is */
	char sha256[65];     /* as described, or "" */
	char created[32];    /* 2026-08-01T12:00:00Z, or "" */
	char source[256];    /* what it was made from, for people */
	char key[80];        /* what it was made from, as a digest, or "" */
	char seen[192];      /* the file it was made from, as the host knows it, or "" */
	enum image_cpu cpu;
	enum image_boot boot;
	enum image_root root;
	char **argv;         /* its default command, NULL-ended, or NULL; owned */
	char user[64];       /* its default user, or "" */
	char cwd[256];       /* or "" */
	char **env;          /* NAME=VALUE, NULL-ended, or NULL; owned */
};

void image_done(struct image *i);
const char *image_cpu_name(enum image_cpu c);
const char *image_boot_name(enum image_boot b);
const char *image_root_name(enum image_root r);
/* By those names: 0, or -1. */
int image_boot_by_name(const char *name, enum image_boot *out);
int image_root_by_name(const char *name, enum image_root *out);

/* May an image be called that? */
int store_check_name(const char *name, struct error *err);
/* By name, or by path when it has a '/'. 0 found, 1 there is none, -1. */
int store_find(const char *images, const char *name, struct image *out, struct error *err);

/* All of them, by name; free with store_list_free. A directory that holds no
 * readable image.json is left out. */
int store_list(const char *images, struct image **out, size_t *n, struct error *err);
void store_list_free(struct image *list, size_t n);

/* One that was made from the same: of this key, or (with NULL) of the file that
 * the host knows as `seen`. 0 found, 1 there is none, -1. */
int store_find_made(const char *images, const char *key, const char *seen, struct image *out,
		    struct error *err);

/* Cheap, before every launch: the file is there, as long as described and as
 * long as its superblock says, and a machine can mount it. */
int store_check(const struct image *i, struct error *err);
/* Everything: store_check, the digest, the file system opened, and the command
 * `argv0` (may be NULL) found in it and executable. */
int store_verify(const struct image *i, const char *argv0, struct error *err);

/* A new image being made: fill store_new.fd with a file system, describe it,
 * commit. Until then nothing of it is seen. */
struct store_new {
	char dir[PATH_MAX]; /* temporary */
	int lock;           /* of dir, while it is being filled */
	int fd;             /* root.ext4, open for reading and writing */
};
int store_begin(const char *images, const char *name, struct store_new *n, struct error *err);
/* Fills in size, created and path of `i`, and sha256 if it is "", writes image.json, moves it
 * into place (an older one of that name goes away). */
int store_commit(const char *images, struct store_new *n, struct image *i, struct error *err);
/* The same image under another name: no copy. `i` says what is described. */
int store_again(const char *images, const struct image *there, struct image *i,
		struct error *err);
/* Remove what was begun; harmless after commit, or on zeroed. */
void store_abort(struct store_new *n);
/* Remove an image: 0, 1 there is none, -1. Machines that use it keep their descriptor. */
int store_remove(const char *images, const char *name, struct error *err);

#endif
