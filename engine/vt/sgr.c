/*
 * SGR: the attributes and colours of text to come, from the parameters and
 * back to them.
 *
 * Colours come as 38;5;n, 38;2;r;g;b (semicolons, the parameters run on) and
 * as 38:5:n, 38:2:r:g:b, 38:2:space:r:g:b (colons, all in one parameter, with
 * the colour space usually empty). 48 is the background, 58 the underline.
 */
#include <stdio.h>
#include <string.h>

#include "engine/vt/terminal.h"

static bool is_sub(const struct vt_parser *s, int i)
{
	return i < s->n && s->sub >> i & 1;
}

/* A colour from n values, the first of which says how it is given. */
static bool color_from(const uint32_t *v, int n, uint32_t *out)
{
	if (n >= 2 && v[0] == 5 && v[1] < 256) {
		*out = VT_COLOR_INDEX | v[1];
		return true;
	}
	if (n >= 4 && v[0] == 2 && v[1] < 256 && v[2] < 256 && v[3] < 256) {
		*out = VT_COLOR_RGB | v[1] << 16 | v[2] << 8 | v[3];
		return true;
	}
	return false;
}

/* The colour of parameter i (38, 48, 58), when it is one; the last parameter
 * that belongs to it. */
static int extended(const struct vt_parser *s, int i, uint32_t *color, bool *ok)
{
	int n = 0;

	if (is_sub(s, i + 1)) {
		while (is_sub(s, i + 1 + n))
			n++;
		/* With five values the second is the colour space. */
		uint32_t v[4] = { s->param[i + 1] };

		for (int k = 1; k < 4 && k < n; k++)
			v[k] = s->param[i + 1 + k + (v[0] == 2 && n >= 5)];
		*ok = color_from(v, n, color);
		return i + n;
	}
	n = i + 1 < s->n ? (s->param[i + 1] == 5 ? 2 : s->param[i + 1] == 2 ? 4 : 1) : 0;
	if (n > s->n - 1 - i)
		n = s->n - 1 - i;
	*ok = color_from(&s->param[i + 1], n, color);
	return i + n;
}

static void set_bits(uint32_t *word, uint32_t bits, bool on)
{
	*word = on ? *word | bits : *word & ~bits;
}

static void set_color(uint32_t *word, uint32_t color)
{
	*word = (*word & ~(uint32_t)CELL_COLOR) | color;
}

static void set_line(struct vt *vt, uint32_t style)
{
	if (style <= 5)
		vt->pen.bg = (vt->pen.bg & ~(uint32_t)CELL_LINE) | style << CELL_LINE_SHIFT;
}

static void set_underline_color(struct vt *vt, uint32_t color)
{
	vt->pen.ch = vt_underline(vt, color) << CELL_UL_SHIFT;
}

void vt_sgr(struct vt *vt)
{
	const struct vt_parser *s = &vt->parser;
	struct vt_cell *pen = &vt->pen;
	uint32_t color;
	bool ok;

	if (!s->n)
		memset(pen, 0, sizeof(*pen));
	for (int i = 0; i < s->n; i++) {
		uint32_t v = s->param[i];

		switch (v) {
		case 0:
			memset(pen, 0, sizeof(*pen));
			break;
		case 1:
			pen->fg |= CELL_BOLD;
			break;
		case 2:
			pen->fg |= CELL_DIM;
			break;
		case 3:
		case 23:
			set_bits(&pen->fg, CELL_ITALIC, v == 3);
			break;
		case 4:
			set_line(vt, is_sub(s, i + 1) ? s->param[i + 1] : 1);
			break;
		case 5:
		case 6:
		case 25:
			set_bits(&pen->fg, CELL_BLINK, v != 25);
			break;
		case 7:
		case 27:
			set_bits(&pen->fg, CELL_REVERSE, v == 7);
			break;
		case 8:
		case 28:
			set_bits(&pen->fg, CELL_HIDDEN, v == 8);
			break;
		case 9:
		case 29:
			set_bits(&pen->bg, CELL_STRIKE, v == 9);
			break;
		case 21:
			set_line(vt, 2);
			break;
		case 22:
			set_bits(&pen->fg, CELL_BOLD | CELL_DIM, false);
			break;
		case 24:
			set_line(vt, 0);
			break;
		case 38:
			i = extended(s, i, &color, &ok);
			if (ok)
				set_color(&pen->fg, color);
			break;
		case 39:
			set_color(&pen->fg, VT_COLOR_DEFAULT);
			break;
		case 48:
			i = extended(s, i, &color, &ok);
			if (ok)
				set_color(&pen->bg, color);
			break;
		case 49:
			set_color(&pen->bg, VT_COLOR_DEFAULT);
			break;
		case 58:
			i = extended(s, i, &color, &ok);
			if (ok)
				set_underline_color(vt, color);
			break;
		case 59:
			set_underline_color(vt, VT_COLOR_DEFAULT);
			break;
		default:
			if (v >= 30 && v <= 37)
				set_color(&pen->fg, VT_COLOR_INDEX | (v - 30));
			else if (v >= 40 && v <= 47)
				set_color(&pen->bg, VT_COLOR_INDEX | (v - 40));
			else if (v >= 90 && v <= 97)
				set_color(&pen->fg, VT_COLOR_INDEX | (v - 90 + 8));
			else if (v >= 100 && v <= 107)
				set_color(&pen->bg, VT_COLOR_INDEX | (v - 100 + 8));
		}
		while (s->sub && is_sub(s, i + 1)) /* of one that has none, or more than it has */
			i++;
	}
}

static size_t color_text(char *buf, size_t cap, int what, uint32_t color)
{
	uint32_t v = color & 0xffffff;

	switch (color & VT_COLOR_KIND) {
	case VT_COLOR_INDEX:
		return (size_t)snprintf(buf, cap, ";%d:5:%u", what, v & 255);
	case VT_COLOR_RGB:
		return (size_t)snprintf(buf, cap, ";%d:2::%u:%u:%u", what, v >> 16, v >> 8 & 255,
					v & 255);
	default:
		return 0;
	}
}

/* The longest text is well under 100 bytes. */
size_t vt_sgr_text(const struct vt *vt, char *buf, size_t cap)
{
	static const struct {
		uint16_t attr;
		const char *text;
	} codes[] = {
		{ VT_BOLD, ";1" },	{ VT_DIM, ";2" },     { VT_ITALIC, ";3" },
		{ VT_BLINK, ";5" },	{ VT_REVERSE, ";7" }, { VT_HIDDEN, ";8" },
		{ VT_STRIKE, ";9" },
	};
	uint16_t attr = vt_cell_attr(&vt->pen);
	int line = (attr & VT_UL_MASK) >> VT_UL_SHIFT;
	size_t n = (size_t)snprintf(buf, cap, "0");

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (attr & codes[i].attr)
			n += (size_t)snprintf(buf + n, cap - n, "%s", codes[i].text);
	if (line)
		n += (size_t)snprintf(buf + n, cap - n, line == 1 ? ";4" : ";4:%d", line);
	n += color_text(buf + n, cap - n, 38, vt->pen.fg & CELL_COLOR);
	n += color_text(buf + n, cap - n, 48, vt->pen.bg & CELL_COLOR);
	n += color_text(buf + n, cap - n, 58, vt->underline[vt->pen.ch >> CELL_UL_SHIFT]);
	n += (size_t)snprintf(buf + n, cap - n, "m");
	return n;
}
