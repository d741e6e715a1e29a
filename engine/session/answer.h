/*
 * What a terminal alone can answer, as messages of the wire: frames of its
 * screen, lines of its history, searches, its text. Used by a running
 * supervisor for its viewers, and by a client for the archive of a session
 * that has ended.
 */
#ifndef ENGINE_SESSION_ANSWER_H
#define ENGINE_SESSION_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/session/wire.h"
#include "engine/vt/vt.h"

/* Deliver a finished message; -1 when the receiver is gone. */
typedef int answer_fn(void *arg, const struct wire *w);

/* LINES, SEARCH and TEXT. 0 answered, 1 not one of these, -1 delivery failed. */
int answer_request(const struct vt *vt, struct wire *request, answer_fn *deliver, void *arg);

/* What a receiver's mirror lacks. */
struct damage {
	bool any, full;
	uint32_t scrolled;
	uint8_t rows[(VT_SIZE_MAX + 7) / 8];
};

/* Add what changed since the terminal was last cleaned. */
void damage_add(struct damage *d, const struct vt *vt);
void damage_all(struct damage *d);

/* Send what is missing and forget it. */
int answer_frame(const struct vt *vt, struct damage *d, answer_fn *deliver, void *arg);

#endif
