/*
 * An account of an image, out of its /etc/passwd: to whom the files that are put
 * into a session belong, and where "~/" is. The image's bytes are foreign.
 */
#ifndef ENGINE_IMAGE_ACCOUNT_H
#define ENGINE_IMAGE_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

struct account {
	uint32_t uid, gid;
	char home[256]; /* absolute */
};

/* Of the image at `fd`: a name, or digits ("1000" or "1000:1000"); "" and "root" need no
 * entry. 0, or -1 with ENOENT when there is no such account. */
int account_find(int fd, const char *user, struct account *out, struct error *err);

/* The same by the text of a passwd file (may be NULL). 0, or 1 when there is none. */
int account_of(const char *passwd, const char *user, struct account *out);

/* The entry of a passwd file alone. 0 found, 1 not. */
int account_parse(const char *passwd, const char *user, struct account *out);

#endif
