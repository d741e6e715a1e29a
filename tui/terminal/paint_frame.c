#include "tui/terminal/surface.h"

/* Signs that have an ASCII stand-in: lines and frames. */

static void put_sign(struct paint p, int row, int col, enum theme_role role, const char *sign,
		     const char *ascii)
{
	paint_text(p, row, col, role, paint_sign(p.s, sign, ascii));
}

void paint_line(struct paint p, int row, enum theme_role role)
{
	for (int c = 0; c < p.cols; c++)
		put_sign(p, row, c, role, "─", "-");
}

/* horizontal, vertical, the four corners; each with its stand-in */
struct frame {
	const char *signs[6], *ascii[6];
};

static struct paint draw_frame(struct paint p, enum theme_role role, const struct frame *f)
{
	int r = p.rows - 1, c = p.cols - 1;

	if (p.rows < 2 || p.cols < 2)
		return paint_part(p, 0, 0, p.rows, p.cols);
	for (int i = 1; i < c; i++) {
		put_sign(p, 0, i, role, f->signs[0], f->ascii[0]);
		put_sign(p, r, i, role, f->signs[0], f->ascii[0]);
	}
	for (int i = 1; i < r; i++) {
		put_sign(p, i, 0, role, f->signs[1], f->ascii[1]);
		put_sign(p, i, c, role, f->signs[1], f->ascii[1]);
	}
	put_sign(p, 0, 0, role, f->signs[2], f->ascii[2]);
	put_sign(p, 0, c, role, f->signs[3], f->ascii[3]);
	put_sign(p, r, 0, role, f->signs[4], f->ascii[4]);
	put_sign(p, r, c, role, f->signs[5], f->ascii[5]);
	return paint_part(p, 1, 1, p.rows - 2, p.cols - 2);
}

struct paint paint_box(struct paint p, enum theme_role role)
{
	static const struct frame f = { { "─", "│", "┌", "┐", "└", "┘" },
					{ "-", "|", "+", "+", "+", "+" } };

	return draw_frame(p, role, &f);
}

struct paint paint_heavy_box(struct paint p, enum theme_role role)
{
	static const struct frame f = { { "═", "║", "╔", "╗", "╚", "╝" },
					{ "=", "#", "#", "#", "#", "#" } };

	return draw_frame(p, role, &f);
}
