/*
 * What one column of a terminal screen shows, as it leaves the emulator: a
 * few code points, colours and attributes. This is the only form in which
 * anything of a guest travels on: to the wire, and from there to the
 * operator's screen. Every code point in it has passed the whitelist
 * (vt.h), so no cell can carry a control, a bidi or a format character.
 */
#ifndef ENGINE_VT_CELL_H
#define ENGINE_VT_CELL_H

#include <stdint.h>

enum {
	VT_GLYPH_MAX = 6, /* code points kept for one cluster */
};

enum vt_attr {
	VT_BOLD = 1 << 0,
	VT_DIM = 1 << 1,
	VT_ITALIC = 1 << 2,
	VT_UNDERLINE = 1 << 3, /* the style is in VT_UL_MASK */
	VT_BLINK = 1 << 4,
	VT_REVERSE = 1 << 5,
	VT_HIDDEN = 1 << 6,
	VT_STRIKE = 1 << 7,
	VT_UL_SHIFT = 8,
	VT_UL_MASK = 7 << VT_UL_SHIFT, /* 1 single, 2 double, 3 curly, 4 dotted, 5 dashed */
};

/* A colour: the terminal's own, one of 256, or 24 bits. */
enum {
	VT_COLOR_DEFAULT = 0,
	VT_COLOR_INDEX = 1 << 24, /* | 0..255 */
	VT_COLOR_RGB = 2 << 24,   /* | 0xRRGGBB */
	VT_COLOR_KIND = 3 << 24,
};

struct vt_glyph {
	uint32_t cp[VT_GLYPH_MAX]; /* cp[0] is the base; 0 where n is 0 */
	uint8_t n;                 /* code points; 0: blank */
	uint8_t width;             /* 1 or 2; 0: the right half of the glyph before it */
	uint16_t attr;             /* enum vt_attr */
	uint32_t fg, bg, ul;       /* colours; ul is the underline's */
};

#endif
