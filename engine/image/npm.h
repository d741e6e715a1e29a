/*
 * Packages of npm's registry, by the npm client that this host has, with its
 * registry, proxies and credentials. Nothing of a package is run or installed:
 * its archive is fetched. Blocks on the network.
 */
#ifndef ENGINE_IMAGE_NPM_H
#define ENGINE_IMAGE_NPM_H

#include <stddef.h>

#include "engine/base/error.h"
#include "engine/image/progress.h"

/* Fetch the package, or with `platform` the one of its optional dependencies
 * whose name ends with that, in the version it asks for. The archive's path is
 * in `path`, "NAME@VERSION" in `what`. `dir` is an empty directory. */
int npm_fetch(const char *package, const char *version, const char *platform, const char *dir,
	      char *path, size_t size, char what[256], struct meter *m, struct error *err);

#endif
