/*
 * The first root file system of a machine: our static init, the kernel's
 * modules and the list of their order, as an uncompressed cpio archive in the
 * "newc" format (Documentation/driver-api/early-userspace/buffer-format.rst).
 * The same for every session of a kernel: it holds nothing of a session.
 */
#ifndef ENGINE_IMAGE_INITRAMFS_H
#define ENGINE_IMAGE_INITRAMFS_H

#include <stddef.h>

#include "engine/base/error.h"
#include "engine/image/kernel.h"

/* The path of the kernel's initramfs in `path`, made if it is not there or
 * was made by another vmdeck: its name carries the digest of what is in it.
 * `dir` is where it goes, usually the kernel's own directory; for a kernel
 * used where it lies, the cache. */
int initramfs_ensure(const struct kernel *k, const char *dir, char *path, size_t size,
		     struct error *err);

/* Our init, an ELF program embedded in this one. */
const void *initramfs_init(size_t *len);

#endif
