/*
 * The names of a file system that is being written, in memory: a tree whose
 * directories can be asked in constant time however large they are. It knows
 * of each name only what paths need: the inode, directory or link, a link's
 * target, and the layer that named it last. It knows nothing of disks.
 *
 * A removed name stays in the tree without an inode, and comes back to life
 * when it is named again.
 */
#ifndef ENGINE_IMAGE_NAMES_H
#define ENGINE_IMAGE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

struct name {
	struct name *parent;         /* the root is its own */
	struct name *child;          /* the latest; its others by `next` */
	struct name *next, *chain;
	char *target;                /* of a symbolic link; owned */
	uint32_t inode;              /* 0: there is no such name (any more) */
	uint32_t mode;               /* as st_mode */
	uint16_t layer;
	uint8_t len;
	char text[];                 /* NUL-ended */
};

struct names {
	struct name *root;
	struct name **table;
	size_t buckets, count;
};

int names_init(struct names *n, struct error *err);
void names_done(struct names *n);

/* The name in `dir`, alive or not; NULL when it was never there. */
struct name *names_find(const struct names *n, const struct name *dir, const char *text,
			size_t len);
/* The same, made (without an inode) when it is not there; NULL without memory. */
struct name *names_need(struct names *n, struct name *dir, const char *text, size_t len,
			struct error *err);

enum names_found {
	NAMES_FOUND,   /* *out */
	NAMES_MISSING, /* *out is the last directory, rest what it lacks */
	NAMES_ERROR,
};
/* Go along `path` from the root, symbolic links on the way followed inside the
 * tree, the last one only with `follow`. `rest` gets PATH_MAX bytes. */
enum names_found names_walk(const struct names *n, const char *path, bool follow,
			    struct name **out, char *rest, struct error *err);

/* The next name after `at` below `top` (itself included, children before their
 * directory), NULL at the end; start with at NULL. */
struct name *names_next(const struct name *top, struct name *at);

#endif
