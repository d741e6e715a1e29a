/*
 * A line of glyphs in its packed form: how the history keeps it and how it
 * crosses the wire. It knows neither of the terminal nor of the screen.
 *
 *   row   = flags (1 byte) columns (2, little endian) run*
 *   flags = VT_ROW_WRAPPED: the line goes on in the next one;
 *           VT_ROW_PROMPT: a prompt begins in it, says the guest (OSC 133;A)
 *   run   = tag [attr (2)] [fg] [bg] [ul] count text
 *   tag   = kind | VT_ROW_ATTR | VT_ROW_FG | VT_ROW_BG | VT_ROW_UL: which of
 *           them follow; those that do not are as in the run before, and at
 *           the start of a row all are 0
 *   color = kind byte (0 default, 1 index, 2 RGB) and 0, 1 or 3 (R, G, B) bytes
 *   count = 1 byte below 128, or 2: 0x80 | high 7 bits, low 8 bits
 *
 * The kinds of run:
 *
 *   NARROW   count code points of one column each, as UTF-8
 *   WIDE     count code points of two columns each, as UTF-8
 *   BLANK    count columns without a glyph; no text. Count 0: every column
 *            from here on, however wide the reader's screen is; ends the row
 *   CLUSTER  one glyph of several code points: count is their number (2 to
 *            VT_GLYPH_MAX), + 64 when the glyph takes two columns
 *
 * `columns` is what the runs before a final BLANK 0 take together. A row never
 * takes more than VT_ROW_MAX(columns) bytes.
 *
 * vt_row_unpack() reads what another process sent: whatever is not exactly of
 * this form, or has a code point that is off the whitelist or has another
 * width than the run's kind, is refused as a whole.
 */
#ifndef ENGINE_VT_ROW_H
#define ENGINE_VT_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/vt/cell.h"

enum vt_row_form {
	VT_ROW_NARROW = 0,
	VT_ROW_WIDE = 1,
	VT_ROW_BLANK = 2,
	VT_ROW_CLUSTER = 3,
	VT_ROW_KIND = 3,
	VT_ROW_ATTR = 4,
	VT_ROW_FG = 8,
	VT_ROW_BG = 16,
	VT_ROW_UL = 32,

	VT_ROW_WRAPPED = 1,
	VT_ROW_PROMPT = 2,
	VT_ROW_FLAGS = VT_ROW_WRAPPED | VT_ROW_PROMPT,

	VT_ROW_HEADER = 3,
	/* tag, attr, three colours, count, six code points of four bytes */
	VT_ROW_COL_MAX = 1 + 2 + 3 * 4 + 2 + VT_GLYPH_MAX * 4,
};

#define VT_ROW_MAX(cols) (VT_ROW_HEADER + ((size_t)(cols) + 1) * VT_ROW_COL_MAX)

/* Glyphs of the first `cols` columns; what does not fit is checked and left
 * out, a wide glyph cut by the edge is blank. Columns that the row has (which
 * may be more than cols), or -1 when it is not well-formed. */
int vt_row_unpack(const uint8_t *in, size_t n, struct vt_glyph *out, int cols);

/* Of a row that unpacks. */
static inline uint8_t vt_row_flags(const uint8_t *in, size_t n)
{
	return n ? in[0] & VT_ROW_FLAGS : 0;
}

static inline bool vt_row_wrapped(const uint8_t *in, size_t n)
{
	return vt_row_flags(in, n) & VT_ROW_WRAPPED;
}

#endif
