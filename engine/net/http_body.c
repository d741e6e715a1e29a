#include "engine/net/http_body.h"

#include <assert.h>

enum {
	SIZE_LINE_MAX = 256, /* of a chunk, with its extensions */
	SIZE_DIGITS_MAX = 15,
	TRAILERS_MAX = 4096,
};

void http_body_begin(struct http_body *b, const struct http_request *r)
{
	*b = (struct http_body){ .state = r->chunked ? HTTP_BODY_SIZE :
					  r->length  ? HTTP_BODY_LENGTH :
						       HTTP_BODY_DONE,
				 .left = r->chunked ? 0 : r->length };
}

/* One byte of "1a; extension CR LF". */
static int size_byte(struct http_body *b, char c)
{
	if (++b->line > SIZE_LINE_MAX)
		return -1;
	if (b->cr) {
		if (c != '\n' || !b->digits)
			return -1;
		b->state = b->left ? HTTP_BODY_DATA : HTTP_BODY_TRAILER;
		b->cr = b->extension = false;
		b->empty_line = true;
		b->line = b->digits = 0;
	} else if (c == '\r') {
		b->cr = true;
	} else if (b->extension) {
		return (unsigned char)c < 0x20 && c != '\t' ? -1 : 0;
	} else if (b->digits && (c == ';' || c == ' ' || c == '\t')) {
		b->extension = true;
	} else {
		if (http_hex(c) < 0 || ++b->digits > SIZE_DIGITS_MAX)
			return -1;
		b->left = b->left << 4 | (uint64_t)http_hex(c);
	}
	return 0;
}

static int data_end_byte(struct http_body *b, char c)
{
	if (c != (b->cr ? '\n' : '\r'))
		return -1;
	if (b->cr)
		b->state = HTTP_BODY_SIZE;
	b->cr = !b->cr;
	return 0;
}

/* Trailers are read to their end and not kept. */
static int trailer_byte(struct http_body *b, char c)
{
	if (++b->line > TRAILERS_MAX)
		return -1;
	if (b->cr) {
		if (c != '\n')
			return -1;
		if (b->empty_line)
			b->state = HTTP_BODY_DONE;
		b->cr = false;
		b->empty_line = true;
	} else if (c == '\r') {
		b->cr = true;
	} else {
		if ((unsigned char)c < 0x20 && c != '\t')
			return -1;
		b->empty_line = false;
	}
	return 0;
}

static size_t payload(struct http_body *b, const uint8_t *data, size_t n, struct http_span *out,
		      enum http_body_state next)
{
	if (n > b->left)
		n = (size_t)b->left;
	*out = (struct http_span){ (const char *)data, n };
	b->left -= n;
	if (!b->left)
		b->state = next;
	return n;
}

long http_body_take(struct http_body *b, const uint8_t *data, size_t n, struct http_span *out)
{
	size_t used = 0;
	int r = 0;

	*out = (struct http_span){ "", 0 };
	while (used < n && r == 0) {
		char c = (char)data[used];

		switch (b->state) {
		case HTTP_BODY_LENGTH:
			return (long)payload(b, data, n, out, HTTP_BODY_DONE);
		case HTTP_BODY_DATA:
			return (long)(used + payload(b, data + used, n - used, out, HTTP_BODY_DATA_END));
		case HTTP_BODY_SIZE:
			r = size_byte(b, c);
			break;
		case HTTP_BODY_DATA_END:
			r = data_end_byte(b, c);
			break;
		case HTTP_BODY_TRAILER:
			r = trailer_byte(b, c);
			break;
		case HTTP_BODY_DONE:
			return (long)used;
		case HTTP_BODY_BAD:
			return -1;
		}
		used++;
	}
	if (r < 0) {
		b->state = HTTP_BODY_BAD;
		return -1;
	}
	return (long)used;
}

uint64_t http_body_payload(const struct http_body *b)
{
	return b->state == HTTP_BODY_LENGTH || b->state == HTTP_BODY_DATA ? b->left : 0;
}

void http_body_skip(struct http_body *b, uint64_t n)
{
	assert(n <= http_body_payload(b));
	b->left -= n;
	if (n && !b->left)
		b->state = b->state == HTTP_BODY_LENGTH ? HTTP_BODY_DONE : HTTP_BODY_DATA_END;
}
