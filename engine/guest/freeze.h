/*
 * The session disk held still for a moment, so that the host can read it: all
 * that is dirty is written out, and who writes then waits. A child does it and
 * lets go by itself when its time is over, whatever becomes of the request;
 * init goes on meanwhile.
 *
 * Source: ioctl_fs(2), FIFREEZE and FITHAW in linux/fs.h
 */
#ifndef ENGINE_GUEST_FREEZE_H
#define ENGINE_GUEST_FREEZE_H

#include "engine/guest/frame.h"
#include "engine/guest/mounts.h"
#include "engine/guest/port.h"
#include "engine/guest/watch.h"

enum { FREEZE_MAX_MS = 60 * 1000 };

struct freeze {
	int epoll;
	struct port *port;
	const struct mounts *mounts;
	struct watch said; /* the child's word: an errno */
	int hold;          /* closed: the child lets go; -1 when there is none */
	uint32_t id;
};

void freeze_init(struct freeze *z, int epoll, struct port *port, const struct mounts *mounts);
/* A FREEZE: begin, or let go when it says 0 ms. */
void freeze_frame(struct freeze *z, const struct frame *f);
/* Before the end of the machine: nothing may be held then. */
void freeze_end(struct freeze *z);

#endif
