#include "tui/terminal/surface.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/vt/width.h"

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

static struct theme_style style(struct paint p, enum theme_role role)
{
	struct theme_style st = p.s->styles[role];
	const struct theme_style *base = &p.s->styles[p.base];

	if (st.bg == VT_COLOR_DEFAULT)
		st.bg = base->bg;
	if (st.fg == VT_COLOR_DEFAULT)
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

/* One glyph from text: a base and what joins it. Gives the bytes used. */
static size_t next_glyph(const char *text, size_t n, bool ascii, struct vt_glyph *g)
{
	uint32_t cp;
	size_t used = utf8_decode(text, n, &cp);
	int w = vt_class_columns(vt_class(cp));

	if (!text_allowed(cp) || !w || (ascii && cp > 0x7e)) {
		cp = ascii ? '?' : 0xfffd;
		w = 1;
	}
	g->cp[0] = cp;
	g->n = 1;
	g->width = (uint8_t)w;
	while (used < n && g->n < VT_GLYPH_MAX) {
		size_t more = utf8_decode(text + used, n - used, &cp);

		if (vt_class(cp) != VT_CLASS_MARK || ascii)
			break;
		g->cp[g->n++] = cp;
		used += more;
	}
	return used;
}

static int put_text(struct paint p, int row, int col, enum theme_role role, const char *text,
		    size_t n)
{
	struct theme_style st = style(p, role);
	int c = col;

	while (n && c < p.cols) {
		struct vt_glyph g = { .fg = st.fg, .bg = st.bg, .attr = st.attr };
		size_t used = next_glyph(text, n, p.s->ascii, &g);

		put(p, row, c, &g);
		c += g.width;
		text += used;
		n -= used;
	}
	return c - col;
}

int paint_text(struct paint p, int row, int col, enum theme_role role, const char *text)
{
	return put_text(p, row, col, role, text, strlen(text));
}

int paint_textf(struct paint p, int row, int col, enum theme_role role, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	return paint_text(p, row, col, role, buf);
}

static int columns(const char *text, size_t n)
{
	int w = 0;

	while (n) {
		struct vt_glyph g;
		size_t used = next_glyph(text, n, false, &g);

		w += g.width;
		text += used;
		n -= used;
	}
	return w;
}

int text_columns(const char *text)
{
	return columns(text, strlen(text));
}

size_t paint_fit(const char *text, int cols)
{
	size_t n = strlen(text), used = 0;

	while (used < n) {
		struct vt_glyph g;
		size_t more = next_glyph(text + used, n - used, false, &g);

		cols -= g.width;
		if (cols < 0 && used)
			break;
		used += more;
	}
	return used;
}

int paint_right(struct paint p, int row, enum theme_role role, const char *text)
{
	int col = p.cols - text_columns(text);

	if (col < 0)
		col = 0;
	paint_text(p, row, col, role, text);
	return col;
}

/* `paint` false: only count. */
static int wrap(struct paint p, int row, enum theme_role role, const char *text, bool paint)
{
	int first = row, c = 0;

	while (*text && p.cols > 0) {
		size_t n = strcspn(text, " \n");
		int w = columns(text, n);

		if (c && c + 1 + w > p.cols) {
			row++;
			c = 0;
		}
		if (c)
			c++;
		while (!c && w > p.cols) { /* a word longer than the line */
			size_t cut = 0;
			struct vt_glyph g;

			for (int used = 0; cut < n; used += g.width) {
				size_t m = next_glyph(text + cut, n - cut, false, &g);

				if (used + g.width > p.cols)
					break;
				cut += m;
			}
			if (!cut)
				return row - first + 1;
			if (paint)
				put_text(p, row, 0, role, text, cut);
			row++;
			text += cut;
			n -= cut;
			w = columns(text, n);
		}
		c += paint ? put_text(p, row, c, role, text, n) : columns(text, n);
		text += n;
		if (*text == '\n') {
			row++;
			c = 0;
			text++;
		} else {
			text += strspn(text, " ");
		}
	}
	return row - first + 1;
}

int paint_wrapped(struct paint p, int row, enum theme_role role, const char *text)
{
	return wrap(p, row, role, text, true);
}

int paint_measure(struct paint p, const char *text)
{
	return wrap(p, 0, ROLE_TEXT, text, false);
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

const char *paint_sign(const struct surface *s, const char *sign, const char *ascii)
{
	return s->ascii ? ascii : sign;
}

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

void paint_cursor(struct paint p, int row, int col)
{
	if (row < 0 || row >= p.rows || col < 0 || col >= p.cols)
		return;
	p.s->cursor_row = p.row + row;
	p.s->cursor_col = p.col + col;
}
