/*
 * The public bucket in which Firecracker's makers keep what their tests run: a
 * kernel and an Ubuntu root file system for each day, under
 *
 *	firecracker-ci/YYYYMMDD-HASH/ARCH/vmlinux-6.1.141
 *	firecracker-ci/YYYYMMDD-HASH/ARCH/ubuntu-24.04.squashfs
 *
 * It is asked for lists (S3's ListObjectsV2) and the newest is chosen. A list
 * without what is wanted is an error: an earlier layout's prefix answers with an
 * empty list, and nothing must be made of that.
 *
 * Source: firecracker, docs/getting-started.md; S3 API, ListObjectsV2
 */
#ifndef ENGINE_IMAGE_BUCKET_H
#define ENGINE_IMAGE_BUCKET_H

#include <stddef.h>

#include "engine/base/error.h"
#include "engine/image/progress.h"

#define BUCKET_DEFAULT "https://s3.amazonaws.com/spec.ccfc.min"

struct bucket_found {
	char kernel[1024], root[1024]; /* URLs */
	char date[16];                 /* "20260801" */
};

/* The newest of both in the bucket at `base` for this machine's processor. */
int bucket_find(const char *base, struct bucket_found *out, struct meter *m, struct error *err);

/* The texts between <tag> and </tag> in a list, the greatest in the order of
 * versions that `fits`; "" when none does. Pure: lists are foreign bytes. */
typedef int bucket_fits_fn(const char *text);
void bucket_pick(const char *list, const char *tag, bucket_fits_fn *fits, char *out, size_t cap);

#endif
