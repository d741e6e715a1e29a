/*
 * The head of an HTTP/1.1 request as a guest sends it, taken apart strictly. Pure:
 * bytes in, spans out; knows nothing of sockets, policies or providers.
 *
 * RFC 9112, less what only helps whoever wants two readers to see two requests:
 * lines end with CR LF and nothing else, no folded lines, no space before the
 * colon, one Host, one Content-Length of digits or one "chunked" and never both,
 * no other transfer coding, no control characters anywhere. What is refused has a
 * status and a reason that can be shown.
 */
#ifndef ENGINE_NET_HTTP_REQUEST_H
#define ENGINE_NET_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HTTP_HEAD_MAX = 32 << 10,  /* bytes of a head, its blank line included */
	HTTP_TARGET_MAX = 8 << 10,
	HTTP_HEADERS_MAX = 96,
	HTTP_HOST_MAX = 253,
};

enum http_form {
	HTTP_ORIGIN,    /* /path?query */
	HTTP_ABSOLUTE,  /* http://host[:port]/path?query; what proxies are sent */
	HTTP_AUTHORITY, /* host:port, with CONNECT only */
	HTTP_ASTERISK,  /* "*", with OPTIONS only */
};

/* Into the caller's bytes; not terminated. */
struct http_span {
	const char *at;
	size_t n;
};

struct http_header {
	struct http_span name, value; /* value without the blanks around it */
};

struct http_request {
	struct http_span method, target;
	enum http_form form;
	/* Where it is meant for, in lower case, without a dot at the end: the target's
	 * authority when it has one, which must then be the Host header's, else that.
	 * "" where an HTTP/1.0 request named none. An IPv6 literal keeps its brackets. */
	char host[HTTP_HOST_MAX + 1];
	uint16_t port;          /* 0: not said */
	struct http_span path;  /* with the query, from "/" on; "/" when the absolute form has none;
				   empty for AUTHORITY and ASTERISK */
	int minor;              /* HTTP/1.minor: 0 or 1 */
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t n_headers;
	bool chunked;
	bool has_length;
	uint64_t length;        /* of the body when has_length; else 0 */
	bool keep_alive;        /* as version and Connection say */
	bool expect_continue;
	size_t head_len;        /* bytes of the head, blank line included */
};

/* Why it was refused: the status to answer with, and words for the guest. */
struct http_refusal {
	int status;      /* 400, 414, 417, 431, 501, 505 */
	const char *why; /* static */
};
/* Fill it; -1. */
int http_refuse(struct http_refusal *no, int status, const char *why);

/* What a hexadecimal digit is worth; -1: it is none. */
int http_hex(char c);

/* Look at the n bytes read so far. 1: a whole head, in *r (whose spans point into
 * data); 0: more is needed; -1: refused. *scanned (0 at first) remembers how far
 * earlier calls came, so that a head which comes byte by byte is not read anew
 * each time; may be NULL. */
int http_request_parse(struct http_request *r, const uint8_t *data, size_t n, size_t *scanned,
		       struct http_refusal *no);

/* The first header of that name (any case), or NULL. */
const struct http_header *http_request_find(const struct http_request *r, const char *name);

bool http_span_is(struct http_span s, const char *text);        /* exactly */
bool http_span_is_nocase(struct http_span s, const char *text); /* letters of either case */

/* Does the comma-separated list in a header's value have the word? Any case. */
bool http_list_has(struct http_span list, const char *word);

/* Names that belong to one hop and are never passed on: connection, keep-alive, te,
 * trailer, transfer-encoding, upgrade and proxy-*; plus what the message's own
 * Connection headers name. */
bool http_hop_by_hop(struct http_span name);
bool http_request_hop_by_hop(const struct http_request *r, struct http_span name);

#endif
