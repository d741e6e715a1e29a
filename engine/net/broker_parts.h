/*
 * The broker's parts, for each other: the providers and their caps (broker.c),
 * one connection of the guest (broker_conn.c), and what a request becomes on its
 * way out (broker_rewrite.c). Only these files include this.
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

/* broker.c */
struct broker_slot *broker_find(struct broker *b, const char *name);
void broker_changed(struct broker *b);
void broker_spend(const struct broker *b, struct broker_slot *s, uint64_t requests, uint64_t bytes);
/* Seconds until the caps let something through again; 0: now. The cap of requests is
 * for new ones; that of bytes ends those under way, too. */
unsigned broker_capped(const struct broker *b, const struct broker_slot *s, bool requests_too);

/* broker_conn.c */
struct broker_conn;
int broker_conn_new(struct broker *b, int fd, const void *already, size_t n);
void broker_conn_free(struct broker_conn *c);
void broker_conn_sweep(struct broker_conn *c, uint64_t now);
struct broker_conn *broker_conn_of(struct list *link);

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
