/*
 * One client at the supervisor's end: its socket, what its mirror lacks, and a
 * bounded queue of answers it has not taken. A client that does not read gets
 * no frames until it does, and is let go when its queue is full; the session
 * never waits for it.
 */
#ifndef ENGINE_SUPERVISOR_VIEWER_H
#define ENGINE_SUPERVISOR_VIEWER_H

#include "engine/base/bytes.h"
#include "engine/base/list.h"
#include "engine/base/loop.h"
#include "engine/session/answer.h"

struct viewer;

struct viewer_events {
	/* A message of a client that has said hello. It may free the viewer only by
	 * viewer_let_go. */
	void (*message)(struct viewer *v, struct wire *w);
	void (*drained)(struct viewer *v); /* the queue is short again */
	void (*gone)(struct viewer *v);    /* last; free it here */
};

struct viewer {
	struct list link;
	struct source source;
	const struct viewer_events *events;
	void *owner;
	uint32_t id;
	bool hello, watch;
	bool record_due;
	struct damage damage;
	struct bytes queue; /* u32 length and message, each */
	struct later gone_later;
};

/* Takes the descriptor. NULL without memory. */
struct viewer *viewer_new(struct loop *l, int fd, uint32_t id, const struct viewer_events *events,
			  void *owner);
/* Of a list of them; NULL: it is gone. */
struct viewer *viewer_find(const struct list *viewers, uint32_t id);
void viewer_free(struct viewer *v);
void viewer_let_go(struct viewer *v); /* `gone` follows at the end of the turn */

/* Send or queue; an answer_fn. */
int viewer_post(void *viewer, const struct wire *w);

/* Answer a request with FAILED. */
void viewer_fail(struct viewer *v, uint32_t request, const struct error *err);

/* More than it has taken lately is waiting. */
bool viewer_busy(const struct viewer *v);

/* Send the frame that its mirror lacks, when it watches and can take it. */
void viewer_frame(struct viewer *v, const struct vt *vt);

#endif
