/*
 * The file systems: those of the kernel at once, and those of the session
 * when START has come.
 *
 * The image is the lower layer of an overlay, the session disk the upper one.
 * The overlay becomes / by a move and a chroot; the two layers stay mounted in
 * the initial root underneath, where no path reaches them. Descriptors to
 * them are kept for the end, to make the session disk read-only and clean.
 *
 * A session with a disk of its own kind ("own") has a copy of the image there instead,
 * which becomes / by itself.
 */
#ifndef ENGINE_GUEST_MOUNTS_H
#define ENGINE_GUEST_MOUNTS_H

#include <stdbool.h>

struct mounts {
	char image_device[64], disk_device[64]; /* by mounts_find */
	bool switched, own;                     /* done; with the disk as the only one */
	int disk;                               /* O_PATH of the session disk's root (or of the only disk's), -1 */
};

void mounts_early(void);
/* Which disk is which; touches no contents, so it is done before HELLO. */
void mounts_find(struct mounts *m);
/* Put the session's root in place of ours; nothing when that was done, EINVAL when
 * it was done otherwise. 0, or an errno and what failed. */
int mounts_switch(struct mounts *m, bool own_disk, const char **what);
/* Nothing runs any more: write back and make read-only. */
void mounts_end(struct mounts *m);

#endif
