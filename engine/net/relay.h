/*
 * A guest's connection to a name, and the one upstream that it is relayed to.
 *
 * Bytes are copied through one buffer of the process, or, where much comes at a time and
 * nobody needs to look at it, moved through a pipe (pipes.h). What the other side does not
 * take is kept with the connection, in a queue or in that pipe, and nothing more is read
 * until it is gone: that is the back-pressure. An end of one direction is passed on as
 * such (half-close), a failure of one side as a reset of the other. The guest's direction
 * goes through the guard; bytes that it holds count as not taken.
 *
 * A relay begins in one of two ways: with a name known from the address that was
 * connected to, or as a connection to the proxy whose head says it (proxy.c).
 */
#ifndef ENGINE_NET_RELAY_H
#define ENGINE_NET_RELAY_H

#include "engine/base/bytes.h"
#include "engine/net/gate.h"
#include "engine/net/guard.h"
#include "engine/net/pipes.h"
#include "engine/net/upstream.h"

struct relay_end {
	struct source source;
	int fd;    /* -1: none yet */
	bool eof;  /* nothing more comes from it */
	bool shut; /* nothing more goes to it */
};

/* One direction's way around the buffer. */
struct relay_way {
	struct pipe_loan pipe; /* what is in it goes out behind the queue */
	bool bulk;             /* much came at the last reading */
};

struct relay;

/* Whoever began a relay without a name, and answers for it until it has one. */
struct relay_asker {
	void (*head)(struct relay *r); /* more bytes of a head are held, or their end came */
	/* It was refused or failed before there was a server: say so, and end it. */
	void (*refused)(struct relay *r, enum gateway_why why);
};

struct relay {
	struct list link;
	struct later over;
	struct gate *gate;
	struct relay_end guest, server;
	struct upstream upstream;
	struct guard guard;
	struct bytes held;  /* from the guest, not yet sent on */
	size_t passed;      /* of held: let through by the guard */
	struct bytes back;  /* to the guest */
	struct relay_way up, down;
	const struct relay_asker *asker; /* NULL: nobody, the address said the name */
	bool head;          /* the asker waits for a head */
	bool tunnel;        /* CONNECT: success is, too */
	bool ending;        /* what is in `back` is the last word */
	size_t scanned;     /* by the parser of heads */
	char host[HOSTNAME_SIZE];
	uint16_t port;
	int name;           /* in gate's aliases; -1 */
	int row;            /* in the tally; -1 */
	bool counted;
	uint64_t since_ms;  /* when something last happened */
};

/* A new one without a name; NULL without memory (the descriptor is reset then). */
struct relay *relay_new(struct gate *g, int fd);
/* Begin to connect; the policy was asked. */
void relay_connect(struct relay *r, const char *host, uint16_t port);
/* Look at what is held, send what may go, wait for what is next. May end the relay. */
void relay_go_on(struct relay *r);
/* Both sides at once, and without grace. */
void relay_cut(struct relay *r);

/* relay_move.c. Each -1: a side is gone. */
int relay_from_guest(struct relay *r);
int relay_from_server(struct relay *r);
int relay_drain(struct relay *r);

#endif
