#include <string.h>

#include "engine/vt/pack.h"
#include "engine/vt/row.h"
#include "engine/vt/utf8.h"

static uint8_t *put_color(uint8_t *p, uint32_t color)
{
	uint32_t kind = color & VT_COLOR_KIND;

	if (kind == VT_COLOR_INDEX) {
		*p++ = 1;
	} else if (kind == VT_COLOR_RGB) {
		*p++ = 2;
		*p++ = (uint8_t)(color >> 16);
		*p++ = (uint8_t)(color >> 8);
	} else {
		*p++ = 0;
		return p;
	}
	*p++ = (uint8_t)color;
	return p;
}

/* The tag, and what of the style differs from the run before. */
static uint8_t *put_style(uint8_t *p, unsigned kind, const struct vt_cell *last,
			  const struct vt_cell *c, const uint32_t *underlines)
{
	uint8_t *tag = p++;
	uint32_t fg = last->fg ^ c->fg, bg = last->bg ^ c->bg;

	*tag = (uint8_t)kind;
	if (fg & ~(uint32_t)CELL_COLOR || bg & ~(uint32_t)CELL_COLOR) {
		uint16_t attr = vt_cell_attr(c);

		*tag |= VT_ROW_ATTR;
		*p++ = (uint8_t)attr;
		*p++ = (uint8_t)(attr >> 8);
	}
	if (fg & CELL_COLOR) {
		*tag |= VT_ROW_FG;
		p = put_color(p, c->fg & CELL_COLOR);
	}
	if (bg & CELL_COLOR) {
		*tag |= VT_ROW_BG;
		p = put_color(p, c->bg & CELL_COLOR);
	}
	if ((last->ch ^ c->ch) & CELL_UL) {
		*tag |= VT_ROW_UL;
		p = put_color(p, underlines[c->ch >> CELL_UL_SHIFT]);
	}
	return p;
}

static uint8_t *put_count(uint8_t *p, int n)
{
	if (n >= 0x80)
		*p++ = (uint8_t)(0x80 | n >> 8);
	*p++ = (uint8_t)n;
	return p;
}

static unsigned kind_of(const struct vt_cell *c)
{
	return c->ch & CELL_CLUSTER ? VT_ROW_CLUSTER :
	       !(c->ch & CELL_CP)   ? VT_ROW_BLANK :
	       c->ch & CELL_WIDE    ? VT_ROW_WIDE :
				      VT_ROW_NARROW;
}

/* The text of a run of one code point per glyph, which goes before its count:
 * so the count has a byte or two left free by the caller. */
static uint8_t *put_run(uint8_t *p, const struct vt_cell *c, const struct vt_cell *end, int step,
			uint32_t kind_bits, const struct vt_cell **stop)
{
	const struct vt_cell *first = c;
	uint32_t ul = first->ch & CELL_UL;

	for (; c < end; c += step) {
		uint32_t ch = c->ch ^ ul;

		if (c->fg != first->fg || c->bg != first->bg)
			break;
		if (ch - 1 < 0x7f) { /* neither blank nor a flag set */
			if (kind_bits)
				break;
			*p++ = (uint8_t)ch;
			continue;
		}
		if ((ch & ~(uint32_t)CELL_CP) != kind_bits || !(ch & CELL_CP))
			break;
		p += vt_utf8_put(p, ch & CELL_CP);
	}
	*stop = c;
	return p;
}

size_t vt_pack(const struct vt_row *row, struct vt_tables t, uint8_t *out)
{
	static const struct vt_cell plain;
	const struct vt_cell *c = row->cells, *end = c + row->len, *last = &plain;
	bool tail = row->fill.fg || row->fill.bg || row->fill.ch;
	int filled = row->fill.ch & CELL_CP ? row->cols - row->len : 0;
	uint8_t *p = out + VT_ROW_HEADER;

	/* Blanks in the terminal's own colours at the end go without saying. */
	if (!tail && !row->wrapped)
		while (c < end && !end[-1].ch && !end[-1].fg && !end[-1].bg)
			end--;

	out[0] = (uint8_t)((row->wrapped ? VT_ROW_WRAPPED : 0) | (row->prompt ? VT_ROW_PROMPT : 0));
	out[1] = (uint8_t)(end - c + filled);
	out[2] = (uint8_t)((end - c + filled) >> 8);
	while (c < end) {
		unsigned kind = kind_of(c);
		const struct vt_cell *from = c;

		p = put_style(p, kind, last, c, t.underlines);
		last = c;
		if (kind == VT_ROW_BLANK) {
			while (c < end && !(c->ch & (CELL_CP | CELL_CLUSTER)) && vt_cell_alike(c, from))
				c++;
			p = put_count(p, (int)(c - from));
		} else if (kind == VT_ROW_CLUSTER) {
			const struct vt_cluster *cl = &t.clusters[c->ch & CELL_CP];

			*p++ = (uint8_t)(cl->n | (c->ch & CELL_WIDE ? 64 : 0));
			for (int i = 0; i < cl->n; i++)
				p += vt_utf8_put(p, cl->cp[i]);
			c += c->ch & CELL_WIDE ? 2 : 1;
		} else {
			/* Leave a byte for the count; move the text in the
			 * rare case that it takes two. */
			int step = kind == VT_ROW_WIDE ? 2 : 1;
			uint8_t *text = p + 1;
			uint8_t *done = put_run(text, c, end, step, step == 2 ? CELL_WIDE : 0, &c);
			int n = (int)(c - from) / step;

			if (n >= 0x80) {
				memmove(text + 1, text, (size_t)(done - text));
				done++;
			}
			put_count(p, n);
			p = done;
		}
	}
	if (filled) { /* DECALN's letters, as far as the screen goes */
		p = put_count(put_style(p, VT_ROW_NARROW, last, &row->fill, t.underlines), filled);
		memset(p, (int)(row->fill.ch & 0x7f), (size_t)filled);
		p += filled;
	} else if (tail) {
		p = put_style(p, VT_ROW_BLANK, last, &row->fill, t.underlines);
		*p++ = 0;
	}
	return (size_t)(p - out);
}
