/*
 * What a guest sends on a connection to a name, watched: TLS and HTTP say a name
 * themselves, and it must be the one that was connected to. Pure: bytes in, how many
 * of them may pass out.
 *
 *   TLS    the first bytes are a ClientHello; its SNI, when there, must be the name
 *   HTTP   the first line is a request; the Host of each request on the connection must
 *          be the name, and each must be one to a strict reader (http_request.h), so
 *          that no server sees another one in it
 *   other  passes unseen (ssh, databases, git)
 *
 * Only the guest's direction waits: a server that speaks first is heard at once. What
 * might still become an HTTP request line ("x" may be the beginning of a method) is held
 * until it is clear. A protocol in which the client says one word without a line's end
 * and waits for the answer would hang; so whoever holds the connection releases
 * such a word after a second. It is remembered, and what follows is judged with it.
 *
 * A connection whose first request asks for an upgrade (WebSocket) waits for the server:
 * when it answers 101, what follows is unseen; else it is HTTP as before.
 *
 * Limits: HTTP/2 without TLS is refused, for its names are compressed; the Host behind TLS,
 * a name behind STARTTLS and the inner name of an encrypted ClientHello cannot be seen by
 * anybody but the server, nor a second ClientHello after the server asked for one.
 */
#ifndef ENGINE_NET_GUARD_H
#define ENGINE_NET_GUARD_H

#include "engine/net/gateway.h"
#include "engine/net/http_body.h"
#include "engine/net/http_request.h"

enum guard_state {
	GUARD_OPENING,
	GUARD_ODD_LINE,  /* the first line has a NUL: unseen behind its end, if it is no request's */
	GUARD_HEAD,
	GUARD_BODY,
	GUARD_LAST_BODY,
	GUARD_UPGRADE,   /* the server's answer is awaited: guard_hears */
	GUARD_UNSEEN,
	GUARD_REFUSED,
};

enum { GUARD_HELD_MAX = HTTP_HEAD_MAX, GUARD_WORD_MAX = 64 };

struct guard {
	enum guard_state state;
	char name[HOSTNAME_SIZE]; /* that was connected to */
	size_t scanned;
	struct http_body body;
	uint8_t word[GUARD_WORD_MAX]; /* released, before what is looked at */
	size_t n_word;
	unsigned matched; /* of "HTTP/", at the end of what passed of an odd line */
	unsigned heard;   /* of the answer to a request for an upgrade */
	bool asked;       /* there was a request before */
};

void guard_init(struct guard *g, const char *name);
/* A request's head went by already; its body is all that may still pass. */
void guard_body_only(struct guard *g, const char *name, const struct http_request *r);

/* Of the n bytes that have not passed yet, how many may pass now (the rest is shown
 * again, with what comes after it); -1: refused, *why says for what. At most
 * GUARD_HELD_MAX are ever held. */
long guard_look(struct guard *g, const uint8_t *data, size_t n, enum gateway_why *why);

/* The guest ends here, with n bytes held: may they pass? What is the beginning of TLS or
 * of an HTTP request and nothing more may not. */
int guard_end(struct guard *g, size_t n, const uint8_t *data, enum gateway_why *why);

/* It has held these n bytes long enough: how many may pass now all the same. */
size_t guard_release(struct guard *g, const uint8_t *data, size_t n);

/* What the server sends, from the request for an upgrade on; afterwards what is held is to
 * be looked at again. */
void guard_hears(struct guard *g, const uint8_t *data, size_t n);

/* How many of the bytes that come next may pass whatever they are (after all that was
 * looked at has passed): all, the rest of a body, or 0. */
uint64_t guard_blind(const struct guard *g);
/* So many of those went by. */
void guard_went_by(struct guard *g, uint64_t n);

/* Does it hold something that may never be finished? */
static inline bool guard_waits(const struct guard *g)
{
	return g->state == GUARD_OPENING || g->state == GUARD_HEAD;
}

#endif
