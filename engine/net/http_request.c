#include "engine/net/http_request.h"

#include <string.h>
#include <strings.h>

enum { METHOD_MAX = 20 };

int http_refuse(struct http_refusal *no, int status, const char *why)
{
	*no = (struct http_refusal){ status, why };
	return -1;
}

int http_hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	       c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	       c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* RFC 9110's tchar. */
static bool is_token_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_token(struct http_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_token_char(s.at[i]))
			return false;
	return s.n > 0;
}

/* Visible, blank, tab, or of another character set. */
static bool is_text(struct http_span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.at[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool is_visible(struct http_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.at[i] < 0x21 || s.at[i] > 0x7e)
			return false;
	return s.n > 0;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool http_span_is(struct http_span s, const char *text)
{
	return s.n == strlen(text) && (!s.n || !memcmp(s.at, text, s.n));
}

bool http_span_is_nocase(struct http_span s, const char *text)
{
	return s.n == strlen(text) && (!s.n || !strncasecmp(s.at, text, s.n));
}

static struct http_span trim(struct http_span s)
{
	while (s.n && (s.at[0] == ' ' || s.at[0] == '\t'))
		s.at++, s.n--;
	while (s.n && (s.at[s.n - 1] == ' ' || s.at[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static bool list_has_span(struct http_span list, struct http_span word)
{
	while (list.n) {
		const char *comma = memchr(list.at, ',', list.n);
		size_t n = comma ? (size_t)(comma - list.at) : list.n;
		struct http_span item = trim((struct http_span){ list.at, n });

		if (item.n == word.n && !strncasecmp(item.at, word.at, word.n))
			return true;
		n += comma != NULL;
		list.at += n;
		list.n -= n;
	}
	return false;
}

bool http_list_has(struct http_span list, const char *word)
{
	return list_has_span(list, (struct http_span){ word, strlen(word) });
}

const struct http_header *http_request_find(const struct http_request *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (http_span_is_nocase(r->headers[i].name, name))
			return &r->headers[i];
	return NULL;
}

bool http_hop_by_hop(struct http_span name)
{
	static const char *const names[] = { "connection", "keep-alive", "te", "trailer",
					     "transfer-encoding", "upgrade", NULL };

	for (const char *const *i = names; *i; i++)
		if (http_span_is_nocase(name, *i))
			return true;
	return name.n >= 6 && !strncasecmp(name.at, "proxy-", 6);
}

bool http_request_hop_by_hop(const struct http_request *r, struct http_span name)
{
	if (http_hop_by_hop(name))
		return true;
	for (size_t i = 0; i < r->n_headers; i++)
		if (http_span_is_nocase(r->headers[i].name, "connection") &&
		    list_has_span(r->headers[i].value, name))
			return true;
	return false;
}

/* host[:port], into lower case; an IPv6 literal in its brackets. */
static int parse_authority(struct http_span s, char host[HTTP_HOST_MAX + 1], uint16_t *port)
{
	size_t n = 0;
	unsigned long p = 0;

	if (s.n && s.at[0] == '[') {
		while (n < s.n && s.at[n] != ']')
			if (!strchr("[0123456789abcdefABCDEF:.", s.at[n++]))
				return -1;
		if (n++ == s.n)
			return -1;
	} else {
		while (n < s.n && s.at[n] != ':') {
			if (!is_digit(s.at[n]) && !(lower(s.at[n]) >= 'a' && lower(s.at[n]) <= 'z') &&
			    !strchr("-._", s.at[n]))
				return -1;
			n++;
		}
	}
	if (!n || n > HTTP_HOST_MAX)
		return -1;
	for (size_t i = 0; i < n; i++)
		host[i] = lower(s.at[i]);
	host[n] = '\0';
	if (n > 1 && host[n - 1] == '.')
		host[n - 1] = '\0';
	*port = 0;
	if (n == s.n)
		return 0;
	if (s.at[n++] != ':' || n == s.n || s.n - n > 5)
		return -1;
	for (; n < s.n; n++) {
		if (!is_digit(s.at[n]))
			return -1;
		p = p * 10 + (unsigned long)(s.at[n] - '0');
	}
	if (!p || p > 65535)
		return -1;
	*port = (uint16_t)p;
	return 0;
}

static int parse_absolute(struct http_request *r, struct http_refusal *no)
{
	struct http_span rest = { r->target.at + 7, r->target.n - 7 };
	size_t n = 0;

	while (n < rest.n && rest.at[n] != '/' && rest.at[n] != '?')
		n++;
	if (parse_authority((struct http_span){ rest.at, n }, r->host, &r->port) < 0)
		return http_refuse(no, 400, "the request's URL has no valid host");
	r->path = (struct http_span){ rest.at + n, rest.n - n };
	if (!r->path.n)
		r->path = (struct http_span){ "/", 1 };
	else if (r->path.at[0] != '/')
		return http_refuse(no, 400, "the request's URL has no path before its query");
	return 0;
}

static int parse_target(struct http_request *r, struct http_refusal *no)
{
	struct http_span t = r->target;

	if (!is_visible(t))
		return http_refuse(no, 400, "the request's target has characters that cannot be");
	if (memchr(t.at, '#', t.n))
		return http_refuse(no, 400, "the request's target has a fragment");
	if (http_span_is(r->method, "CONNECT")) {
		r->form = HTTP_AUTHORITY;
		if (parse_authority(t, r->host, &r->port) < 0 || !r->port)
			return http_refuse(no, 400, "CONNECT needs host:port");
		return 0;
	}
	if (t.at[0] == '/') {
		r->form = HTTP_ORIGIN;
		r->path = t;
		return 0;
	}
	if (t.n > 7 && !strncasecmp(t.at, "http://", 7)) {
		r->form = HTTP_ABSOLUTE;
		return parse_absolute(r, no);
	}
	if (http_span_is(t, "*") && http_span_is(r->method, "OPTIONS")) {
		r->form = HTTP_ASTERISK;
		return 0;
	}
	return http_refuse(no, 400, "the request's target is neither a path nor an http:// URL");
}

static int parse_request_line(struct http_request *r, struct http_span line, struct http_refusal *no)
{
	const char *one = memchr(line.at, ' ', line.n);
	const char *two = one ? memchr(one + 1, ' ', line.n - (size_t)(one + 1 - line.at)) : NULL;
	struct http_span version;

	if (!two)
		return http_refuse(no, 400, "not an HTTP request");
	r->method = (struct http_span){ line.at, (size_t)(one - line.at) };
	r->target = (struct http_span){ one + 1, (size_t)(two - one - 1) };
	version = (struct http_span){ two + 1, line.n - (size_t)(two + 1 - line.at) };
	if (!is_token(r->method) || r->method.n > METHOD_MAX)
		return http_refuse(no, 400, "not an HTTP method");
	if (http_span_is(version, "HTTP/1.1"))
		r->minor = 1;
	else if (!http_span_is(version, "HTTP/1.0"))
		return http_refuse(no, 505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
	if (r->target.n > HTTP_TARGET_MAX)
		return http_refuse(no, 414, "the request's target is too long");
	return parse_target(r, no);
}

static int parse_length(struct http_request *r, struct http_span v, struct http_refusal *no)
{
	if (r->has_length)
		return http_refuse(no, 400, "more than one Content-Length");
	if (!v.n || v.n > 18)
		return http_refuse(no, 400, "not a Content-Length");
	for (size_t i = 0; i < v.n; i++) {
		if (!is_digit(v.at[i]))
			return http_refuse(no, 400, "not a Content-Length");
		r->length = r->length * 10 + (uint64_t)(v.at[i] - '0');
	}
	r->has_length = true;
	return 0;
}

static int parse_host(struct http_request *r, struct http_span v, bool *seen, struct http_refusal *no)
{
	char host[HTTP_HOST_MAX + 1];
	uint16_t port;

	if (*seen)
		return http_refuse(no, 400, "more than one Host");
	*seen = true;
	if (parse_authority(v, host, &port) < 0)
		return http_refuse(no, 400, "not a valid Host");
	if (r->form == HTTP_ABSOLUTE || r->form == HTTP_AUTHORITY) {
		/* Many clients leave the port out of one of the two. */
		if (strcmp(host, r->host) != 0 || (port && r->port && port != r->port))
			return http_refuse(no, 400, "Host and the request's URL are not the same");
		return 0;
	}
	strcpy(r->host, host);
	r->port = port;
	return 0;
}

/* What decides where this request ends and whose it is. */
static int weigh_header(struct http_request *r, const struct http_header *h, bool *host,
			struct http_refusal *no)
{
	if (http_span_is_nocase(h->name, "host"))
		return parse_host(r, h->value, host, no);
	if (http_span_is_nocase(h->name, "content-length"))
		return parse_length(r, h->value, no);
	if (http_span_is_nocase(h->name, "transfer-encoding")) {
		if (r->chunked || r->minor == 0 || !http_span_is_nocase(h->value, "chunked"))
			return http_refuse(no, 501, "the only transfer coding is one \"chunked\"");
		r->chunked = true;
	} else if (http_span_is_nocase(h->name, "connection")) {
		if (http_list_has(h->value, "close"))
			r->keep_alive = false;
		else if (r->minor == 0 && http_list_has(h->value, "keep-alive"))
			r->keep_alive = true;
	} else if (http_span_is_nocase(h->name, "expect")) {
		if (!http_span_is_nocase(h->value, "100-continue"))
			return http_refuse(no, 417, "the only expectation is 100-continue");
		r->expect_continue = r->minor == 1;
	}
	return 0;
}

static int parse_header(struct http_request *r, struct http_span line, bool *host,
			struct http_refusal *no)
{
	const char *colon = memchr(line.at, ':', line.n);
	struct http_header *h;

	if (r->n_headers == HTTP_HEADERS_MAX)
		return http_refuse(no, 431, "too many headers");
	h = &r->headers[r->n_headers];
	if (!colon)
		return http_refuse(no, 400, "a header without a colon");
	h->name = (struct http_span){ line.at, (size_t)(colon - line.at) };
	h->value = trim((struct http_span){ colon + 1, line.n - h->name.n - 1 });
	if (!is_token(h->name))
		return http_refuse(no, 400, "not a header's name");
	if (!is_text(h->value))
		return http_refuse(no, 400, "a header has characters that cannot be");
	r->n_headers++;
	return weigh_header(r, h, host, no);
}

/* The next line, without its CR LF; -1 when it ends in anything else. */
static int next_line(struct http_span *rest, struct http_span *line)
{
	const char *lf = memchr(rest->at, '\n', rest->n);
	size_t n;

	if (!lf || lf == rest->at || lf[-1] != '\r')
		return -1;
	n = (size_t)(lf - rest->at);
	*line = (struct http_span){ rest->at, n - 1 };
	rest->at += n + 1;
	rest->n -= n + 1;
	return 0;
}

static int parse_head(struct http_request *r, struct http_span head, struct http_refusal *no)
{
	struct http_span line;
	bool host = false;

	if (next_line(&head, &line) < 0 || memchr(line.at, '\r', line.n))
		return http_refuse(no, 400, "lines must end with CR LF");
	if (parse_request_line(r, line, no) < 0)
		return -1;
	r->keep_alive = r->minor == 1;
	for (;;) {
		if (next_line(&head, &line) < 0)
			return http_refuse(no, 400, "lines must end with CR LF");
		if (!line.n)
			break;
		if (parse_header(r, line, &host, no) < 0)
			return -1;
	}
	if (!host && r->minor == 1)
		return http_refuse(no, 400, "HTTP/1.1 needs a Host");
	if (r->chunked && r->has_length)
		return http_refuse(no, 400, "Content-Length and Transfer-Encoding exclude each other");
	if (http_span_is(r->method, "CONNECT") && (r->chunked || r->length))
		return http_refuse(no, 400, "CONNECT has no body");
	return 0;
}

/* The head ends with the first empty line, however its lines end: strictness
 * comes after that, so that a lenient reader's end is never behind ours. */
static size_t find_end(const uint8_t *data, size_t n, size_t from)
{
	for (size_t i = from; i < n; i++) {
		if (data[i] != '\n')
			continue;
		if (i + 1 < n && data[i + 1] == '\n')
			return i + 2;
		if (i + 2 < n && data[i + 1] == '\r' && data[i + 2] == '\n')
			return i + 3;
	}
	return 0;
}

int http_request_parse(struct http_request *r, const uint8_t *data, size_t n, size_t *scanned,
		       struct http_refusal *no)
{
	size_t from = scanned && *scanned > 2 ? *scanned - 2 : 0;
	size_t end;

	if (n && !is_token_char((char)data[0]))
		return http_refuse(no, 400, "not an HTTP request");
	end = find_end(data, n, from);
	if (scanned)
		*scanned = n;
	if (end > HTTP_HEAD_MAX || (!end && n >= HTTP_HEAD_MAX))
		return http_refuse(no, 431, "the request's head is too long");
	if (!end)
		return 0;
	*r = (struct http_request){ .head_len = end };
	return parse_head(r, (struct http_span){ (const char *)data, end }, no) < 0 ? -1 : 1;
}
