#include "tui/terminal/surface.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/vt/width.h"
#include "tui/terminal/ascii.h"

/* Text on a surface, in columns. */

/* One glyph from text: a base and what joins it. Gives the bytes used. */
static size_t next_glyph(const char *text, size_t n, bool ascii, struct vt_glyph *g)
{
	uint32_t cp;
	size_t used = utf8_decode(text, n, &cp);
	int w = vt_class_columns(vt_class(cp));

	if (!text_allowed(cp) || !w || (ascii && cp > 0x7e)) {
		cp = ascii ? (uint32_t)ascii_like(cp) : 0xfffd;
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
	struct theme_style st = paint_style(p, role);
	int c = col;

	while (n && c < p.cols) {
		struct vt_glyph g = { .fg = st.fg, .bg = st.bg, .attr = st.attr };
		size_t used = next_glyph(text, n, p.s->ascii, &g);

		paint_glyph(p, row, c, &g);
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

int paint_brief(struct paint p, int row, int col, enum theme_role role, const char *text)
{
	const char *mark = paint_sign(p.s, "…", "~");
	int room = p.cols - col;

	if (room <= 0 || text_columns(text) <= room)
		return paint_text(p, row, col, role, text);
	if (room > 1)
		put_text(p, row, col, role, text, paint_fit(text, room - 1));
	paint_text(p, row, col + room - 1, role, mark); /* over the half of a wide one that came too far */
	return room;
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
