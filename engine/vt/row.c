#include <string.h>

#include "engine/vt/row.h"
#include "engine/vt/row_reader.h"

static const struct vt_glyph blank = { .width = 1 };

int vt_row_unpack(const uint8_t *in, size_t n, struct vt_glyph *out, int cols)
{
	struct vt_row_reader r;
	enum vt_row_item item;
	int col = 0;

	if (vt_row_reader_init(&r, in, n) < 0)
		return -1;

	for (;;) {
		item = vt_row_reader_next(&r);
		if (item == VT_ROW_GLYPH) {
			struct vt_glyph *g = &r.glyph;

			for (int i = g->n; i < VT_GLYPH_MAX; i++)
				g->cp[i] = 0;
			if (col + g->width <= cols) {
				out[col] = *g;
				if (g->width == 2) {
					out[col + 1] = *g;
					memset(out[col + 1].cp, 0, sizeof(g->cp));
					out[col + 1].n = out[col + 1].width = 0;
				}
			} else if (col < cols) {
				out[col] = blank;
				out[col].bg = g->bg;
			}
		} else if (item == VT_ROW_BLANKS || item == VT_ROW_TAIL) {
			int end = item == VT_ROW_TAIL || r.col > cols ? cols : r.col;

			memset(r.glyph.cp, 0, sizeof(r.glyph.cp));
			for (int i = col; i < end; i++)
				out[i] = r.glyph;
			if (item == VT_ROW_TAIL)
				return r.cols;
		} else {
			break;
		}
		col = r.col;
	}
	if (item == VT_ROW_BAD)
		return -1;

	for (; col < cols; col++)
		out[col] = blank;
	return r.cols;
}
