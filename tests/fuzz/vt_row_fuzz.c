/*
 * Any bytes as a packed row. What is accepted has only whole glyphs on the
 * whitelist, and the same glyphs whatever width is asked for.
 */
#include <assert.h>
#include <string.h>

#include "engine/vt/row.h"
#include "engine/vt/vt.h"
#include "engine/vt/width.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct vt_glyph all[VT_SIZE_MAX], few[VT_SIZE_MAX];
	uint32_t plain[VT_GLYPH_MAX];
	int cols = vt_row_unpack(data, n, all, VT_SIZE_MAX);

	assert(cols <= VT_SIZE_MAX);
	assert((vt_row_unpack(data, n, few, 7) < 0) == (cols < 0));
	if (cols < 0)
		return 0;
	for (int i = 0; i < VT_SIZE_MAX; i++) {
		const struct vt_glyph *g = &all[i];

		assert(g->n <= VT_GLYPH_MAX && g->width <= 2);
		assert(g->width != 2 || (g->n && i + 1 < VT_SIZE_MAX && !all[i + 1].width));
		assert(g->width || (i && all[i - 1].width == 2));
		assert(!g->n == !vt_glyph_plain(g, plain));
		for (int k = 0; k < g->n; k++) {
			enum vt_class c = vt_class(g->cp[k]);

			assert(k ? vt_class_follows(c) : vt_class_columns(c));
		}
		if (i < 6) {
			assert(few[i].width == g->width && few[i].n == g->n);
			assert(!memcmp(few[i].cp, g->cp, g->n * sizeof(g->cp[0])));
		}
	}
	return 0;
}
