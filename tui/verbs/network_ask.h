/*
 * A question to a session about its network, and its answer: for the verbs policy,
 * allow, deny and events.
 */
#ifndef TUI_VERBS_NETWORK_ASK_H
#define TUI_VERBS_NETWORK_ASK_H

#include "tui/verbs/remote.h"
#include "tui/verbs/verb.h"

/* The owner of a peer that is opened with network_asking_events. Set `request` to what was
 * asked, and `answered` to false before. */
struct network_asking {
	struct peer peer;
	const struct network_status *status; /* the client's; NULL before it came */
	uint32_t request;
	bool answered;
	struct error err; /* msg "" when it went well */
};
extern const struct client_events network_asking_events;

/* Wait for the answer: 0, else the exit code after telling why. */
int network_answer(struct network_asking *a, struct remote *r);

/* Open the session of the call's first argument, ask for its status, hand that to `show`,
 * close. Gives the exit code. */
int network_ask(struct call *c, int (*show)(struct call *c, const struct network_asking *a));

#endif
