/*
 * What a host's ports say: a TLS handshake with the trust of one's choice, and
 * one plain HTTP request. By libcurl, of which this is preflight's door:
 * engine/net's client keeps connections and streams bodies, while here the
 * handshake is the answer, the trusted bundle is bytes out of an image, and all
 * of it runs in a child that is thrown away. No body is read, no redirect
 * followed, no proxy used (the gateway uses none either), no secret sent.
 *
 * Limits: revocation is not asked. A server's words are foreign bytes; what is
 * kept of them is cleaned and cut.
 */
#ifndef ENGINE_CHECK_TLS_H
#define ENGINE_CHECK_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tls_end {
	TLS_GOOD,
	TLS_NO_NAME,    /* the name does not resolve, or not in time */
	TLS_NO_WAY,     /* no connection: refused, unreachable, no answer to it */
	TLS_SILENT,     /* connected, and then nothing until the deadline */
	TLS_UNTRUSTED,  /* the chain leads to nothing that is trusted */
	TLS_EXPIRED,
	TLS_EARLY,      /* not valid yet */
	TLS_WRONG_NAME, /* a certificate of somebody else */
	TLS_BROKEN,     /* not TLS, or none that both ends speak */
	TLS_END_COUNT
};
extern const char *const tls_end_names[TLS_END_COUNT]; /* in words, for people */

enum { TLS_CHAIN_MAX = 64 * 1024 };

struct tls_ask {
	const char *host;
	unsigned short port;
	const char *at;     /* address to connect to; NULL: what the resolver says */
	const void *bundle; /* PEM to trust; NULL: none, the handshake is only looked at */
	size_t bundle_len;

	enum tls_end end;
	char said[160];     /* the library's words, "" when good */
	unsigned ms;
	/* Of a handshake that was only looked at: */
	char *chain;        /* PEM, the server's own first; NULL: none; owned */
	int64_t date;       /* of the server's Date, seconds since 1970; 0: none said */
};

/* All at once; each has ended in timeout_ms. */
void tls_handshakes(struct tls_ask *asks, size_t n, int timeout_ms);
void tls_ask_done(struct tls_ask *a);

struct portal {
	bool answered;
	long code;      /* of HTTP */
	char to[256];   /* where it would send us: a host's name, or "" */
};
/* A HEAD of http://host/ within a few seconds. */
void portal_look(const char *host, struct portal *out);

#endif
