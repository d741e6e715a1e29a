/*
 * The body of an HTTP/1.1 request, as it comes: of a length, or chunked, read strictly
 * (RFC 9112, section 7.1), so that no two readers find its end at different places.
 */
#ifndef ENGINE_NET_HTTP_BODY_H
#define ENGINE_NET_HTTP_BODY_H

#include "engine/net/http_request.h"

enum http_body_state { HTTP_BODY_LENGTH, HTTP_BODY_SIZE, HTTP_BODY_DATA, HTTP_BODY_DATA_END,
		       HTTP_BODY_TRAILER, HTTP_BODY_DONE, HTTP_BODY_BAD };
struct http_body {
	enum http_body_state state;
	uint64_t left;   /* of the length, or of this chunk */
	unsigned line;   /* bytes of the chunk's size line or of the trailers so far */
	unsigned digits;
	bool extension;  /* of the size line: past the digits */
	bool cr;         /* a CR was seen: LF must follow */
	bool empty_line; /* of the trailers: nothing on this line yet */
};

void http_body_begin(struct http_body *b, const struct http_request *r);
static inline bool http_body_done(const struct http_body *b)
{
	return b->state == HTTP_BODY_DONE;
}

/* Take some of the n bytes: gives how many were used, and in *out the payload
 * among them (maybe empty). Call again with the rest until it uses none or the
 * body is done; -1 when it is not a body. */
long http_body_take(struct http_body *b, const uint8_t *data, size_t n, struct http_span *out);

/* How many bytes of payload come next, whatever they are; and so many of them went by
 * elsewhere. */
uint64_t http_body_payload(const struct http_body *b);
void http_body_skip(struct http_body *b, uint64_t n);

#endif
