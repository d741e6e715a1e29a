#include "engine/net/broker_parts.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Decode %XX in place; gives the new length, and whether there was any. */
static size_t decode(char *s, size_t n, bool *any)
{
	size_t out = 0;

	*any = false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '%' && i + 2 < n && http_hex(s[i + 1]) >= 0 && http_hex(s[i + 2]) >= 0) {
			s[out++] = (char)(http_hex(s[i + 1]) << 4 | http_hex(s[i + 2]));
			i += 2;
			*any = true;
		} else {
			s[out++] = s[i];
		}
	}
	return out;
}

/* Has it a "." or ".." between slashes, or a control character? ";" begins parameters
 * of a segment for some servers, and "\" is a slash for others. */
static bool escapes(const char *s, size_t n)
{
	size_t start = 0;

	for (size_t i = 0; i <= n; i++) {
		size_t len = i - start;

		if (i < n && ((unsigned char)s[i] < 0x20 || s[i] == 0x7f))
			return true;
		if (i < n && s[i] != '/' && s[i] != '\\' && s[i] != ';')
			continue;
		if ((len == 1 && s[start] == '.') || (len == 2 && s[start] == '.' && s[start + 1] == '.'))
			return true;
		start = i + 1;
	}
	return false;
}

/* A path that every server takes for one below its base, however often it decodes. */
static bool stays_below(struct http_span path)
{
	char text[HTTP_TARGET_MAX];
	const char *query = memchr(path.at, '?', path.n);
	size_t n = query ? (size_t)(query - path.at) : path.n;
	bool any = true;

	if (n > sizeof(text))
		return false;
	memcpy(text, path.at, n);
	for (int i = 0; any; i++) {
		if (escapes(text, n) || i == 4)
			return false;
		n = decode(text, n, &any);
	}
	return true;
}

static bool method_known(struct http_span m)
{
	/* TRACE would give the guest its own request back, credential and all. */
	static const char *const methods[] = { "GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS",
					       NULL };

	for (const char *const *i = methods; *i; i++)
		if (http_span_is(m, *i))
			return true;
	return false;
}

int broker_url(const struct broker_provider *p, const struct http_request *r, char *out, size_t cap,
	       struct http_refusal *no)
{
	if (!method_known(r->method))
		return http_refuse(no, 405, "this method is not passed on");
	if (r->form != HTTP_ORIGIN && r->form != HTTP_ABSOLUTE)
		return http_refuse(no, 400, "the broker passes on paths only");
	if (!stays_below(r->path))
		return http_refuse(no, 400, "the path must not have \".\" or \"..\" in it");
	if ((size_t)snprintf(out, cap, "%s%.*s", p->base, (int)r->path.n, r->path.at) >= cap)
		return http_refuse(no, 414, "the path is too long");
	return 0;
}

/* Letters of either case, and '_' as '-': some servers make no difference. */
static bool same(struct http_span name, const char *other)
{
	size_t n = strlen(other);

	if (name.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = name.at[i] == '_' ? '-' : name.at[i];

		if (strncasecmp(&c, &other[i], 1) != 0)
			return false;
	}
	return true;
}

/* Credentials in any form that providers read, and what says who or where the guest is. */
static bool stays_here(const struct broker_provider *p, const struct http_request *r, struct http_span name)
{
	static const char *const names[] = {
		"host", "content-length", "expect", "authorization", "x-api-key", "api-key",
		"x-goog-api-key", "x-auth-token", "cookie", "cookie2", "http2-settings", "via",
		"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
		"x-http-method-override", "x-original-url", "x-rewrite-url", NULL
	};

	for (const char *const *i = names; *i; i++)
		if (same(name, *i))
			return true;
	return http_request_hop_by_hop(r, name) || (p->header[0] && same(name, p->header));
}

static int add_line(struct bytes *text, const char *name, size_t name_n, const char *a, size_t a_n,
		    const char *b, size_t b_n)
{
	/* "name;" is libcurl's way to write a header without a value. */
	const char *between = a_n + b_n ? ": " : ";";

	return bytes_add(text, name, name_n) | bytes_add(text, between, strlen(between)) |
	       bytes_add(text, a, a_n) | bytes_add(text, b, b_n) | bytes_add(text, "", 1);
}

int broker_headers(const struct broker_provider *p, const struct http_request *r, struct bytes *text,
		   const char *lines[BROKER_LINES + 1])
{
	size_t n = 0, at = 0;
	int bad = 0;

	for (size_t i = 0; i < r->n_headers; i++) {
		const struct http_header *h = &r->headers[i];

		if (stays_here(p, r, h->name))
			continue;
		bad |= add_line(text, h->name.at, h->name.n, h->value.at, h->value.n, "", 0);
		n++;
	}
	if (p->header[0]) {
		bad |= add_line(text, p->header, strlen(p->header), p->prefix, strlen(p->prefix), p->secret,
				p->secret_len);
		n++;
	}
	if (bad)
		return -1;
	for (size_t i = 0; i < n; i++) {
		lines[i] = (const char *)bytes_front(text) + at;
		at += strlen(lines[i]) + 1;
	}
	lines[n] = NULL;
	return 0;
}

bool broker_passes(struct http_span name)
{
	/* The first two speak of the provider's own address, which the guest does not use;
	 * cookies would be sent back, and are not. */
	static const char *const names[] = { "alt-svc", "strict-transport-security", "set-cookie",
					     "set-cookie2", "content-length", "public-key-pins", NULL };

	for (const char *const *i = names; *i; i++)
		if (http_span_is_nocase(name, *i))
			return false;
	return !http_hop_by_hop(name);
}
