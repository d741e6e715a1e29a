#include <string.h>

#include "engine/vt/row.h"
#include "engine/vt/row_reader.h"
#include "engine/vt/utf8.h"
#include "engine/vt/vt.h"
#include "engine/vt/width.h"

enum { ATTRS = VT_BOLD | VT_DIM | VT_ITALIC | VT_UNDERLINE | VT_BLINK | VT_REVERSE | VT_HIDDEN |
	       VT_STRIKE | VT_UL_MASK };

int vt_row_reader_init(struct vt_row_reader *r, const uint8_t *in, size_t n)
{
	memset(r, 0, sizeof(*r));
	if (n < VT_ROW_HEADER || in[0] & ~VT_ROW_FLAGS)
		return -1;
	r->wrapped = in[0] & VT_ROW_WRAPPED;
	r->prompt = in[0] & VT_ROW_PROMPT;
	r->cols = in[1] | in[2] << 8;
	if (r->cols > VT_SIZE_MAX)
		return -1;
	r->p = in + VT_ROW_HEADER;
	r->end = in + n;
	return 0;
}

static bool read_attr(struct vt_row_reader *r)
{
	if (r->end - r->p < 2)
		return false;

	uint16_t attr = (uint16_t)(r->p[0] | r->p[1] << 8);
	unsigned line = (attr & VT_UL_MASK) >> VT_UL_SHIFT;

	if (attr & ~ATTRS || line > 5 || !(attr & VT_UNDERLINE) != !line)
		return false;
	r->glyph.attr = attr;
	r->p += 2;
	return true;
}

static bool read_color(struct vt_row_reader *r, uint32_t *out)
{
	static const uint8_t size[] = { 1, 2, 4 };
	const uint8_t *p = r->p;

	if (p == r->end || *p > 2 || r->end - p < size[*p])
		return false;
	*out = *p == 0 ? VT_COLOR_DEFAULT :
	       *p == 1 ? VT_COLOR_INDEX | p[1] :
			 VT_COLOR_RGB | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	r->p += size[*p];
	return true;
}

static bool read_count(struct vt_row_reader *r, int *out)
{
	if (r->p == r->end)
		return false;

	int n = *r->p++;

	if (n & 0x80) {
		if (r->p == r->end)
			return false;
		n = (n & 0x7f) << 8 | *r->p++;
		if (n < 0x80)
			return false;
	}
	*out = n;
	return true;
}

/* A code point and its class. */
static bool read_cp(struct vt_row_reader *r, uint32_t *cp, enum vt_class *class)
{
	int n = r->p < r->end ? vt_utf8_get(r->p, (size_t)(r->end - r->p), cp) : 0;

	if (!n)
		return false;
	r->p += n;
	*class = vt_class(*cp);
	return true;
}

/* A cluster's code points stand in an order that the terminal can have made:
 * joiners only between pictographs, selectors and tones only in emoji. */
static bool read_cluster(struct vt_row_reader *r, int n, int width)
{
	struct vt_glyph *g = &r->glyph;
	enum vt_class base, class, last;

	if (!read_cp(r, &g->cp[0], &base))
		return false;

	bool emoji = vt_class_pictograph(base);
	int columns = vt_class_columns(base);
	bool widens = emoji || base == VT_CLASS_KEYCAP || base == VT_CLASS_FLAG;

	if (!columns || columns > width || (columns < width && !widens))
		return false;

	last = base;
	for (int i = 1; i < n; i++) {
		if (!read_cp(r, &g->cp[i], &class))
			return false;

		bool fits = class == VT_CLASS_MARK ||
			    (class == VT_CLASS_SELECTOR &&
			     (emoji || (base == VT_CLASS_KEYCAP && i == 1))) ||
			    (class == VT_CLASS_TONE && emoji) ||
			    (class == VT_CLASS_FLAG && base == VT_CLASS_FLAG && i == 1) ||
			    (class == VT_CLASS_JOINER && emoji && i + 1 < n) ||
			    (vt_class_pictograph(class) && last == VT_CLASS_JOINER);

		if (!fits || (last == VT_CLASS_JOINER && !vt_class_pictograph(class)))
			return false;
		last = class;
	}
	g->n = (uint8_t)n;
	g->width = (uint8_t)width;
	return true;
}

static bool read_run(struct vt_row_reader *r)
{
	uint8_t tag = *r->p++;

	if (tag & 0xc0 || (tag & VT_ROW_ATTR && !read_attr(r)) ||
	    (tag & VT_ROW_FG && !read_color(r, &r->glyph.fg)) ||
	    (tag & VT_ROW_BG && !read_color(r, &r->glyph.bg)) ||
	    (tag & VT_ROW_UL && !read_color(r, &r->glyph.ul)) || !read_count(r, &r->left))
		return false;
	r->kind = tag & VT_ROW_KIND;
	return r->kind == VT_ROW_BLANK || r->left;
}

static enum vt_row_item blanks(struct vt_row_reader *r)
{
	r->glyph.n = 0;
	r->glyph.width = 1;
	r->glyph.cp[0] = 0;
	r->blanks = r->left;
	r->left = 0;
	if (!r->blanks)
		return r->p == r->end && r->col == r->cols ? VT_ROW_TAIL : VT_ROW_BAD;
	r->col += r->blanks;
	return r->col <= r->cols ? VT_ROW_BLANKS : VT_ROW_BAD;
}

enum vt_row_item vt_row_reader_next(struct vt_row_reader *r)
{
	enum vt_class class;

	if (!r->left) {
		if (r->p == r->end)
			return r->col == r->cols ? VT_ROW_END : VT_ROW_BAD;
		if (!read_run(r))
			return VT_ROW_BAD;
	}

	if (r->kind == VT_ROW_BLANK)
		return blanks(r);
	if (r->kind == VT_ROW_CLUSTER) {
		int n = r->left & 63, width = r->left & 64 ? 2 : 1;

		if (r->left > 127 || n < 2 || n > VT_GLYPH_MAX || !read_cluster(r, n, width))
			return VT_ROW_BAD;
		r->left = 0;
		r->col += width;
		return r->col <= r->cols ? VT_ROW_GLYPH : VT_ROW_BAD;
	}

	int width = r->kind == VT_ROW_WIDE ? 2 : 1;

	r->glyph.n = 1;
	r->glyph.width = (uint8_t)width;
	if (r->p < r->end && *r->p >= 0x20 && *r->p < 0x7f && width == 1) {
		r->glyph.cp[0] = *r->p++;
	} else if (!read_cp(r, &r->glyph.cp[0], &class) || vt_class_columns(class) != width) {
		return VT_ROW_BAD;
	}
	r->left--;
	r->col += width;
	return r->col <= r->cols ? VT_ROW_GLYPH : VT_ROW_BAD;
}
