#include "engine/net/guard.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/net/tls_hello.h"

/* No server takes a longer word for a method. */
enum { WORD_MAX = 256 };

enum opening { OPENING_MORE, OPENING_TLS, OPENING_HTTP, OPENING_ODD, OPENING_OTHER };

void guard_init(struct guard *g, const char *name)
{
	*g = (struct guard){ .state = GUARD_OPENING };
	memcpy(g->name, name, strlen(name) + 1);
}

void guard_body_only(struct guard *g, const char *name, const struct http_request *r)
{
	guard_init(g, name);
	http_body_begin(&g->body, r);
	g->state = GUARD_LAST_BODY;
}

/* RFC 9110 section 5.6.2 */
static bool is_token(uint8_t c)
{
	return c > 0x20 && c < 0x7f && !memchr("\"(),/:;<=>?@[\\]{}", c, 17);
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r' && c != '\n');
}

static bool says_http(const uint8_t *line, size_t n)
{
	for (size_t i = 0; i + 5 <= n; i++)
		if (!strncasecmp((const char *)line + i, "HTTP/", 5))
			return true;
	return false;
}

/*
 * Is the first line an HTTP request's, to any server however lenient? A word, a blank,
 * anything, "HTTP/"; empty lines may come before it. A line with a NUL is nobody's request
 * but a very lenient server's, and the opening of git's protocol, which has no line's end:
 * it is not held, but watched.
 */
static enum opening look_at_opening(const uint8_t *data, size_t n)
{
	size_t start = 0, i;

	if (n == 0)
		return OPENING_MORE;
	if (data[0] == 0x16)
		return OPENING_TLS;
	while (start < n && (is_blank(data[start]) || data[start] == '\n'))
		start++;
	for (i = start; i < n && is_token(data[i]); i++)
		;
	if (i == n && i - start <= WORD_MAX)
		return OPENING_MORE;
	if (i == start || i - start > WORD_MAX || !is_blank(data[i]))
		return OPENING_OTHER;
	while (i < n && data[i] != '\n' && data[i] != '\0')
		i++;
	if (says_http(data + start, i - start))
		return OPENING_HTTP;
	if (i == n)
		return OPENING_MORE;
	return data[i] == '\0' ? OPENING_ODD : OPENING_OTHER;
}

static long refuse(struct guard *g, enum gateway_why *why, enum gateway_why what)
{
	g->state = GUARD_REFUSED;
	*why = what;
	return -1;
}

static long look_at_hello(struct guard *g, const uint8_t *data, size_t n, enum gateway_why *why)
{
	char name[HOSTNAME_SIZE];

	switch (tls_hello_read(data, n, name)) {
	case TLS_HELLO_MORE:
		return 0;
	case TLS_HELLO_NAME:
		if (strcmp(name, g->name) != 0)
			return refuse(g, why, GATEWAY_WHY_OTHER);
		break;
	case TLS_HELLO_NONE:
		break;
	default:
		return refuse(g, why, GATEWAY_WHY_INVALID);
	}
	g->state = GUARD_UNSEEN;
	return (long)n;
}

/* Not to HTTP/2: its names could not be seen. */
static bool may_upgrade(const struct http_request *r)
{
	const struct http_header *h = http_request_find(r, "upgrade");

	return h && !http_list_has(h->value, "h2c");
}

/* Whatever it is goes on, until it becomes a request after all. */
static long look_at_odd_line(struct guard *g, const uint8_t *data, size_t n, enum gateway_why *why)
{
	static const char http[] = "http/";

	for (size_t i = 0; i < n; i++) {
		char c = data[i] >= 'A' && data[i] <= 'Z' ? (char)(data[i] + 32) : (char)data[i];

		if (c == '\n') {
			g->state = GUARD_UNSEEN;
			return (long)n;
		}
		g->matched = c == http[g->matched] ? g->matched + 1 : c == http[0];
		if (g->matched == 5)
			return refuse(g, why, GATEWAY_WHY_INVALID);
	}
	return (long)n;
}

static long look_at_head(struct guard *g, const uint8_t *data, size_t n, enum gateway_why *why)
{
	struct http_request r;
	struct http_refusal no;

	switch (http_request_parse(&r, data, n, &g->scanned, &no)) {
	case 0:
		return n >= GUARD_HELD_MAX ? refuse(g, why, GATEWAY_WHY_INVALID) : 0;
	case 1:
		break;
	default:
		return refuse(g, why, GATEWAY_WHY_INVALID);
	}
	if (r.host[0] && strcmp(r.host, g->name) != 0)
		return refuse(g, why, GATEWAY_WHY_OTHER);
	g->scanned = 0;
	http_body_begin(&g->body, &r);
	g->state = !g->asked && http_body_done(&g->body) && may_upgrade(&r) ? GUARD_UPGRADE : GUARD_BODY;
	g->heard = 0;
	g->asked = true;
	return (long)r.head_len;
}

static long look_at_body(struct guard *g, const uint8_t *data, size_t n, enum gateway_why *why)
{
	struct http_span payload;
	size_t used = 0;

	while (used < n && !http_body_done(&g->body)) {
		long took = http_body_take(&g->body, data + used, n - used, &payload);

		if (took < 0)
			return refuse(g, why, GATEWAY_WHY_INVALID);
		if (took == 0)
			break;
		used += (size_t)took;
	}
	if (!http_body_done(&g->body))
		return (long)used;
	if (g->state == GUARD_BODY)
		g->state = GUARD_HEAD;
	else if (used < n)
		return refuse(g, why, GATEWAY_WHY_INVALID); /* nothing may follow */
	return (long)used;
}

static long look_at_first(struct guard *g, const uint8_t *data, size_t n, enum gateway_why *why)
{
	switch (look_at_opening(data, n)) {
	case OPENING_TLS:
		return look_at_hello(g, data, n, why);
	case OPENING_HTTP:
		g->state = GUARD_HEAD;
		return 0;
	case OPENING_ODD:
		g->state = GUARD_ODD_LINE;
		return 0;
	case OPENING_OTHER:
		g->state = GUARD_UNSEEN;
		return (long)n;
	default:
		return n >= GUARD_HELD_MAX ? refuse(g, why, GATEWAY_WHY_INVALID) : 0;
	}
}

/* One step; called until nothing changes. */
static long step(struct guard *g, const uint8_t *data, size_t n, enum gateway_why *why)
{
	switch (g->state) {
	case GUARD_OPENING:
		return look_at_first(g, data, n, why);
	case GUARD_HEAD:
		return n ? look_at_head(g, data, n, why) : 0;
	case GUARD_ODD_LINE:
		return look_at_odd_line(g, data, n, why);
	case GUARD_UPGRADE:
		return 0;
	case GUARD_BODY:
	case GUARD_LAST_BODY:
		return look_at_body(g, data, n, why);
	case GUARD_UNSEEN:
		return (long)n;
	default:
		return refuse(g, why, GATEWAY_WHY_INVALID);
	}
}

static long look(struct guard *g, const uint8_t *data, size_t n, enum gateway_why *why)
{
	size_t passed = 0;

	for (;;) {
		enum guard_state before = g->state;
		long r = step(g, data + passed, n - passed, why);

		if (r < 0)
			return -1;
		passed += (size_t)r;
		if (r == 0 && g->state == before)
			return (long)passed;
		if (passed == n && g->state == before)
			return (long)passed;
	}
}

/* With the released word in front, of which nothing can be taken back. */
static long look_with_word(struct guard *g, const uint8_t *data, size_t n, enum gateway_why *why)
{
	size_t word = g->n_word;
	uint8_t *all = malloc(word + n);
	long r = -1;

	if (!all)
		return refuse(g, why, GATEWAY_WHY_LIMIT);
	memcpy(all, g->word, word);
	memcpy(all + word, data, n);
	r = look(g, all, word + n, why);
	free(all);
	if (r <= 0)
		return r;
	assert((size_t)r >= word); /* a word alone never passes */
	g->n_word = 0;
	return r - (long)word;
}

long guard_look(struct guard *g, const uint8_t *data, size_t n, enum gateway_why *why)
{
	return g->n_word ? look_with_word(g, data, n, why) : look(g, data, n, why);
}

size_t guard_release(struct guard *g, const uint8_t *data, size_t n)
{
	bool begun = g->n_word && is_token(g->word[g->n_word - 1]);

	if (g->state != GUARD_OPENING || g->n_word + n > GUARD_WORD_MAX)
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_token(data[i]) && (begun || (!is_blank(data[i]) && data[i] != '\n')))
			return 0;
		begun |= is_token(data[i]);
	}
	memcpy(g->word + g->n_word, data, n);
	g->n_word += n;
	return n;
}

int guard_end(struct guard *g, size_t n, const uint8_t *data, enum gateway_why *why)
{
	if (n + g->n_word == 0)
		return 0;
	/* A line that never ended is no request to anybody. */
	if (g->state == GUARD_OPENING && (g->n_word || data[0] != 0x16)) {
		g->state = GUARD_UNSEEN;
		return 0;
	}
	return (int)refuse(g, why, GATEWAY_WHY_INVALID);
}

/* "HTTP/1.x 101 " at its very beginning. Anything else, also a 100 before it, is no upgrade:
 * then what looks like no request later is refused. */
void guard_hears(struct guard *g, const uint8_t *data, size_t n)
{
	static const char switching[] = "HTTP/1.? 101";

	for (size_t i = 0; i < n && g->state == GUARD_UPGRADE; i++) {
		if (switching[g->heard] != '?' && data[i] != (uint8_t)switching[g->heard])
			g->state = GUARD_HEAD;
		else if (!switching[++g->heard])
			g->state = GUARD_UNSEEN;
	}
}

uint64_t guard_blind(const struct guard *g)
{
	if (g->state == GUARD_UNSEEN)
		return UINT64_MAX;
	return g->state == GUARD_BODY || g->state == GUARD_LAST_BODY ? http_body_payload(&g->body) : 0;
}

void guard_went_by(struct guard *g, uint64_t n)
{
	if (g->state != GUARD_UNSEEN)
		http_body_skip(&g->body, n);
}
