#include "engine/session/redact.h"

#include <stdlib.h>
#include <string.h>

static const char mark[] = "[redacted]";
static const char key_end[] = "-----END";

/* What keys and tokens look like: a beginning, then a run of token characters. `keep`:
 * the beginning is no secret and may stand inside a word. */
static const struct shape {
	const char *begin;
	size_t run; /* least */
	bool keep;
} shapes[] = {
	{ "sk-", 16, false },	       { "ghp_", 16, false },	      { "gho_", 16, false },
	{ "ghs_", 16, false },	       { "ghu_", 16, false },	      { "github_pat_", 16, false },
	{ "glpat-", 16, false },       { "xoxb-", 10, false },	      { "xoxp-", 10, false },
	{ "xoxa-", 10, false },	       { "AKIA", 12, false },	      { "ASIA", 12, false },
	{ "AIza", 30, false },	       { "gsk_", 16, false },	      { "xai-", 16, false },
	{ "hf_", 16, false },	       { "npm_", 16, false },	      { "eyJ", 40, false },
	{ "Bearer ", 12, true },       { "API_KEY=", 6, true },	      { "API_KEY=\"", 6, true },
	{ "API_KEY='", 6, true },      { "_TOKEN=", 6, true },	      { "_TOKEN=\"", 6, true },
	{ "_TOKEN='", 6, true },       { "PASSWORD=", 4, true },      { "PASSWORD=\"", 4, true },
	{ "PASSWORD='", 4, true },     { "SECRET=", 6, true },	      { "SECRET=\"", 6, true },
	{ "SECRET='", 6, true },       { "ACCESS_KEY=", 6, true },    { "x-api-key: ", 6, true },
};
static const char block_begin[] = "-----BEGIN ";

enum { SHAPES = sizeof(shapes) / sizeof(*shapes), BLOCK_MAX = 16 << 10, KEY_LINE = 80 };

void redact_init(struct redact *r)
{
	memset(r, 0, sizeof(*r));
	for (int i = 0; i < SHAPES; i++)
		r->starts[(uint8_t)shapes[i].begin[0]] = true;
	r->starts['-'] = true;
}

void redact_done(struct redact *r)
{
	for (int i = 0; i < r->n; i++) {
		explicit_bzero(r->secrets[i], r->lengths[i]);
		free(r->secrets[i]);
	}
	explicit_bzero(r, sizeof(*r));
}

bool redact_secret(struct redact *r, const char *value, size_t n)
{
	if (n < REDACT_SECRET_MIN || n >= REDACT_HOLD / 2 || r->n == REDACT_SECRETS)
		return false;
	r->secrets[r->n] = malloc(n);
	if (!r->secrets[r->n])
		return false;
	memcpy(r->secrets[r->n], value, n);
	r->lengths[r->n++] = n;
	r->starts[(uint8_t)value[0]] = true;
	return true;
}

static bool token(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '_' || c == '-' || c == '.' || c == '+' || c == '/' || c == '=' || c == '~' ||
	       c == '%' || c == '!' || c == '@' || c == '#' || c == '$' || c == '^' || c == '&' ||
	       c == '*';
}

static bool in_word(uint8_t c)
{
	return token(c) && !strchr("=./+@#$^&*!%~", c);
}

/* Held bytes as one sees them: changes of colour left out. */
struct seen {
	uint8_t text[REDACT_HOLD];
	uint16_t end[REDACT_HOLD]; /* of text[i]: where in the held bytes the next begins */
	size_t n;
};

/* Bytes of a change of colour at p; 0: it is none; SIZE_MAX: it is not whole. */
static size_t colour(const uint8_t *p, size_t n)
{
	size_t i = 2;

	if (p[0] != 0x1b)
		return 0;
	if (n < 2)
		return SIZE_MAX;
	if (p[1] != '[')
		return 0;
	while (i < n && p[i] >= 0x30 && p[i] < 0x3c)
		i++;
	return i == n ? SIZE_MAX : p[i] == 'm' ? i + 1 : 0;
}

static void look(const struct redact *r, struct seen *s)
{
	s->n = 0;
	for (size_t i = 0; i < r->held;) {
		size_t skip = colour(r->hold + i, r->held - i);

		if (skip == SIZE_MAX)
			return;
		if (skip) {
			i += skip;
			continue;
		}
		s->text[s->n] = r->hold[i++];
		s->end[s->n++] = (uint16_t)i;
	}
}

enum verdict { NO, MAYBE, YES };

struct match {
	enum verdict verdict;
	size_t keep, len; /* of the seen text: what stays, all that matched */
	bool block;
};

static void better(struct match *m, struct match with)
{
	if (with.verdict > m->verdict || (with.verdict == YES && m->verdict == YES && with.len > m->len))
		*m = with;
}

static struct match match_secret(const struct seen *s, const char *value, size_t n)
{
	size_t same = s->n < n ? s->n : n;

	if (memcmp(s->text, value, same) != 0)
		return (struct match){ .verdict = NO };
	return (struct match){ .verdict = same == n ? YES : MAYBE, .len = n };
}

static struct match match_shape(const struct seen *s, const struct shape *p, bool over)
{
	size_t n = strlen(p->begin), i = n;

	if (memcmp(s->text, p->begin, s->n < n ? s->n : n) != 0)
		return (struct match){ .verdict = NO };
	if (s->n < n)
		return (struct match){ .verdict = MAYBE };
	while (i < s->n && token(s->text[i]))
		i++;
	if (i == s->n && !over)
		return (struct match){ .verdict = MAYBE };
	return (struct match){ .verdict = i - n >= p->run ? YES : NO, .keep = p->keep ? n : 0, .len = i };
}

/* -----BEGIN ... PRIVATE KEY----- */
static struct match match_block(const struct seen *s)
{
	size_t n = sizeof(block_begin) - 1, line = s->n < KEY_LINE ? s->n : KEY_LINE;
	const uint8_t *end;

	if (memcmp(s->text, block_begin, s->n < n ? s->n : n) != 0)
		return (struct match){ .verdict = NO };
	if (s->n < n)
		return (struct match){ .verdict = MAYBE };
	end = memmem(s->text + n, line - n, "PRIVATE KEY-----", 16);
	if (end)
		return (struct match){ .verdict = YES, .block = true,
				       .len = (size_t)(end - s->text) + 16 };
	return (struct match){ .verdict = s->n < KEY_LINE ? MAYBE : NO };
}

static struct match judge(const struct redact *r, const struct seen *s, bool over)
{
	struct match m = { .verdict = NO };

	for (int i = 0; i < r->n; i++)
		better(&m, match_secret(s, r->secrets[i], r->lengths[i]));
	for (int i = 0; i < SHAPES; i++)
		if (shapes[i].keep || !in_word(r->before))
			better(&m, match_shape(s, &shapes[i], over));
	better(&m, match_block(s));
	return m;
}

static void drop(struct redact *r, size_t n)
{
	memmove(r->hold, r->hold + n, r->held - n);
	r->held -= n;
}

/* What one sees before the next byte: not the last byte of an escape sequence. */
static void went_by(struct redact *r, uint8_t c)
{
	if (c == 0x1b)
		r->escape = 1;
	else if (r->escape == 1)
		r->escape = c == '[' ? 2 : 0;
	else if (r->escape == 2 && c >= 0x40)
		r->escape = 0;
	else if (!r->escape)
		r->before = c;
}

static void pass(struct redact *r, size_t n, struct bytes *out)
{
	bytes_add(out, r->hold, n);
	for (size_t i = 0; i < n; i++)
		went_by(r, r->hold[i]);
	drop(r, n);
}

/* Changes of colour inside what is taken out go on to hold. */
static void pass_colours(const struct redact *r, size_t from, size_t to, struct bytes *out)
{
	while (from < to) {
		size_t n = colour(r->hold + from, to - from);

		if (n && n != SIZE_MAX)
			bytes_add(out, r->hold + from, n);
		from += n && n != SIZE_MAX ? n : 1;
	}
}

static void take_out(struct redact *r, const struct seen *s, const struct match *m, struct bytes *out)
{
	size_t keep = m->keep ? s->end[m->keep - 1] : 0, end = s->end[m->len - 1];

	bytes_add(out, r->hold, keep);
	bytes_add(out, mark, sizeof(mark) - 1);
	pass_colours(r, keep, end, out);
	r->before = ']';
	r->block = m->block ? 1 : 0;
	r->taken++;
	drop(r, end);
}

/* Inside a key that is taken out, up to its end line; false when more must come. */
static bool skip_block(struct redact *r)
{
	size_t n = sizeof(key_end) - 1, i = 0, left;
	const uint8_t *end;

	while (i < r->held && memcmp(r->hold + i, key_end, r->held - i < n ? r->held - i : n) != 0) {
		i++;
		if (++r->block > BLOCK_MAX) { /* no key is so long */
			drop(r, i);
			r->block = 0;
			return true;
		}
	}
	drop(r, i);
	left = r->held < KEY_LINE ? r->held : KEY_LINE;
	if (left < n)
		return false;
	end = memmem(r->hold + n, left - n, "-----", 5);
	if (!end && left < KEY_LINE)
		return false;
	drop(r, end ? (size_t)(end - r->hold) + 5 : KEY_LINE);
	r->block = 0;
	return true;
}

static void work(struct redact *r, struct bytes *out, bool over)
{
	struct seen s;

	while (r->held) {
		struct match m;
		size_t n = 0;

		if (r->block) {
			if (!skip_block(r))
				return;
			continue;
		}
		while (r->swallow && n < r->held && token(r->hold[n]))
			n++;
		drop(r, n);
		if (!r->held)
			return;
		r->swallow = false;
		for (n = 0; n < r->held && !r->starts[r->hold[n]];)
			n++;
		pass(r, n, out);
		if (!r->held)
			return;
		look(r, &s);
		m = s.n ? judge(r, &s, over) : (struct match){ .verdict = NO };
		if (m.verdict == MAYBE && !over && r->held < REDACT_HOLD)
			return;
		if (m.verdict == MAYBE && r->held == REDACT_HOLD) { /* a token without end */
			m = judge(r, &s, true);
			r->swallow = m.verdict == YES;
		}
		if (m.verdict == YES)
			take_out(r, &s, &m, out);
		else
			pass(r, 1, out);
	}
}

size_t redact_feed(struct redact *r, const void *data, size_t n, struct bytes *out)
{
	const uint8_t *p = data;

	while (n) {
		size_t part = REDACT_HOLD - r->held;

		part = part < n ? part : n;
		memcpy(r->hold + r->held, p, part);
		r->held += part;
		p += part;
		n -= part;
		work(r, out, false);
	}
	return r->held;
}

void redact_flush(struct redact *r, struct bytes *out)
{
	work(r, out, true);
	if (r->block)
		r->held = 0;
	pass(r, r->held, out);
	r->block = 0;
	r->swallow = false;
}
