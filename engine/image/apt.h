/*
 * Packages by apt's own client: asked and fetched, with its lists, mirrors,
 * proxies and signatures, never installed. No root is needed. Everything here
 * blocks, some of it on the network: run it in a child.
 */
#ifndef ENGINE_IMAGE_APT_H
#define ENGINE_IMAGE_APT_H

#include <stddef.h>

#include "engine/base/error.h"
#include "engine/image/progress.h"

/* The first dependency of `package` whose name begins with `prefix`: what a
 * metapackage stands for now. */
int apt_depends(const char *package, const char *prefix, char *name, size_t size,
		struct error *err);

/* Fetch into `dir`, which is empty; the file's path is in `path`. A phase of the meter,
 * which may be NULL, with the package's bytes. */
int apt_download(const char *package, const char *dir, char *path, size_t size, struct meter *m,
		 struct error *err);

/* Fetch packages with all that they depend on, as if nothing were installed,
 * into `dir`, an empty directory. `packages` is NULL-ended. */
int apt_fetch_all(const char *const *packages, const char *dir, struct meter *m,
		  struct error *err);

#endif
