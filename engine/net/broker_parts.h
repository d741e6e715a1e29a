/*
 * The broker's parts, for each other: the broker (broker.c), one connection of the guest
 * (broker_conn.c), a request on its way and its answer (broker_call.c), what the guest is
 * told (broker_answer.c), the providers with their caps and figures (broker_slots.c), and
 * what a request becomes on its way out (broker_rewrite.c). Each calls only those named
 * after it; only these files include this.
 */
#ifndef ENGINE_NET_BROKER_PARTS_H
#define ENGINE_NET_BROKER_PARTS_H

#include "engine/base/bytes.h"
#include "engine/net/broker.h"
#include "engine/net/http.h"
#include "engine/net/http_body.h"
#include "engine/net/http_request.h"

enum {
	BROKER_CONNS = 64,
	BROKER_CALLS = 32,
	BROKER_MINUTES = 60,
};

/* A provider as it is served. Its place in the broker's table is kept through
 * configurations, and with it figures and caps. */
struct broker_slot {
	struct broker_provider p; /* spans into the broker's config */
	struct broker_figures figures;
	struct { uint64_t minute, requests, bytes; } spent[BROKER_MINUTES];
};

struct broker {
	struct loop *loop;
	struct broker_host host;
	/* Those that are `local` have connections of their own: one that was kept open is not
	 * judged again, so it must not serve a provider whose addresses are. */
	struct http *http, *http_local;
	uint8_t *config; /* a mapping of BROKER_CONFIG_MAX bytes */
	struct broker_slot slots[BROKER_PROVIDERS];
	size_t n_slots;
	struct list conns;
	unsigned n_conns, n_calls;
	struct timer report_timer, sweep;
};

/* broker_slots.c */
/* NULL: no such provider. */
struct broker_slot *broker_find(struct broker *b, const char *name);
/* Figures changed: they are reported soon. */
void broker_changed(struct broker *b);
/* Count against the caps of the hour that ends now. */
void broker_spend(const struct broker *b, struct broker_slot *s, uint64_t requests, uint64_t bytes);
/* Seconds until the caps let something through again; 0: now. The cap of requests is
 * for new ones; that of bytes ends those under way, too. */
unsigned broker_capped(const struct broker *b, const struct broker_slot *s, bool requests_too);

/*
 * A connection of the guest:
 *
 *	CONN_HEAD  a request is awaited, or its head comes in
 *	CONN_CALL  it was forwarded: body up, answer down, both at once
 *	CONN_LAST  the answer is said, and nothing more will be read
 *
 * `in` has what the guest sent and nobody took yet; it is read from only while
 * short. `out` has what the guest has not taken; beyond BROKER_OUT_HIGH the provider is
 * held. A connection that ends in the middle of an answer is reset, so that
 * nobody takes half an answer for a whole one.
 */
enum {
	BROKER_OUT_HIGH = 128 << 10,
	BROKER_OUT_LOW = 32 << 10,
	BROKER_READ = 16 << 10, /* at once */
};

enum conn_state { CONN_HEAD, CONN_CALL, CONN_LAST };

struct broker_conn {
	struct list link;
	struct broker *broker;
	struct source source;
	struct later over, parse; /* freed; looked for the next request */
	enum conn_state state;
	bool closed, eof;
	uint64_t active; /* now_ms() of the last byte either way */
	struct bytes in, out;
	size_t scanned;

	/* the request */
	struct broker_slot *slot;
	struct http_call *call;
	struct http_body body;
	bool keep, chunks, is_head, want_continue, body_waits, answer_held, answered;
	int minor;
	/* its answer's head, as it comes in */
	struct bytes head;
	char length_text[24]; /* Content-Length; "": none */
	bool coded;           /* it came in chunks, whatever a Content-Length says (RFC 9112 section 6.3) */
};

/* broker_conn.c */
int broker_conn_new(struct broker *b, int fd, const void *already, size_t n);
void broker_conn_free(struct broker_conn *c);
void broker_conn_sweep(struct broker_conn *c, uint64_t now);

/* broker_call.c: send the request whose head was read to its provider, or say why not. */
void broker_forward(struct broker_conn *c, const struct http_request *r);

/* broker_answer.c */
/* Wait for what can be done next with this connection. */
void broker_conn_want(struct broker_conn *c);
/* Send what the guest takes of `out`; may close the connection. */
void broker_conn_flush(struct broker_conn *c);
/* It is freed at the end of the loop's turn. */
void broker_conn_close(struct broker_conn *c);
/* Half an answer is out: let nobody take it for a whole. */
void broker_conn_reset(struct broker_conn *c);
/* The broker's own answer, after which the connection ends: what the guest still
 * sends would have to be read to its end, and there may be none. `retry_s`: seconds, or 0. */
void broker_say(struct broker_conn *c, int status, const char *type, unsigned retry_s, const char *message);
void broker_refuse(struct broker_conn *c, int status, const char *why);
const char *broker_reason(int status);

/* broker_rewrite.c: pure. The URL that a request becomes; the refusal says why not. */
int broker_url(const struct broker_provider *p, const struct http_request *r, char *out, size_t cap,
	       struct http_refusal *no);
/* The headers that go out, credential included: texts one after the other, each with its NUL,
 * in `text` (wiped by the caller), and the list of them. -1 when they do not fit. */
enum { BROKER_LINES = HTTP_HEADERS_MAX + 2 };
int broker_headers(const struct broker_provider *p, const struct http_request *r, struct bytes *text,
		   const char *lines[BROKER_LINES + 1]);
/* May this header of the provider's answer go on to the guest? */
bool broker_passes(struct http_span name);

#endif
