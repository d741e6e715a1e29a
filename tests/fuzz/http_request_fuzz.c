/*
 * Requests one after the other, as on a connection that is kept: heads and bodies.
 * A head is the same whether it comes at once or byte by byte, and what was taken
 * apart lies within it; a body's payload is the same in any parts.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/http_body.h"
#include "engine/net/http_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(struct http_span s, const uint8_t *data, size_t n)
{
	const uint8_t *at = (const uint8_t *)s.at;

	if (s.n && (at < data || at + s.n > data + n))
		abort();
}

static void check_head(const struct http_request *r, const uint8_t *data)
{
	inside(r->method, data, r->head_len);
	inside(r->target, data, r->head_len);
	if (!http_span_is(r->path, "/"))
		inside(r->path, data, r->head_len);
	for (size_t i = 0; i < r->n_headers; i++) {
		inside(r->headers[i].name, data, r->head_len);
		inside(r->headers[i].value, data, r->head_len);
		if (memchr(r->headers[i].value.at, '\n', r->headers[i].value.n) ||
		    memchr(r->headers[i].value.at, '\r', r->headers[i].value.n))
			abort();
	}
	if ((r->chunked && r->has_length) || (r->minor == 1 && !r->host[0]))
		abort();
	if (memcmp(data + r->head_len - 4, "\r\n\r\n", 4) != 0)
		abort();
}

/* Gives the bytes used, and a sum over the payload. */
static long body(const struct http_request *r, const uint8_t *data, size_t n, size_t step, uint64_t *sum)
{
	struct http_body b;
	size_t at = 0;

	*sum = 0;
	http_body_begin(&b, r);
	while (at < n && !http_body_done(&b)) {
		struct http_span out;
		size_t part = n - at < step ? n - at : step;
		long used = http_body_take(&b, data + at, part, &out);

		if (used < 0)
			return -1;
		if ((size_t)used > part || (!used && !http_body_done(&b)))
			abort();
		inside(out, data + at, part);
		for (size_t i = 0; i < out.n; i++)
			*sum = *sum * 31 + (uint8_t)out.at[i];
		at += (size_t)used;
	}
	return (long)at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_request r, again;
	struct http_refusal no;
	size_t scanned = 0, n = 0;
	uint64_t one, other;
	int whole, slow = 0;
	long used;

	while (size && (whole = http_request_parse(&r, data, size, NULL, &no)) == 1) {
		check_head(&r, data);
		used = body(&r, data + r.head_len, size - r.head_len, 4096, &one);
		if (body(&r, data + r.head_len, size - r.head_len, 3, &other) != used ||
		    (used >= 0 && one != other))
			abort();
		for (scanned = n = 0, slow = 0; !slow && n < size; )
			slow = http_request_parse(&again, data, ++n, &scanned, &no);
		if (slow != 1 || again.head_len != r.head_len || again.n_headers != r.n_headers)
			abort();
		if (used < 0)
			break;
		data += r.head_len + (size_t)used;
		size -= r.head_len + (size_t)used;
	}
	return 0;
}
