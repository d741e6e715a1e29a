#include "tui/linear/news.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/bytes.h"
#include "engine/base/diff.h"
#include "engine/base/own.h"
#include "engine/base/text.h"

enum { PAGE_TEXT = 8 << 20, LINE_TEXT = 16384 };

void page_cut(struct page *p, uint64_t base)
{
	size_t gone = base > p->base ? (size_t)(base - p->base) : 0;

	gone = gone < p->n ? gone : p->n;
	for (size_t i = 0; i < gone; i++)
		free(p->lines[i].text);
	p->n -= gone;
	if (p->n)
		memmove(p->lines, p->lines + gone, p->n * sizeof(*p->lines));
	p->base = base;
}

void page_clear(struct page *p, uint64_t base)
{
	page_cut(p, p->base + p->n);
	p->base = base;
}

void page_done(struct page *p)
{
	page_clear(p, 0);
	free(p->lines);
	*p = (struct page){ 0 };
}

/* Arrows to symbols: lines, blocks, spinners, bullets. */
static bool decoration(uint32_t c)
{
	return (c >= 0x2190 && c <= 0x2bff) || (c >= 0xa0 && c <= 0xbf) || c == 0x2022 || c == 0x2026 ||
	       c == 0xfffd;
}

/* What draws the sides of a box. */
static bool frame(uint32_t c)
{
	return c == ' ' || (c >= 0x2500 && c <= 0x259f);
}

static size_t row_text(char *out, size_t cap, const struct vt_glyph *cells, int a, int b)
{
	size_t n = 0;

	for (int i = a; i < b; i++) {
		if (n + VT_GLYPH_MAX * 4 + 2 > cap)
			break;
		if (!cells[i].n && cells[i].width)
			out[n++] = ' ';
		for (int k = 0; k < cells[i].n; k++)
			n += utf8_encode(cells[i].cp[k], out + n);
	}
	return n;
}

static bool bare(const struct vt_glyph *g)
{
	return !g->n || (g->n == 1 && frame(g->cp[0]));
}

bool page_add(struct page *p, const struct vt_glyph *cells, int cols, bool wrapped)
{
	char text[LINE_TEXT];
	int a = 0, b = cols;
	size_t n;

	if (p->n == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 64;
		struct page_line *more = realloc(p->lines, cap * sizeof(*more));

		if (!more)
			return false;
		p->lines = more;
		p->cap = cap;
	}
	while (b > a && bare(&cells[b - 1]) && !(wrapped && b == cols))
		b--;
	while (a < b && bare(&cells[a]) && !(p->n && p->lines[p->n - 1].wrapped))
		a++;
	n = row_text(text, sizeof(text), cells, a, b);
	p->lines[p->n] = (struct page_line){ strndup(text, n), wrapped };
	return p->lines[p->n++].text != NULL;
}

/* A line's letters, else its digits, and a line's end: what it is compared by. */
static int add_key(struct bytes *out, const char *text)
{
	char letters[LINE_TEXT], digits[LINE_TEXT];
	size_t n = 0, d = 0;

	for (const char *p = text, *end = text + strlen(text); p < end;) {
		uint32_t c;
		size_t len = utf8_decode(p, (size_t)(end - p), &c);

		if (n + len + 2 > sizeof(letters))
			break;
		if (c >= '0' && c <= '9')
			digits[d++] = (char)c;
		else if (c < 0x80 ? isalpha((int)c) != 0 : !decoration(c))
			for (size_t i = 0; i < len; i++)
				letters[n++] = p[i];
		p += len;
	}
	if (bytes_add(out, n ? letters : digits, n ? n : d) < 0)
		return -1;
	return bytes_add(out, "\n", 1);
}

static bool keys(struct bytes *out, const struct page *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (add_key(out, p->lines[i].text) < 0)
			return false;
	return true;
}

static bool says_nothing(const char *text)
{
	for (const char *p = text, *end = text + strlen(text); p < end;) {
		uint32_t c;

		p += utf8_decode(p, (size_t)(end - p), &c);
		if (c < 0x80 ? isalnum((int)c) != 0 : !decoration(c))
			return false;
	}
	return true;
}

/* Which lines of the second text are new, by the hunks of `diff -u`. */
static void mark_new(const char *diff, bool *fresh, size_t n)
{
	size_t at = 0;

	for (const char *p = diff; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		unsigned long from;

		if (sscanf(p, "@@ -%*[0-9,] +%lu", &from) == 1)
			at = from ? from - 1 : 0;
		else if (*p == '+' && at < n)
			fresh[at++] = true;
		else if (*p == ' ')
			at++;
	}
}

static void give(const struct page *now, const bool *fresh, news_fn *line, void *arg)
{
	char text[LINE_TEXT];
	size_t n = 0;

	for (size_t i = 0; i < now->n; i++) {
		const struct page_line *l = &now->lines[i];

		if (!fresh[i])
			continue;
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", l->text);
		n = n < sizeof(text) ? n : sizeof(text) - 1;
		if (l->wrapped && i + 1 < now->n && fresh[i + 1])
			continue;
		if (!says_nothing(text))
			line(arg, text);
		n = 0;
	}
}

bool news_tell(const struct page *told, const struct page *now, news_fn *line, void *arg)
{
	AUTO_FREE bool *fresh = calloc(now->n + 1, sizeof(*fresh));
	AUTO_FREE char *diff = NULL;
	struct bytes a, b;
	size_t len;

	bytes_init(&a, PAGE_TEXT);
	bytes_init(&b, PAGE_TEXT);
	if (fresh && keys(&a, told) && keys(&b, now))
		diff = diff_unified((const char *)bytes_front(&a), a.len,
				    (const char *)bytes_front(&b), b.len, &len);
	bytes_done(&a);
	bytes_done(&b);
	if (!diff)
		return false;
	mark_new(diff, fresh, now->n);
	give(now, fresh, line, arg);
	return true;
}
