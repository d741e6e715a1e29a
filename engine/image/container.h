/*
 * A container image as it is saved to a file or directory: an OCI layout, the
 * same in a tar, or what `docker save` writes. It says which layers there are,
 * in order, where they lie, and what the image's own command is. It unpacks
 * nothing.
 *
 * Sources: opencontainers/image-spec (image-layout.md, manifest.md, config.md);
 * moby, image/tarexport.
 */
#ifndef ENGINE_IMAGE_CONTAINER_H
#define ENGINE_IMAGE_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

enum {
	CONTAINER_LAYERS = 128,
	CONTAINER_WORDS = 16 * 1024,
};

struct container_layer {
	char blob[72];    /* its digest in hex, in a layout directory; "" in a tar */
	uint64_t at, len; /* in the tar */
};

/* A plain value: it is read in a child and comes back through a pipe. */
struct container {
	struct container_layer layers[CONTAINER_LAYERS];
	size_t n_layers;
	char name[128];              /* "debian:12", or "" */
	char user[64], cwd[256];
	char words[CONTAINER_WORDS]; /* command, then environment: NUL-ended words */
	size_t n_argv, n_env;
};

/* Read a layout directory, or an uncompressed tar that lies in a part of a file.
 * 0 it is one, 1 it is none, -1 it is one and damaged. Layers' digests are
 * checked. To be run in a limited child. */
int container_read_dir(int dirfd, struct container *out, struct error *err);
int container_read_tar(int fd, uint64_t at, uint64_t len, struct container *out,
		       struct error *err);

/* The blob of a layer in a layout directory, open for reading. */
int container_open_blob(int dirfd, const char *blob, struct error *err);

#endif
