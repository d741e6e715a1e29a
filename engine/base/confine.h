/*
 * What a process that reads hostile bytes can still see and do. It gets a root of its
 * own: a small tmpfs that nobody else sees, filled with bind mounts of what it needs,
 * and pivoted to; and then it gives up what would let it gain anything. It needs a
 * mount namespace to be had (as root, or in a user namespace).
 *
 * Between confine_begin and confine_finish the caller gives; where anything fails the
 * process keeps the root it had.
 */
#ifndef ENGINE_BASE_CONFINE_H
#define ENGINE_BASE_CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>

/* A mount namespace of one's own, and in it an empty root to be. -1 with errno. */
int confine_begin(void);

enum confine_mode {
	CONFINE_READ,  /* the tree is read-only, and programs in it gain nothing */
	CONFINE_WRITE, /* as it is: devices */
};
/* Give it what the host has at `source`, an absolute path: directories with all below,
 * files, symbolic links as such. What the host lacks is left out. -1 with errno. */
int confine_give(const char *source, enum confine_mode mode);
/* Its own directory of /proc, and none of anybody else. */
int confine_give_proc(void);

/* Pivot to it; the host's root is gone then. -1 with errno: nothing was changed. */
int confine_finish(void);
/* Instead of confine_finish, where giving failed. errno stays. */
void confine_abandon(void);

/* No capability is left and none can be gained, not by exec either. -1 with errno. */
int confine_drop(void);
/* At most `most` of a resource, which cannot be raised again. -1 with errno. */
int confine_limit(int resource, rlim_t most);

#endif
