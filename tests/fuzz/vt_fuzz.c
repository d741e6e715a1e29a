/*
 * Any bytes into the terminal, with resizes and questions among them. The
 * first two bytes are the size; after that 0xFE begins an order (which no
 * UTF-8 text contains), everything else is what the guest sends. Of each WHOLE
 * inputs one is looked at in full, and a second terminal gets it byte by byte and
 * must agree; of the others rows are sampled.
 *
 * Held at the end and after every resize: the cursor is on the screen, wide
 * glyphs are whole, every code point is on the whitelist, every row survives
 * packing and unpacking, history stays under its cap.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/vt/row.h"
#include "engine/vt/vt.h"
#include "engine/vt/width.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum {
	HISTORY = 4 * 1024,
	SAMPLE = 7, /* of the lines that were looked at before, every so many-th again */
	WHOLE = 16,
};

/* What only looks at arrays of our own need not be watched while it does. */
#define UNWATCHED __attribute__((no_sanitize("address", "undefined")))

UNWATCHED static void check_glyphs(const struct vt_glyph *g, int cols)
{
	for (int i = 0; i < cols; i++) {
		assert(g[i].width <= 2 && g[i].n <= VT_GLYPH_MAX);
		assert(g[i].width != 2 || (g[i].n && i + 1 < cols && !g[i + 1].width));
		assert(g[i].width || (i && g[i - 1].width == 2));
		for (int k = 0; k < g[i].n; k++) {
			enum vt_class c = vt_class(g[i].cp[k]);

			assert(k ? vt_class_follows(c) : vt_class_columns(c));
		}
	}
}

UNWATCHED static void check_same(const struct vt_glyph *a, const struct vt_glyph *b, int cols)
{
	for (int i = 0; i < cols; i++) {
		assert(a[i].n == b[i].n && a[i].width == b[i].width && a[i].attr == b[i].attr);
		assert(a[i].fg == b[i].fg && a[i].bg == b[i].bg && a[i].ul == b[i].ul);
		for (int k = 0; k < a[i].n; k++)
			assert(a[i].cp[k] == b[i].cp[k]);
	}
}

static void check_line(struct vt *vt, uint64_t line)
{
	static struct vt_glyph a[VT_SIZE_MAX], b[VT_SIZE_MAX];
	static uint8_t packed[VT_ROW_MAX(VT_SIZE_MAX)];
	char text[512];
	int cols = vt_cols(vt);
	size_t n = vt_row_pack(vt, line, packed, sizeof(packed));

	vt_line(vt, line, a, cols);
	check_glyphs(a, cols);
	assert(n && n <= VT_ROW_MAX(cols));
	assert(vt_row_unpack(packed, n, b, cols) >= 0);
	check_same(a, b, cols);
	assert(vt_row_wrapped(packed, n) == vt_line_wrapped(vt, line));
	if (line % 4 == 0) {
		vt_line_text(vt, line, text, sizeof(text));
		vt_row_unpack(packed, n, b, cols / 2);
	}
}

/* Up to where history was looked at: a line there does not change any more. */
struct looked {
	bool whole;
	uint64_t end;
	uint32_t generation;
};

static void check(struct vt *vt, struct looked *l, bool history)
{
	struct vt_cursor c = vt_cursor(vt);
	size_t screen = 2 * (size_t)vt_rows(vt) * (48 + 12 * (size_t)vt_cols(vt));
	uint64_t fresh = l->generation == vt_generation(vt) ? l->end : 0;

	assert(c.row >= 0 && c.row < vt_rows(vt) && c.col >= 0 && c.col < vt_cols(vt));
	assert(vt_end(vt) - vt_screen(vt) == (uint64_t)vt_rows(vt));
	for (uint64_t i = vt_first(vt); history && i < vt_screen(vt); i++)
		if ((l->whole && i >= fresh) || i % SAMPLE == 0)
			check_line(vt, i);
	for (uint64_t i = vt_screen(vt); i < vt_end(vt); i++)
		if (l->whole || i % 3 == vt_screen(vt) % 2)
			check_line(vt, i);
	if (history)
		*l = (struct looked){ l->whole, vt_screen(vt), vt_generation(vt) };
	assert(vt_memory(vt) < HISTORY + 2 * screen * 4 + 300 * 1024);
}

static void same_screen(const struct vt *a, const struct vt *b)
{
	static uint8_t pa[VT_ROW_MAX(VT_SIZE_MAX)], pb[VT_ROW_MAX(VT_SIZE_MAX)];
	struct vt_cursor ca = vt_cursor(a), cb = vt_cursor(b);
	struct vt_modes ma = vt_modes(a), mb = vt_modes(b);

	assert(vt_screen(a) == vt_screen(b) && vt_first(a) == vt_first(b));
	assert(ca.row == cb.row && ca.col == cb.col && ca.shape == cb.shape);
	assert(ma.alt_screen == mb.alt_screen && ma.mouse == mb.mouse && ma.kitty == mb.kitty);
	assert(!strcmp(vt_title(a), vt_title(b)));
	for (int i = 0; i < vt_rows(a); i++) {
		size_t na = vt_row_pack(a, vt_screen(a) + (uint64_t)i, pa, sizeof(pa));
		size_t nb = vt_row_pack(b, vt_screen(b) + (uint64_t)i, pb, sizeof(pb));

		assert(na == nb && !memcmp(pa, pb, na));
	}
}

/* The costly look at everything is done a few times per input. */
static size_t order(struct vt *a, struct vt *b, const uint8_t *p, size_t n, struct looked *l,
		    int *looks)
{
	struct vt_match m;
	char out[256];
	int cols, rows;

	switch (n > 1 ? p[1] % 8 : 7) {
	case 0:
	case 1:
		if (n < 4)
			return n;
		cols = p[2] % (p[2] < 254 ? 28 : 255); /* 0 is refused */
		rows = p[3] % (p[3] < 254 ? 10 : 255);
		vt_resize(a, cols, rows);
		if (b)
			vt_resize(b, cols, rows);
		if ((*looks)-- > 0)
			check(a, l, false);
		return 4;
	case 2:
		vt_clean(a);
		if (b)
			vt_clean(b);
		return 2;
	case 3:
		if (n < 4)
			return n;
		vt_search(a, "ab", vt_first(a) + p[2], p[3], p[3] & 1 ? VT_BACKWARD : VT_FORWARD, &m);
		return 4;
	case 4:
		if (n < 4)
			return n;
		vt_key_encode(a, p[2] | 0x200000u, p[3], out, sizeof(out));
		vt_key_encode(a, p[2] * 257u, p[3], out, p[3] % 16);
		vt_mouse_encode(a, p[2] % 3, p[2] % 8, p[3], p[2], p[3], out, sizeof(out));
		return 4;
	case 5:
		if (n > 100)
			vt_paste_encode(a, (const char *)p, 100, out, sizeof(out));
		vt_replies(a, out, sizeof(out));
		if (b)
			vt_replies(b, out, sizeof(out));
		return 2;
	case 6:
		if ((*looks)-- > 0)
			check(a, l, true);
		return 2;
	default:
		return n < 2 ? n : 2;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n < 2)
		return 0;

	/* Mostly small: that is where edges are near. */
	int cols = data[0] % (data[0] < 250 ? 24 : 200) + 1, rows = data[1] % (data[1] < 250 ? 8 : 60) + 1;
	struct looked looked = { .whole = n % WHOLE == 0 };
	struct vt *a = vt_new(cols, rows, HISTORY);
	struct vt *b = looked.whole ? vt_new(cols, rows, HISTORY) : NULL;
	size_t i = 2;
	int looks = 3;

	assert(a);
	while (i < n) {
		const uint8_t *stop = memchr(data + i, 0xfe, n - i);
		size_t len = stop ? (size_t)(stop - data) - i : n - i;

		vt_write(a, data + i, len, i);
		for (size_t k = 0; b && k < len; k++)
			vt_write(b, data + i + k, 1, i);
		i += len;
		if (stop)
			i += order(a, b, data + i, n - i, &looked, &looks);
	}
	check(a, &looked, true);
	if (b)
		same_screen(a, b);
	vt_free(a);
	vt_free(b);
	return 0;
}
