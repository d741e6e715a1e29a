/*
 * The gateway's process: what its parts share. It stands in the host's network
 * namespace and holds sockets of the session's (sockets.h); whatever a guest reaches
 * ends here, and nothing goes on that the policy does not name.
 *
 *   gate.c         the process: set up, its orders
 *   gate_confine.c what the process can still see and do
 *   gate_accept.c  connections: what each is meant for
 *   gate_dns.c     DNS over UDP and TCP
 *   gate_wall.c    the packets nobody answers
 *   proxy.c        the HTTP proxy's requests, which become relays
 *   relay.c        connections to names; relay_move.c: their bytes
 *   gate_conn.c    what holds for each connection: room, time, end
 *   gate_report.c  what is told
 *
 * Each calls only what stands below it.
 *
 * Only these include this.
 */
#ifndef ENGINE_NET_GATE_H
#define ENGINE_NET_GATE_H

#include <netinet/in.h>

#include "engine/base/loop.h"
#include "engine/net/aliases.h"
#include "engine/net/broker.h"
#include "engine/net/gateway_wire.h"
#include "engine/net/pipes.h"
#include "engine/net/tally.h"

enum {
	GATE_RELAYS = 512,           /* connections of one session at a time */
	GATE_HOST_SOCKETS = 12000,   /* TCP sockets of the host, beyond which nothing is added */
	GATE_DNS_CONNS = 16,         /* DNS over TCP */
	GATE_SCRATCH = 64 << 10,     /* read at a time */
};

struct gate;

struct gate_listener {
	struct source source;
	struct gate *gate;
	uint16_t port;
};

struct gate {
	struct loop loop;
	const struct gateway_times *times;
	struct source orders;
	struct policy policy;
	struct sockets sockets; /* that there are */
	struct gate_listener listeners[SOCKETS_PORTS];
	struct source dns, wall;
	struct aliases aliases;
	struct tally tally;
	struct pipes pipes;
	struct broker *broker;
	struct list relays, dns_conns;
	int n_relays, max_relays, n_dns_conns;
	int sockstat_fd; /* the host's sockets, counted; from before it was confined */
	uint64_t host_asked_ms;
	bool host_full;
	uint64_t wall_tokens, wall_filled_ms; /* answers that may be given now */
	struct timer sweep, flush;
	struct gateway_order order;   /* being read */
	struct gateway_report report; /* being sent */
	uint8_t *scratch;
};

/* Never returns. `fd` is its end of the pair; everything else is closed. */
_Noreturn void gate_main(int fd, const struct gateway_times *times);

/* gate_accept.c */
source_fn gate_accept; /* of a listener */

/* gate_dns.c */
void gate_dns_start(struct gate *g, int fd);
void gate_dns_accept(struct gate *g, int fd);
void gate_dns_sweep(struct gate *g, uint64_t now);

/* gate_wall.c */
void gate_wall_start(struct gate *g, int fd);

/* relay.c, proxy.c: the descriptor is theirs. */
void relay_accept(struct gate *g, int fd, int name, uint16_t port);
void proxy_accept(struct gate *g, int fd);
void relay_sweep(struct gate *g, uint64_t now);
/* Cut what the policy does not allow any more. */
void relay_recheck(struct gate *g);

/* gate_conn.c */
bool gate_has_room(struct gate *g);
/* There are connections whose time has to be watched. */
void gate_sweep(struct gate *g);
/* Hand a connection to the broker; it is his from here on. */
void gate_to_broker(struct gate *g, int fd, const void *already, size_t n);
/* Close it so that the other side's next call fails. */
void gate_reset(int fd);

/* gate_report.c */
/* Something was counted: it is told soon. */
void gate_changed(struct gate *g);
void gate_refuse(struct gate *g, const char *name, uint16_t port, enum gateway_why why);
void gate_refuse_address(struct gate *g, struct in_addr a, uint16_t port, enum gateway_why why);
/* Send g->report now; -1 when it was not taken. */
int gate_report(struct gate *g);
/* Of g->flush: send what changed. */
void gate_flush(struct timer *t);

#endif
