/*
 * A session's network as its supervisor holds it: the gateway of its namespace, the
 * policy, and what is known of its traffic. Fails closed: what does not start is an
 * error, and what ends is not started again, because a session whose gateway broke
 * deserves a look.
 *
 * It starts without a policy and reaches nothing until it is admitted, so that it can
 * wait with a machine that waits for its session.
 */
#ifndef ENGINE_SUPERVISOR_NETWORK_H
#define ENGINE_SUPERVISOR_NETWORK_H

#include "engine/session/network_status.h"

struct network;

struct network_events {
	/* Figures or events changed; news: an event that was not there before. */
	void (*changed)(struct network *n, bool news);
	/* The gateway does not answer, or does again. */
	void (*silent)(struct network *n, bool silent);
	/* The gateway ended by itself: nothing can be reached any more. */
	void (*down)(struct network *n);
};

struct network {
	struct loop *loop;
	const struct network_events *events;
	struct network_status *status; /* owned; NULL before network_start */
	struct gateway gateway;
	int dir;                       /* of the session, borrowed; -1: nothing is kept */
	bool started, dirty;
	struct timer save;
};

/* Start a gateway for the namespace (borrowed). */
int network_start(struct network *n, struct loop *l, int ns_fd, const struct network_events *events,
		  struct error *err);
/* From here on the policy holds and its broker serves; `credentials` is a memory file of
 * credentials_pack, which is emptied, or -1. Status is kept in dir from now on. */
int network_admit(struct network *n, const struct policy *p, int credentials, int dir,
		  struct error *err);

/* Change the policy by one rule, as text. */
int network_allow(struct network *n, const char *rule, bool allow, struct error *err);

/* End it; the status is kept. Harmless when it never started. */
void network_stop(struct network *n);
void network_done(struct network *n);

#endif
