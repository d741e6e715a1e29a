/*
 * A CA bundle: how many certificates a PEM file holds, and how many of them
 * still hold. It may come out of a guest image, so it is foreign bytes; run it
 * where a crash does no harm. This is OpenSSL's front door.
 */
#ifndef ENGINE_CHECK_BUNDLE_H
#define ENGINE_CHECK_BUNDLE_H

#include <stddef.h>
#include <time.h>

#include "engine/base/error.h"

enum {
	BUNDLE_BYTES_MAX = 4 << 20,
	BUNDLE_CERTS_MAX = 4096,
	BUNDLE_CERTS_WANTED = 50, /* Mozilla's list has about 140 */
};

struct bundle {
	unsigned certs;   /* that could be read */
	unsigned expired; /* of them */
	unsigned early;   /* of them: not valid yet, so a clock is wrong */
	unsigned broken;  /* blocks that are no certificate */
};

/* Read them all. Fails only without memory; "nothing in it" is certs == 0. */
int bundle_parse(struct bundle *out, const void *data, size_t len, time_t now, struct error *err);

/* Where distributions keep it, NULL-ended, the commonest first. */
extern const char *const bundle_paths[];

#endif
