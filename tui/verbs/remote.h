/*
 * Waiting, for verbs: a loop that runs until a condition holds, a deadline
 * passes or a signal comes, and sessions connected to it. The dashboard has a
 * loop of its own and does not use this.
 */
#ifndef TUI_VERBS_REMOTE_H
#define TUI_VERBS_REMOTE_H

#include <stdbool.h>

#include "engine/base/loop.h"
#include "engine/session/client.h"
#include "engine/session/sessions.h"

struct remote {
	struct loop loop;
	struct signals signals;
	int signo; /* SIGINT, SIGTERM or SIGHUP that came; 0: none */
	/* Asked first when a signal comes; true: it was dealt with. May be NULL. */
	bool (*signalled)(struct remote *r, int signo);
	void *owner;
};

enum remote_end {
	REMOTE_DONE,
	REMOTE_TIMEOUT,
	REMOTE_SIGNAL,
	REMOTE_BROKEN, /* err says why */
};

typedef bool remote_done_fn(void *arg);

int remote_init(struct remote *r, struct error *err);
void remote_done(struct remote *r); /* forgets; close clients first */

/* Turn the loop until done(arg) holds; it is asked before the first turn and
 * after each. timeout_ms -1: no deadline. */
enum remote_end remote_until(struct remote *r, remote_done_fn *done, void *arg,
			     long long timeout_ms, struct error *err);

/* One session on a loop: what most verbs need of it. A session that has ended
 * can be opened too: `over` is true then, and its screen is the last one. */
struct peer {
	struct client client;
	struct client_events events;
	void *owner;             /* the verb's own */
	bool open;
	bool known;              /* the first record came */
	bool gone;               /* removed, or of another version: gone_error */
	struct error gone_error;
	bool synced;             /* the answer to peer_sync came */
	uint32_t sync;
};

/* Connect; `events` are the verb's, may be NULL, and may not have record or
 * gone, which are kept here. An error's code is ENOENT when there is no such session. */
int peer_open(struct peer *p, struct remote *r, const struct paths *paths, const char *id,
	      const struct client_events *events, void *owner, struct error *err);
void peer_close(struct peer *p); /* harmless on zeroed */
static inline struct peer *peer_of(struct client *c)
{
	return c->owner;
}
/* The machine is no more. */
static inline bool peer_over(const struct peer *p)
{
	return p->gone || (p->known && !session_alive(p->client.record.state));
}

/* Connect and wait for the first record: 0, else the exit code after telling
 * why. With `alive`, a session that has ended is a conflict. */
int peer_meet(struct peer *p, struct remote *r, const struct paths *paths, const char *id,
	      const struct client_events *events, void *owner, bool alive);

/* Wait until all that was sent is done: 0, else the exit code after telling why. */
int peer_sync(struct peer *p, struct remote *r);

/* Tell how a wait ended that did not end well; `what` is what was waited for.
 * Gives the exit code. */
int remote_tell(enum remote_end end, const char *what, const struct error *err);

#endif
