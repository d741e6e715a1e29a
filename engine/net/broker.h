/*
 * The credential broker: inside, http://NAME.vmdeck/; outside, a provider's API
 * with the operator's key put on. It runs in the gateway's process and is handed
 * connections of the guest; the guest never has the key, and can say nothing that
 * makes it go anywhere but under the provider's base URL.
 *
 *   guest                        broker                          provider
 *   POST /v1/messages      ->    its own credential headers,
 *   Host: anthropic.vmdeck       cookies and hop-by-hop ones off,
 *   x-api-key: placeholder       the real one on            ->   POST BASE/v1/messages
 *
 * Bodies stream both ways, each piece at once; a side that does not take holds
 * the other up, and costs no more than two buffers. Redirects are answers like
 * any other. What the broker itself has to say is JSON in the form that the
 * providers' own libraries show: {"type": "error", "error": {"type", "message"}}.
 *
 * Limits: HTTP/1.1 and 1.0 inside, no upgrades (WebSocket), no trailers; 64
 * connections, 32 requests at a time; caps are for the hour that ends now, counted
 * in minutes; bytes are those of bodies.
 */
#ifndef ENGINE_NET_BROKER_H
#define ENGINE_NET_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "engine/base/error.h"
#include "engine/base/loop.h"
#include "engine/net/broker_config.h"

struct broker;

struct broker_times {
	unsigned idle_ms;     /* a guest's connection between requests, or in the middle of a head */
	unsigned stuck_ms;    /* an answer that the guest does not take */
	unsigned sweep_ms;    /* how often it is looked */
	unsigned provider_s;  /* a provider that sends nothing; models think long */
	unsigned minute_ms;   /* of the caps' hour: 60 of them */
};

struct broker_host {
	/* Figures changed (at most every 250 ms): an array of broker_figures. */
	void (*report)(void *arg, const void *report, size_t n);
	/* Is this a public address? Asked before each connection, after resolving, but for
	 * providers that are `local`. */
	bool (*is_public)(void *arg, const struct sockaddr *a, socklen_t len);
	void *arg;
	const struct broker_times *times;
};

struct broker *broker_new(struct loop *l, const struct broker_host *host, struct error *err);
void broker_free(struct broker *b); /* and all connections */

/* The providers (broker_config.h), instead of earlier ones. The bytes are copied to memory
 * that is neither swapped nor dumped where the system allows; the caller wipes its own.
 * Requests under way go on. */
int broker_configure(struct broker *b, const void *config, size_t n, struct error *err);

/* Serve a connection of the guest, of which the n bytes at `already` were read before.
 * The descriptor is the broker's from here on. */
void broker_take(struct broker *b, int fd, const void *already, size_t n);

#endif
