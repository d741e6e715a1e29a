/*
 * Which distribution a host is, and how one installs a package there. It
 * knows os-release(5) and package names, and nothing of why one wants them.
 */
#ifndef ENGINE_CHECK_DISTRO_H
#define ENGINE_CHECK_DISTRO_H

#include <stddef.h>

#include "engine/check/check.h"

/* From the text of /etc/os-release: ID first, then ID_LIKE in its order. The
 * pretty name goes to `pretty` (may be NULL), cleaned. */
enum distro distro_parse(const char *text, size_t len, char *pretty, size_t cap);
/* The host's: /etc/os-release, else /usr/lib/os-release. */
enum distro distro_detect(const struct check_host *h, char *pretty, size_t cap);

/* A package by its name in each distribution; NULL where it has none. */
struct package {
	const char *name[DISTRO_COUNT];
};
extern const struct package package_qemu, package_ca, package_terminfo;

/* Add "install it" for the host's distribution, for all when it is unknown.
 * With `again` it is there and broken: install it anew. */
void package_fix(const struct probe_ctx *ctx, struct check_record *r, const struct package *p,
		 bool again);

#endif
