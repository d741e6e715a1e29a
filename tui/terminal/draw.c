#include "tui/terminal/draw.h"

#include <assert.h>
#include <string.h>
#include <wchar.h>

#include "engine/base/text.h"
#include "engine/vt/vt.h"
#include "tui/terminal/ascii.h"
#include "tui/theme/color.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>

enum { CCHAR_MAX = 5 };

void draw_anew(struct draw *d)
{
	d->anew = true;
}

/* --- Colours --- */

/* The number that curses knows a colour by; -1 is the terminal's own. *bright is
 * set where only bold can tell it. */
static int color_number(const struct draw *d, uint32_t color, bool *bright)
{
	uint32_t kind = color & VT_COLOR_KIND, value = color & 0xffffff;

	if (kind == VT_COLOR_DEFAULT)
		return -1;
	if (d->rgb) {
		if (kind == VT_COLOR_INDEX && value < 8)
			return (int)value;
		if (kind == VT_COLOR_INDEX)
			value = color_rgb(color, 0);
		return (int)(value < 8 ? 0 : value); /* below 8 are the palette's */
	}
	if (d->palette == DRAW_FULL)
		return kind == VT_COLOR_INDEX ? (int)(value & 255) : color_256(value);
	if (kind == VT_COLOR_INDEX && value >= 16)
		value = color_rgb(color, 0);
	else if (kind == VT_COLOR_INDEX) {
		if ((int)value < COLORS)
			return (int)value;
		*bright = true;
		return (int)value & 7;
	}
	return color_nearest(value, COLORS >= 16 ? 16 : 8);
}

static attr_t attributes(const struct vt_glyph *g)
{
	static const struct {
		uint16_t vt;
		attr_t curses;
	} map[] = {
		{ VT_BOLD, A_BOLD },   { VT_DIM, A_DIM },         { VT_UNDERLINE, A_UNDERLINE },
		{ VT_BLINK, A_BLINK }, { VT_REVERSE, A_REVERSE }, { VT_ITALIC, A_ITALIC },
	};
	attr_t a = 0;

	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (g->attr & map[i].vt)
			a |= map[i].curses;
	return a;
}

static attr_t style_of(struct draw *d, const struct vt_glyph *g, int *pair)
{
	bool bright = false, unused = false;
	attr_t a = attributes(g);
	int fg, bg;

	*pair = 0;
	if (d->palette == DRAW_MONO)
		return a;
	fg = color_number(d, g->fg, &bright);
	bg = color_number(d, g->bg, &unused);
	*pair = fg < 0 && bg < 0 ? d->plain : alloc_pair(fg, bg);
	if (*pair < 0)
		*pair = 0;
	return bright ? a | A_BOLD : a;
}

/* --- Glyphs --- */

/* What is drawn for a cell: at most CCHAR_MAX code points and a NUL, in as many
 * columns as the result says, which may be fewer than the cell has. */
static int glyph_text(const struct draw *d, const struct vt_glyph *g, wchar_t out[CCHAR_MAX + 1])
{
	uint32_t cp[VT_GLYPH_MAX];
	int n = vt_glyph_plain(g, cp), len = 0, width;

	out[1] = L'\0';
	if (n <= 0 || g->attr & VT_HIDDEN) {
		out[0] = L' ';
		return 1;
	}
	width = wcwidth((wchar_t)cp[0]);
	if (!text_allowed(cp[0]) || width < 1 || width > g->width || (d->ascii && cp[0] > 0x7e)) {
		out[0] = d->ascii ? (wchar_t)ascii_like(cp[0]) : 0xfffd;
		return 1;
	}
	out[len++] = (wchar_t)cp[0];
	for (int i = 1; i < n && len < CCHAR_MAX; i++)
		if (!d->ascii && text_allowed(cp[i]) && wcwidth((wchar_t)cp[i]) == 0 && cp[i] != 0x200d)
			out[len++] = (wchar_t)cp[i];
	out[len] = L'\0';
	return width;
}

static void put_cell(struct draw *d, int row, int col, const struct vt_glyph *g)
{
	wchar_t text[CCHAR_MAX + 1];
	int pair, width = glyph_text(d, g, text);
	attr_t a = style_of(d, g, &pair);
	cchar_t c;

	if (setcchar(&c, text, a, (short)pair, &pair) == ERR)
		return;
	if (width == 1)
		mvadd_wchnstr(row, col, &c, 1);
	else
		mvadd_wch(row, col, &c);
	if (width == 1 && g->width == 2) {
		setcchar(&c, L" ", a, (short)pair, &pair);
		mvadd_wchnstr(row, col + 1, &c, 1);
	}
}

static bool same(const struct vt_glyph *a, const struct vt_glyph *b)
{
	static_assert(sizeof(*a) == 40, "five words: cp, then n to ul");
	uint64_t x[5], y[5];

	/* Mostly nothing changed, and the store is the same to the last bit. */
	memcpy(x, a, sizeof(x));
	memcpy(y, b, sizeof(y));
	if (!((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]) | (x[4] ^ y[4])))
		return true;
	if (a->n != b->n || a->width != b->width || a->attr != b->attr || a->fg != b->fg ||
	    a->bg != b->bg)
		return false;
	return memcmp(a->cp, b->cp, a->n * sizeof(a->cp[0])) == 0;
}

static void show_row(struct draw *d, int row, const struct vt_glyph *want, struct vt_glyph *have)
{
	for (int c = 0; c < d->cols; c++) {
		if (!d->anew && same(&want[c], &have[c]))
			continue;
		have[c] = want[c];
		if (want[c].width == 0)
			continue; /* came with its left half */
		put_cell(d, row, c, &want[c]);
		if (want[c].width == 2 && c + 1 < d->cols) {
			have[c + 1] = want[c + 1];
			c++;
		}
	}
}

void draw_show(struct draw *d, struct surface *s)
{
	if (s->rows != d->rows || s->cols != d->cols)
		return; /* of before a resize */
	if (d->anew)
		clearok(stdscr, TRUE);
	for (int r = 0; r < d->rows; r++) {
		if (!d->anew && !s->touched[r])
			continue;
		show_row(d, r, s->cells + (size_t)r * (size_t)d->cols,
			 d->shown.cells + (size_t)r * (size_t)d->cols);
		s->touched[r] = false;
	}
	d->anew = false;
	if ((s->cursor_row >= 0) != d->cursor) {
		d->cursor = s->cursor_row >= 0;
		curs_set(d->cursor);
	}
	if (d->cursor)
		move(s->cursor_row, s->cursor_col);
	refresh();
}

void draw_bell(struct draw *d)
{
	(void)d;
	beep();
}
