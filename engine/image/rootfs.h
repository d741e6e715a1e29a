/*
 * A root file system being written into a new ext4, entry after entry and layer
 * over layer: what comes later replaces what was there. Names are kept in
 * memory (names.h), contents go straight to their blocks (ext4_bulk.h), and
 * directories are written at the end.
 *
 * Entries are hostile. Their paths are resolved inside the tree only: "/" and
 * ".." of a symbolic link cannot leave it, so nothing is written anywhere but
 * into the one descriptor. There are caps on entries and bytes.
 */
#ifndef ENGINE_IMAGE_ROOTFS_H
#define ENGINE_IMAGE_ROOTFS_H

#include <stdint.h>

#include "engine/base/error.h"
#include "engine/image/entry.h"

enum {
	ROOTFS_ENTRIES = 2000000,
};

/* What a tree needs: gathered in a first pass over the same entries. */
struct rootfs_need {
	uint64_t entries; /* inodes, at most */
	uint64_t blocks;  /* of 4 KiB: contents, directories, long links, attributes */
	uint64_t bytes;   /* of contents, for the progress */
	uint64_t name_bytes; /* in directories, at most */
};
/* An entry_fn: arg is a struct rootfs_need. */
int rootfs_measure(void *need, const struct entry *e, struct error *err);
/* The size of the file system for it, with `room` bytes left free. */
uint64_t rootfs_size(const struct rootfs_need *need, uint64_t room);

struct rootfs;

/* Told now and then, with bytes of contents written since; not 0 ends it. */
typedef int rootfs_told_fn(void *arg, uint64_t bytes, struct error *err);

/* Over the whole of fd, which stays the caller's. `told` may be NULL. */
struct rootfs *rootfs_begin(int fd, const struct rootfs_need *need, uint64_t room,
			    const char *label, rootfs_told_fn *told, void *arg,
			    struct error *err);
/* What follows is another layer, over the ones before. */
void rootfs_layer(struct rootfs *r);
/* An entry_fn: arg is the struct rootfs. */
int rootfs_add(void *rootfs, const struct entry *e, struct error *err);
/* Write what is left, and free it, also on failure. */
int rootfs_end(struct rootfs *r, struct error *err);
/* Free without writing; NULL is harmless. */
void rootfs_free(struct rootfs *r);

static inline void rootfs_auto(struct rootfs **r)
{
	rootfs_free(*r);
}
#define AUTO_ROOTFS __attribute__((cleanup(rootfs_auto)))

#endif
