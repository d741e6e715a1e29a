/*
 * HTTP requests to servers outside: the one door of libcurl. Its multi interface
 * lives in our loop; nothing here blocks, and names are resolved by its own
 * threads. Certificates and their names are always verified; redirects are never
 * followed; no proxy, cookie or .netrc of the environment is used. Bodies stream
 * both ways and each way can be held. Knows nothing of guests or credentials.
 *
 * Each call has a connection to itself while it runs (it may be one that an
 * earlier call left open): streams that share one would hold each other up when
 * one of them is held.
 */
#ifndef ENGINE_NET_HTTP_H
#define ENGINE_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "engine/base/error.h"
#include "engine/base/loop.h"

struct http;
struct http_call;

struct http_events {
	/* Up to n bytes of the request's body into out; 0 at its end, HTTP_WAIT when there
	 * is nothing now (http_resume says when there is), HTTP_ABORT to give up. */
	long (*read)(struct http_call *c, void *out, size_t n);
	/* One header of the response (never of a 1xx, never a trailer). Name and value are
	 * free of control characters. */
	void (*header)(struct http_call *c, const char *name, size_t name_len, const char *value,
		       size_t value_len);
	/* After the last header. */
	void (*head)(struct http_call *c, int status);
	/* Some of the body. false: not taken, not now; the same bytes come again after
	 * http_resume. */
	bool (*data)(struct http_call *c, const void *data, size_t n);
	/* The end, and the last event: why it failed, or NULL. The call is freed after it. */
	void (*done)(struct http_call *c, const struct error *why);
};
enum { HTTP_WAIT = -1, HTTP_ABORT = -2 };

struct http_spec {
	const char *method;
	const char *url;           /* http:// or https://; used as it is, dots and all */
	const char *const *headers; /* "name: value", NULL-terminated; copied, and the copy wiped */
	bool body;
	int64_t body_len;          /* -1: not known */
	const void *ca;            /* PEM bundle instead of the system's, or NULL; copied */
	size_t ca_len;
	/* May this address be connected to? Asked for each, after resolving; NULL: any may. */
	bool (*may_connect)(void *arg, const struct sockaddr *a, socklen_t len);
	void *may_connect_arg;
	unsigned idle_s;           /* without a byte either way, after which it is given up */
	const struct http_events *events;
	void *owner;
};

/* SIGPIPE is ignored from here on, as libcurl's TLS needs. */
struct http *http_new(struct loop *l, struct error *err);
/* Calls under way end without an event. */
void http_free(struct http *h);

struct http_call *http_start(struct http *h, const struct http_spec *spec, struct error *err);
void *http_owner(const struct http_call *c);
/* What was held may go on, both ways. */
void http_resume(struct http_call *c);
/* No event follows; the call is freed at the end of the turn. */
void http_cancel(struct http_call *c);

#endif
