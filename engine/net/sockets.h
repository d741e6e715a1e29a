/*
 * The gateway's sockets, made inside a session's namespace and handed out, and the
 * list of them that verification expects to find there: exactly these.
 *
 *   TCP PORT           listens on every local address; which one a connection was made
 *                      to (getsockname) says what is meant
 *   UDP 10.200.0.1:53  DNS
 *   wall               a packet socket on the TAP that sees the packets nobody would
 *                      answer (wall.h)
 *   redirect           not a socket but the one nftables rule of `open`: TCP to any port
 *                      of 198.18.0.0/15 arrives at SOCKETS_ANY
 *
 * Once made they stay for as long as the gateway lives; what is not allowed any more
 * is accepted and refused by name.
 */
#ifndef ENGINE_NET_SOCKETS_H
#define ENGINE_NET_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/net/inside.h"

enum { SOCKETS_PORTS = 44, SOCKETS_ANY = 3129 };

/* A plain value. */
struct sockets {
	uint16_t ports[SOCKETS_PORTS];
	uint16_t n_ports;
	bool dns, wall, redirect;
};

bool sockets_listens(const struct sockets *s, uint16_t port);
/* -1 when there is no room. */
int sockets_want(struct sockets *s, uint16_t port);

/* What makes them, in order; each runs inside. For tests, which let any of them fail. */
struct sockets_work {
	int ns_fd;
	const struct sockets *have, *want;
	struct inside_fds *out;
};
struct sockets_step {
	const char *name;
	int (*run)(struct sockets_work *w, struct error *err);
};
extern const struct sockets_step sockets_steps[]; /* ended by a NULL name */

/* Make what `want` has beyond `have` (of which it must have all), and verify that the
 * namespace has just what `want` says. Descriptors come in the order of the ports, then
 * DNS, then wall. Nothing has changed after an error. */
int sockets_make(int ns_fd, const struct sockets *have, const struct sockets *want,
		 struct inside_fds *out, struct error *err);
int sockets_make_by(const struct sockets_step *steps, int ns_fd, const struct sockets *have,
		    const struct sockets *want, struct inside_fds *out, struct error *err);

#endif
