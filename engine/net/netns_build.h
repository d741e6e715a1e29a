/*
 * How a session's network is built: the steps in order, each a function that
 * runs inside the namespace, and the verification at the end. Apart from
 * netns.h so that tests can make any step fail.
 */
#ifndef ENGINE_NET_NETNS_BUILD_H
#define ENGINE_NET_NETNS_BUILD_H

#include "engine/net/netns.h"

#define NETNS_TAP "vmdeck0"
/* The host's end; fixed, for a template's guest may have learned it. */
#define NETNS_TAP_MAC "02:fc:00:00:00:01"
#define NETNS_ADDRESS "10.200.0.1/30"
#define NETNS_ANYIP "198.18.0.0/15"

struct netns_step {
	const char *name;
	int (*run)(struct netns *n, struct error *err);
};

/* Ended by a NULL name. */
extern const struct netns_step netns_steps[];
int netns_make_by(const struct netns_step *steps, struct netns *n, struct error *err);

/* Is the namespace of the calling process exactly as it must be: links, addresses,
 * routes (no default route), and just these sockets? The error names what is too much
 * or missing. */
struct sockets;
int netns_verify(const struct sockets *expected, struct error *err);

#endif
