/*
 * Launches that preflight found nothing against, remembered until what the checks
 * looked at changes: so that a warm start does not pay for namespaces that are
 * made on trial. What is remembered is a digest of all that an answer rests on:
 * the plan, this boot, this user and their groups and namespaces, devices and
 * their modes, sysctls, the image's, kernel's and hypervisor's files, resolv.conf,
 * the CA bundle, the manifest. Only "nothing blocks" is remembered; what blocks is
 * asked anew each time, so that a fix is seen at once.
 *
 * Memory and disk space change without a trace: check_now asks those, in process.
 */
#ifndef ENGINE_CHECK_REMEMBERED_H
#define ENGINE_CHECK_REMEMBERED_H

#include <stdbool.h>

#include "engine/check/report.h"

/* The digest of a launch on this host as it is now. */
int remembered_key(const struct check_plan *plan, char key[65], struct error *err);
/* Was this very launch found to be good? `cache` is the cache directory. */
bool remembered_has(const char *cache, const char *key);
/* Remember it; a cache that cannot be written is none. */
void remembered_keep(const char *cache, const char *key);

/* Ask the checks whose answers change without a trace (S01, S04, R01), here and
 * now: microseconds. `out` is initialised here and done by the caller; only these
 * are done in it. */
int check_now(const struct check_plan *plan, struct report *out, struct error *err);

#endif
