#include "tui/view/theme_accent.h"

#include "tui/theme/color.h"

#define CONTRAST 3.0

/* The terminal's own background is black or white: one of the two must do. */
static bool readable(uint32_t fg, uint32_t bg)
{
	if ((bg & VT_COLOR_KIND) == VT_COLOR_DEFAULT)
		return true;
	return color_contrast(color_rgb(fg, 0), color_rgb(bg, 0)) >= CONTRAST;
}

void accent_paint(struct paint p, int row, int col, int cols, const char *accent)
{
	uint32_t fg;

	if (!accent[0] || !color_parse(accent, &fg) || row < 0 || row >= p.rows)
		return;
	for (int c = col < 0 ? 0 : col; c < col + cols && c < p.cols; c++) {
		struct vt_glyph *g = &p.s->cells[(size_t)(p.row + row) * (size_t)p.s->cols +
						 (size_t)(p.col + c)];

		if (!(g->attr & VT_REVERSE) && readable(fg, g->bg)) {
			g->fg = fg;
			p.s->touched[p.row + row] = true;
		}
	}
}
