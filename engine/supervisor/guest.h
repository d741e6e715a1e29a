/*
 * The supervisor's end of a guest's control port (engine/guest/control.h):
 * frames in and out of one descriptor, queues with caps, and nothing believed.
 * A guest that breaks the protocol is told of once, by `bad`, and not heard
 * again; its console goes on. Knows nothing of sessions or viewers.
 */
#ifndef ENGINE_SUPERVISOR_GUEST_H
#define ENGINE_SUPERVISOR_GUEST_H

#include "engine/base/bytes.h"
#include "engine/base/loop.h"
#include "engine/guest/control.h"

struct guest;

struct guest_events {
	/* Every frame that is of the protocol, as it comes. */
	void (*frame)(struct guest *g, const struct frame *f);
	/* The end of it: `why` is constant text. */
	void (*bad)(struct guest *g, const char *why);
	/* All that was queued has gone; may be NULL. */
	void (*drained)(struct guest *g);
};

struct guest {
	struct source source;
	const struct guest_events *events;
	struct bytes in, out;
	bool held;
};

int guest_open(struct guest *g, struct loop *l, int fd, const struct guest_events *events,
	       struct error *err);
void guest_close(struct guest *g); /* does not close the descriptor; harmless twice */

/* Queue a frame that control_finish counted (n 0: it did not fit); -1 when the
 * guest does not read and the queue is full. */
int guest_send(struct guest *g, const void *frame, size_t n);

/* Stop reading while somebody cannot take what the guest sends. */
void guest_hold(struct guest *g, bool hold);

#endif
