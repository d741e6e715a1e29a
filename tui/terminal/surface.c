#include "tui/terminal/surface.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"

int surface_resize(struct surface *s, int rows, int cols, struct error *err)
{
	struct vt_glyph *cells = calloc((size_t)rows * (size_t)cols, sizeof(*cells));
	bool *touched = malloc((size_t)rows * sizeof(*touched));

	if (!cells || !touched) {
		free(cells);
		free(touched);
		return error_set(err, ENOMEM, "a screen of %dx%d", cols, rows);
	}
	free(s->cells);
	free(s->touched);
	s->cells = cells;
	s->touched = memset(touched, true, (size_t)rows * sizeof(*touched));
	s->rows = rows;
	s->cols = cols;
	s->cursor_row = s->cursor_col = -1;
	return 0;
}

void surface_done(struct surface *s)
{
	free(s->cells);
	free(s->touched);
	s->cells = NULL;
	s->touched = NULL;
}

static struct vt_glyph *cell(const struct surface *s, int row, int col)
{
	return s->cells + (size_t)row * (size_t)s->cols + col;
}

const char *paint_sign(const struct surface *s, const char *sign, const char *ascii)
{
	return s->ascii ? ascii : sign;
}

char *surface_text(const struct surface *s)
{
	size_t row_max = (size_t)s->cols * VT_GLYPH_MAX * 4 + 1, len = 0;
	char *out = malloc(row_max * (size_t)s->rows + 1);

	if (!out)
		return NULL;
	for (int r = 0; r < s->rows; r++) {
		size_t end = len;

		for (int c = 0; c < s->cols; c++) {
			const struct vt_glyph *g = cell(s, r, c);

			if (!g->n && g->width)
				out[len++] = ' ';
			for (int i = 0; i < g->n; i++)
				len += utf8_encode(g->cp[i], out + len);
			if (g->n && !(g->n == 1 && g->cp[0] == ' '))
				end = len;
		}
		len = end;
		out[len++] = '\n';
	}
	out[len] = '\0';
	return out;
}

struct paint paint_all(struct surface *s)
{
	return (struct paint){ s, 0, 0, s->rows, s->cols, ROLE_TEXT };
}

static int clamp(int v, int max)
{
	return v < 0 ? 0 : v > max ? max : v;
}

struct paint paint_part(struct paint p, int row, int col, int rows, int cols)
{
	row = clamp(row, p.rows);
	col = clamp(col, p.cols);
	return (struct paint){ p.s, p.row + row, p.col + col, clamp(rows, p.rows - row),
			       clamp(cols, p.cols - col), p.base };
}

struct paint paint_on(struct paint p, enum theme_role base)
{
	p.base = base;
	return p;
}

struct theme_style paint_style(struct paint p, enum theme_role role)
{
	struct theme_style st = p.s->styles[role];
	const struct theme_style *base = &p.s->styles[p.base], *text = &p.s->styles[ROLE_TEXT];

	/* What a theme does not say of a role is as in ordinary text: not its own. */
	if (st.bg == VT_COLOR_DEFAULT || st.bg == text->bg)
		st.bg = base->bg;
	if (st.fg == VT_COLOR_DEFAULT || st.fg == text->fg)
		st.fg = base->fg;
	st.attr |= base->attr & VT_REVERSE;
	return st;
}

static void blank(struct vt_glyph *g)
{
	g->n = 0;
	g->width = 1;
	g->cp[0] = 0;
}

/* Neighbours must not keep half a glyph. */
static void free_cell(struct surface *s, int row, int col)
{
	struct vt_glyph *g = cell(s, row, col);

	if (g->width == 0 && col > 0 && g[-1].width == 2)
		blank(&g[-1]);
	if (g->width == 2 && col + 1 < s->cols)
		blank(&g[1]);
}

static void put(struct paint p, int row, int col, const struct vt_glyph *g)
{
	struct vt_glyph *at;

	if (row < 0 || row >= p.rows || col < 0 || col >= p.cols)
		return;
	row += p.row;
	p.s->touched[row] = true;
	at = cell(p.s, row, p.col + col);
	free_cell(p.s, row, p.col + col);
	*at = *g;
	if (g->width != 2) {
		at->width = 1;
		return;
	}
	if (col + 1 >= p.cols) {
		blank(at);
		return;
	}
	free_cell(p.s, row, p.col + col + 1);
	at[1] = *g;
	blank(&at[1]);
	at[1].width = 0;
}

void paint_glyph(struct paint p, int row, int col, const struct vt_glyph *g)
{
	if (g->width) /* the right half came with its left */
		put(p, row, col, g);
}

void paint_clear(struct paint p)
{
	const struct theme_style *st = &p.s->styles[p.base];
	struct vt_glyph g = { .width = 1, .fg = st->fg, .bg = st->bg, .attr = st->attr & VT_REVERSE };

	if (p.cols <= 0)
		return;
	for (int r = 0; r < p.rows; r++) {
		struct vt_glyph *at = cell(p.s, p.row + r, p.col);

		p.s->touched[p.row + r] = true;
		free_cell(p.s, p.row + r, p.col);
		free_cell(p.s, p.row + r, p.col + p.cols - 1);
		for (int c = 0; c < p.cols; c++)
			at[c] = g;
	}
}

void paint_row(struct paint p, int row, int col, const struct vt_glyph *g, int n)
{
	const struct theme_style *st = &p.s->styles[p.base];
	struct vt_glyph *at;

	if (row < 0 || row >= p.rows || col < 0 || col >= p.cols || n <= 0)
		return;
	n = n > p.cols - col ? p.cols - col : n;
	p.s->touched[p.row + row] = true;
	at = cell(p.s, p.row + row, p.col + col);
	free_cell(p.s, p.row + row, p.col + col);
	free_cell(p.s, p.row + row, p.col + col + n - 1);
	for (int i = 0; i < n; i++) {
		at[i] = g[i];
		if ((g[i].fg & VT_COLOR_KIND) == VT_COLOR_DEFAULT)
			at[i].fg = st->fg;
		if ((g[i].bg & VT_COLOR_KIND) == VT_COLOR_DEFAULT)
			at[i].bg = st->bg;
	}
	/* halves of what the edges cut */
	if (at[0].width == 0)
		blank(&at[0]);
	if (at[n - 1].width == 2)
		blank(&at[n - 1]);
}

void paint_restyle(struct paint p, int row, int col, int cols, enum theme_role role)
{
	const struct theme_style *st = &p.s->styles[role];

	for (int c = col; c < col + cols; c++) {
		struct vt_glyph *g;

		if (row < 0 || row >= p.rows || c < 0 || c >= p.cols)
			continue;
		p.s->touched[p.row + row] = true;
		g = cell(p.s, p.row + row, p.col + c);
		g->fg = st->fg;
		g->bg = st->bg;
		g->attr = (uint16_t)((g->attr & VT_BOLD) | st->attr);
	}
}

void paint_cursor(struct paint p, int row, int col)
{
	if (row < 0 || row >= p.rows || col < 0 || col >= p.cols)
		return;
	p.s->cursor_row = p.row + row;
	p.s->cursor_col = p.col + col;
}
