#include "engine/session/ansi.h"

#include <stdlib.h>

#include "engine/base/own.h"
#include "engine/base/text.h"

static void put_color(struct bytes *b, int base, uint32_t c)
{
	if ((c & VT_COLOR_KIND) == VT_COLOR_INDEX)
		bytes_printf(b, ";%d;5;%u", base, (unsigned)(c & 0xff));
	else if ((c & VT_COLOR_KIND) == VT_COLOR_RGB)
		bytes_printf(b, ";%d;2;%u;%u;%u", base, (unsigned)(c >> 16 & 0xff),
			     (unsigned)(c >> 8 & 0xff), (unsigned)(c & 0xff));
}

static void put_style(struct bytes *b, const struct vt_glyph *g)
{
	static const struct {
		uint16_t attr;
		uint8_t code;
	} codes[] = {
		{ VT_BOLD, 1 }, { VT_DIM, 2 }, { VT_ITALIC, 3 }, { VT_BLINK, 5 },
		{ VT_REVERSE, 7 }, { VT_HIDDEN, 8 }, { VT_STRIKE, 9 },
	};

	bytes_printf(b, "\033[0");
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (g->attr & codes[i].attr)
			bytes_printf(b, ";%d", codes[i].code);
	if (g->attr & VT_UNDERLINE)
		bytes_printf(b, ";4:%d", g->attr >> VT_UL_SHIFT & 7 ? g->attr >> VT_UL_SHIFT & 7 : 1);
	put_color(b, 38, g->fg);
	put_color(b, 48, g->bg);
	put_color(b, 58, g->ul);
	bytes_printf(b, "m");
}

static bool same_style(const struct vt_glyph *a, const struct vt_glyph *b)
{
	return a->attr == b->attr && a->fg == b->fg && a->bg == b->bg && a->ul == b->ul;
}

static bool plain_blank(const struct vt_glyph *g)
{
	return (!g->n || (g->n == 1 && g->cp[0] == ' ')) && !g->attr && !g->bg;
}

void ansi_line(struct bytes *b, const struct vt_glyph *row, int cols, bool wrapped)
{
	static const struct vt_glyph none = { 0 };
	const struct vt_glyph *last = &none;
	int end = cols;

	while (!wrapped && end && plain_blank(&row[end - 1]))
		end--;
	for (int i = 0; i < end; i++) {
		if (!row[i].width && i)
			continue;
		if (!same_style(last, &row[i]))
			put_style(b, &row[i]);
		last = &row[i];
		if (!row[i].n)
			bytes_printf(b, " ");
		for (int k = 0; k < row[i].n; k++) {
			char enc[4];

			bytes_add(b, enc, utf8_encode(row[i].cp[k], enc));
		}
	}
	if (!same_style(last, &none))
		bytes_printf(b, "\033[0m");
}

int ansi_screen(struct bytes *b, const struct vt *vt)
{
	int cols = vt_cols(vt);
	AUTO_FREE struct vt_glyph *row = calloc((size_t)cols, sizeof(*row));
	struct vt_cursor cursor = vt_cursor(vt);

	if (!row)
		return -1;
	bytes_printf(b, "\033[!p\033[?1049%c\033[0m\033[2J", vt_modes(vt).alt_screen ? 'h' : 'l');
	for (int r = 0; r < vt_rows(vt); r++) {
		bytes_printf(b, "\033[%d;1H", r + 1);
		vt_line(vt, vt_screen(vt) + (uint64_t)r, row, cols);
		ansi_line(b, row, cols, false);
	}
	bytes_printf(b, "\033[%d;%dH\033[?25%c", cursor.row + 1, cursor.col + 1,
		     cursor.visible ? 'h' : 'l');
	return b->dropped ? -1 : 0;
}
