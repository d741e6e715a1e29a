/*
 * Preflight's questions, asked from inside: which resolver the image names and
 * whether it answers, an allowed host reached, a refused one refused, a CA bundle
 * that parses, the clock, entropy. Asked by PROVE, answered by PROOF; a child does
 * the asking, with a deadline for each, so that init waits for nothing.
 *
 * Certificates are counted by their PEM blocks and looked at as base64 that begins
 * like DER: no library for them is in init.
 */
#ifndef ENGINE_GUEST_PROOF_H
#define ENGINE_GUEST_PROOF_H

#include "engine/guest/port.h"
#include "engine/guest/watch.h"

struct proof {
	int epoll;
	struct port *port;
	struct watch out; /* the child's answer */
	uint32_t id;
	size_t len;
	char text[1024];
};

void proof_init(struct proof *p, int epoll, struct port *port);
/* A second question while one is under way is refused with EBUSY. */
void proof_begin(struct proof *p, const struct frame *f);

#endif
