/*
 * The class of a code point: how many columns it takes, how it joins the
 * glyph before it, and whether it may reach a cell at all (the whitelist of
 * vt.h). From a table that width.sh makes of Debian's unicode-data, so that
 * the host's libc and locale have no say. It knows nothing of cells.
 *
 * Columns: East Asian wide and full width take two (emoji presentation is
 * among them), ambiguous ones one. A narrow emoji becomes wide by U+FE0F.
 */
#ifndef ENGINE_VT_WIDTH_H
#define ENGINE_VT_WIDTH_H

#include <stdbool.h>
#include <stdint.h>

enum vt_class { /* width.sh knows the order */
	VT_CLASS_DROP,
	VT_CLASS_REPLACE, /* shown as U+FFFD */
	VT_CLASS_NARROW,
	VT_CLASS_WIDE,
	VT_CLASS_MARK,         /* combining, no column; Hangul vowels and finals */
	VT_CLASS_JOINER,       /* U+200D */
	VT_CLASS_SELECTOR,     /* U+FE0F */
	VT_CLASS_KEYCAP,       /* digits, # and *: narrow, wide before U+FE0F */
	VT_CLASS_EMOJI_NARROW, /* wide before U+FE0F */
	VT_CLASS_EMOJI_NARROW_BODY, /* and takes a skin tone */
	VT_CLASS_EMOJI_WIDE,
	VT_CLASS_EMOJI_WIDE_BODY,
	VT_CLASS_FLAG,   /* regional indicator: narrow, two make a flag */
	VT_CLASS_TONE,   /* skin tone: wide where it stands alone */
	VT_CLASS_HYPHEN, /* U+00AD, shown as '-' */
};

enum vt_class vt_class(uint32_t cp);

/* One that may follow the base of a glyph. */
bool vt_class_follows(enum vt_class c);

/* Columns of a code point that may be the base of a glyph, else 0. */
static inline int vt_class_columns(enum vt_class c)
{
	static const uint8_t columns[16] = {
		[VT_CLASS_NARROW] = 1, [VT_CLASS_WIDE] = 2, [VT_CLASS_KEYCAP] = 1,
		[VT_CLASS_EMOJI_NARROW] = 1, [VT_CLASS_EMOJI_NARROW_BODY] = 1,
		[VT_CLASS_EMOJI_WIDE] = 2, [VT_CLASS_EMOJI_WIDE_BODY] = 2,
		[VT_CLASS_FLAG] = 1, [VT_CLASS_TONE] = 2,
	};

	return columns[c];
}

/* A pictograph: what U+200D joins. */
static inline bool vt_class_pictograph(enum vt_class c)
{
	return c >= VT_CLASS_EMOJI_NARROW && c <= VT_CLASS_EMOJI_WIDE_BODY;
}

#endif
