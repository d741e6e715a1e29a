/*
 * A kernel: an uncompressed ELF vmlinux that a hypervisor starts directly, and
 * the modules that its guests need, in the order to load them. One directory
 * under the cache each:
 *
 *	kernels/NAME/vmlinux
 *	kernels/NAME/modules/NAME.ko
 *	kernels/NAME/kernel.json
 *
 * made beside it and renamed into place, so it is whole or not there. It comes
 * from Debian's package (fetched by apt's own client, unpacked, never
 * installed) or from a file that the operator names. It does not know how
 * kernels are started.
 */
#ifndef ENGINE_IMAGE_KERNEL_H
#define ENGINE_IMAGE_KERNEL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/image/progress.h"
#include "engine/image/vmlinux.h"

enum {
	KERNEL_MODULES_MAX = 24,
};

struct kernel {
	char name[64];         /* "6.1.0-56-cloud-amd64"; of a file: its own name */
	char dir[PATH_MAX];    /* "" for a vmlinux given by path, used where it lies */
	char vmlinux[PATH_MAX];
	char release[64];      /* as in its banner; "" when it has none */
	char version[64];      /* of the package it came from, or "" */
	char sha256[65];       /* of vmlinux */
	uint64_t size;         /* of vmlinux, bytes */
	bool pvh;              /* has the note by which QEMU starts it directly */
	char modules[KERNEL_MODULES_MAX][48]; /* file names under dir/modules, in load order */
	size_t n_modules;
};

/* One that is there: by name under `kernels`, or with NULL the newest. 0 found,
 * 1 there is none, -1. */
int kernel_find(const char *kernels, const char *name, struct kernel *out, struct error *err);

/* Debian's cloud kernel: fetched if it is not there. Long (seconds, network). `m` may be
 * NULL; cancelled is ECANCELED, and nothing is left. */
int kernel_fetch(const char *kernels, struct kernel *out, struct meter *m, struct error *err);
/* The same from a package that is already here. */
int kernel_from_deb(const char *deb, const char *kernels, struct kernel *out, struct error *err);
/* A vmlinux or bzImage by path; modules from a directory such as
 * /lib/modules/RELEASE, or NULL when the kernel has all built in. */
int kernel_from_file(const char *path, const char *modules, const char *kernels,
		     struct kernel *out, struct error *err);

#endif
