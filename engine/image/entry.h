/*
 * One entry of a tree on its way into an image, whatever it comes from: a tar,
 * a squashfs, a directory, another image. The source owns all that an entry
 * points to, and it is gone when the visitor returns.
 */
#ifndef ENGINE_IMAGE_ENTRY_H
#define ENGINE_IMAGE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

enum {
	ENTRY_XATTRS = 64, /* of one entry; more are refused */
	ENTRY_XATTR_SIZE = 64 * 1024,
};

struct entry_xattr {
	const char *name; /* "security.capability" */
	const void *value;
	size_t len;
};

enum entry_kind {
	ENTRY_NODE,     /* what mode says */
	ENTRY_WHITEOUT, /* the layers below have no such path any more */
	ENTRY_OPAQUE,   /* nothing of the layers below is left in this directory */
};

struct entry {
	const char *path; /* "boot/vmlinuz-6.1": relative, never upwards; "" is the root */
	const char *link; /* target of a symbolic or hard link, or NULL */
	bool hardlink;    /* link is a path of the same form in the same source */
	enum entry_kind kind;
	uint32_t mode;    /* as st_mode, with the type */
	uint32_t uid, gid;
	int64_t mtime;    /* seconds */
	uint32_t mtime_ns;
	uint64_t size;    /* of a regular file */
	uint64_t holes;   /* bytes of it that are certainly holes */
	uint32_t rdev_major, rdev_minor;
	const struct entry_xattr *xattrs;
	size_t n_xattrs;
	/* The next piece of contents, in ascending order; what lies between pieces
	 * is a hole, up to `size`. 1 a piece, 0 the end, -1 failure. NULL: empty. */
	int (*next)(const struct entry *e, const void **data, size_t *len, uint64_t *at,
		    struct error *err);
	void *reader;     /* the source's own */
};

/* 0 go on, 1 enough, -1 failure with err. Contents that are not read are skipped. */
typedef int entry_fn(void *arg, const struct entry *e, struct error *err);

/* The path without "./" and slashes at its front; NULL if it has a ".."
 * anywhere or is too long. */
const char *entry_clean_path(const char *path);

#endif
