/*
 * Search in lines. Lines that are broken only by the width are one text: from
 * each line on, as many of the following ones are read as the needle can
 * reach. Letters are compared after simple case folding (fold_table.h), unless
 * the needle has a capital. Of a glyph only its first code point counts, blanks
 * are spaces.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/vt/terminal.h"
#include "engine/vt/utf8.h"

struct fold {
	uint32_t first, last;
	int32_t step, delta;
};

#include "engine/vt/fold_table.h"

enum { NEEDLE_MAX = 256 };

static uint32_t fold(uint32_t cp)
{
	size_t lo = 0, hi = sizeof(fold_table) / sizeof(fold_table[0]);

	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		const struct fold *f = &fold_table[mid];

		if (cp < f->first)
			hi = mid;
		else if (cp > f->last)
			lo = mid + 1;
		else
			return (cp - f->first) % (uint32_t)f->step ? cp : cp + (uint32_t)f->delta;
	}
	return cp;
}

struct needle {
	uint32_t cp[NEEDLE_MAX];
	int n;
	bool exact;
};

static bool needle_init(struct needle *d, const char *text)
{
	size_t left = strlen(text);

	d->n = 0;
	d->exact = false;
	while (left) {
		uint32_t cp;
		int len = vt_utf8_get((const uint8_t *)text, left, &cp);

		if (!len || d->n == NEEDLE_MAX)
			return false;
		d->exact |= fold(cp) != cp;
		d->cp[d->n++] = cp;
		text += len;
		left -= (size_t)len;
	}
	return d->n;
}

/* The text from a line on: one entry per glyph. */
struct place {
	uint32_t cp;
	uint64_t line;
	int col;
};

struct window {
	struct place *v; /* room for VT_SIZE_MAX + NEEDLE_MAX */
	int n;           /* entries */
	int own;         /* those of the first line */
	struct vt_glyph *glyphs;
};

/* Entries of a line, at most `most`. */
static void read_line(const struct vt *vt, struct window *w, uint64_t line, int most)
{
	int len = vt_line_wrapped(vt, line) ? vt_line_len(vt, line) : vt->cols;

	vt_line(vt, line, w->glyphs, vt->cols);
	for (int col = 0; col < len && most; col++) {
		const struct vt_glyph *g = &w->glyphs[col];

		if (!g->width)
			continue;
		w->v[w->n++] = (struct place){ g->n ? g->cp[0] : ' ', line, col };
		most--;
	}
}

static void read_window(const struct vt *vt, struct window *w, uint64_t line, int needle)
{
	w->n = 0;
	read_line(vt, w, line, vt->cols);
	w->own = w->n;
	while (w->n < w->own + needle - 1 && line + 1 < vt_end(vt) && vt_line_wrapped(vt, line))
		read_line(vt, w, ++line, w->own + needle - 1 - w->n);
}

/* Whether a match may begin in a line, by a quick look at its packed form: an
 * ASCII character stands there as itself. Blanks are not written out, and k
 * and s are also what two characters beyond ASCII fold to. */
static bool may_begin(const struct vt *vt, uint64_t line, const struct needle *d)
{
	uint32_t c = d->cp[0];
	size_t n;
	const uint8_t *packed = vt_history_get(&vt->history, line, &n);

	if (!packed || c <= ' ' || c >= 0x7f || c == 'k' || c == 's')
		return true;
	return memchr(packed, (int)c, n) ||
	       (!d->exact && c >= 'a' && c <= 'z' && memchr(packed, (int)c - 32, n));
}

static bool match_at(const struct window *w, int i, const struct needle *d)
{
	if (i + d->n > w->n)
		return false;
	for (int k = 0; k < d->n; k++) {
		uint32_t cp = w->v[i + k].cp;

		if ((d->exact ? cp : fold(cp)) != d->cp[k])
			return false;
	}
	return true;
}

/* The match of the window's own line that comes first in the direction and
 * begins in [from, to). */
static bool match_in(const struct vt *vt, const struct window *w, const struct needle *d, int from,
		     int to, enum vt_direction dir, struct vt_match *out)
{
	int found = -1;
	struct vt_glyph last;

	for (int i = 0; i < w->own; i++) {
		if (w->v[i].col < from || w->v[i].col >= to || !match_at(w, i, d))
			continue;
		found = i;
		if (dir == VT_FORWARD)
			break;
	}
	if (found < 0)
		return false;

	struct place a = w->v[found], b = w->v[found + d->n - 1];

	vt_glyph(vt, b.line, b.col, &last);
	*out = (struct vt_match){ a.line, a.col, b.line, b.col + last.width - 1 };
	return true;
}

bool vt_search(const struct vt *vt, const char *text, uint64_t line, int col,
	       enum vt_direction dir, struct vt_match *out)
{
	struct needle d;
	struct window w = { 0 };
	uint64_t first = vt_first(vt), end = vt_end(vt);
	bool found = false;

	if (!needle_init(&d, text))
		return false;
	w.v = calloc(VT_SIZE_MAX + NEEDLE_MAX, sizeof(*w.v));
	w.glyphs = calloc((size_t)vt->cols, sizeof(*w.glyphs));

	if (w.v && w.glyphs && dir == VT_FORWARD) {
		if (line < first) {
			line = first;
			col = 0;
		}
		for (; line < end && !found; line++, col = 0) {
			if (!may_begin(vt, line, &d))
				continue;
			read_window(vt, &w, line, d.n);
			found = match_in(vt, &w, &d, col, vt->cols, dir, out);
		}
	} else if (w.v && w.glyphs) {
		if (line >= end) {
			line = end - 1;
			col = vt->cols;
		}
		for (uint64_t at = line + 1; at > first && !found; at--, col = vt->cols) {
			if (!may_begin(vt, at - 1, &d))
				continue;
			read_window(vt, &w, at - 1, d.n);
			found = match_in(vt, &w, &d, 0, col, dir, out);
		}
	}
	free(w.v);
	free(w.glyphs);
	return found;
}
