/*
 * A session's network: a namespace of its own with a TAP in it and no way out.
 *
 * It is held by the descriptors returned here and by nothing else: when the
 * last one closes, the kernel takes back namespace, TAP, addresses and
 * routes. It is built by a short-lived child (which alone enters the
 * namespace), verified from inside before anything is returned, and knows
 * nothing of machines or policies.
 *
 *   lo      127.0.0.1, and 198.18.0.0/15 as local addresses (AnyIP)
 *   TAP     "vmdeck0", 10.200.0.1/30, IPv6 off; the guest is 10.200.0.2
 *   routes  those of the two, and no default route
 */
#ifndef ENGINE_NET_NETNS_H
#define ENGINE_NET_NETNS_H

#include "engine/base/error.h"

#define NETNS_GUEST_MAC "02:fc:00:00:00:02"

struct netns {
	int ns_fd;  /* the namespace */
	int tap_fd; /* the TAP, not persistent: gone with this descriptor */
};

/* Make and verify one. Needs CAP_SYS_ADMIN and CAP_NET_ADMIN in the caller's
 * user namespace (which the supervisor's own gives it), and /dev/net/tun. The
 * error names the step; nothing is left after a failure. Blocks for some
 * milliseconds. */
int netns_make(struct netns *n, struct error *err);
void netns_done(struct netns *n);

#endif
