/*
 * Ownership of descriptors and memory in locals: a local marked AUTO_CLOSE or
 * AUTO_FREE is released when it leaves scope, unless it was handed on by
 * take_fd or take_ptr. Knows only of descriptors and malloc.
 */
#ifndef ENGINE_BASE_OWN_H
#define ENGINE_BASE_OWN_H

#include <stdlib.h>
#include <unistd.h>

static inline void own_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void own_free(void *p)
{
	free(*(void **)p);
}

#define AUTO_CLOSE __attribute__((cleanup(own_close)))
#define AUTO_FREE __attribute__((cleanup(own_free)))

/* Hand the descriptor to a new owner; the old name becomes -1. */
static inline int take_fd(int *fd)
{
	int r = *fd;

	*fd = -1;
	return r;
}

/* Close what is held, if anything, and forget it. */
static inline void drop_fd(int *fd)
{
	own_close(fd);
	*fd = -1;
}

/* Hand the pointer at `slot` (a pointer to a pointer) to a new owner. */
static inline void *take_ptr(void *slot)
{
	void *r = *(void **)slot;

	*(void **)slot = NULL;
	return r;
}

#endif
