/*
 * Cells and rows of a screen. A cell is twelve bytes; a row has as many as
 * the screen has columns, of which the first `len` are in use and the rest
 * stand for `fill`, one cell repeated to the end of the line. So erasing,
 * filling and scrolling cost the same however wide the screen is, and a row
 * knows by itself where its text ends. Nothing here knows of cursors, modes
 * or bytes.
 *
 * A wide glyph is a cell with CELL_WIDE and one with CELL_TAIL after it. Every
 * operation that would leave half of one blanks the other half; a row that
 * never had one (`wide` false) is spared the search.
 */
#ifndef ENGINE_VT_GRID_H
#define ENGINE_VT_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/vt/cell.h"

struct vt_cell {
	uint32_t ch; /* enum vt_cell_ch */
	uint32_t fg; /* colour as in cell.h, enum vt_cell_fg */
	uint32_t bg; /* colour as in cell.h, enum vt_cell_bg */
};

enum vt_cell_ch {
	CELL_CP = (1 << 21) - 1, /* code point, 0 for blank; index of a cluster */
	CELL_CLUSTER = 1 << 21,
	CELL_WIDE = 1 << 22,
	CELL_TAIL = 1 << 23, /* the right half; the rest of ch is 0 but the line colour */
	CELL_UL_SHIFT = 24,  /* number of the underline's colour, 8 bits */
};
#define CELL_UL (0xffu << CELL_UL_SHIFT)

enum vt_cell_fg {
	CELL_COLOR = (1 << 26) - 1,
	CELL_BOLD = 1 << 26,
	CELL_DIM = 1 << 27,
	CELL_ITALIC = 1 << 28,
	CELL_BLINK = 1 << 29,
	CELL_REVERSE = 1 << 30,
};
#define CELL_HIDDEN (1u << 31)

enum vt_cell_bg {
	CELL_LINE_SHIFT = 26, /* underline style, 0..5 */
	CELL_LINE = 7 << CELL_LINE_SHIFT,
	CELL_STRIKE = 1 << 29,
};

/* Same colours and attributes. */
static inline bool vt_cell_alike(const struct vt_cell *a, const struct vt_cell *b)
{
	return a->fg == b->fg && a->bg == b->bg && !((a->ch ^ b->ch) & CELL_UL);
}

uint16_t vt_cell_attr(const struct vt_cell *c); /* as in cell.h */
void vt_cell_set_attr(struct vt_cell *c, uint16_t attr);

struct vt_row {
	struct vt_cell fill; /* the columns from len on */
	uint16_t len;        /* cells in use */
	uint16_t cols;       /* cells there are */
	bool wrapped;        /* goes on in the next row */
	bool prompt;         /* a prompt begins in it (OSC 133;A) */
	bool wide;           /* may have wide glyphs */
	bool dirty;
	struct vt_cell *cells; /* as many as cols */
};

/* Rows of a screen, blank and dirty; NULL without memory. They are one
 * allocation, released by free(): what is looked at for every row lies close
 * together. The pointers may be exchanged with one another. */
struct vt_row **vt_rows_new(int cols, int rows);

static inline const struct vt_cell *vt_row_cell(const struct vt_row *r, int col)
{
	return col < r->len ? &r->cells[col] : &r->fill;
}

/* Empty it: `fill` from the first column on. */
static inline void vt_row_reset(struct vt_row *r, struct vt_cell fill)
{
	r->fill = fill;
	r->len = 0;
	r->wrapped = false;
	r->prompt = false;
	r->wide = false;
	r->dirty = true;
}
void vt_rows_reset(struct vt_row **rows, int n, struct vt_cell fill);
/* Put the first n columns in use. */
void vt_row_reach(struct vt_row *r, int n);
/* Blank the other half of a wide glyph that begins before column col and ends
 * after it: what follows changes only one side of that line. */
void vt_row_split(struct vt_row *r, int col);
void vt_row_erase(struct vt_row *r, int from, int to, struct vt_cell blank);
void vt_row_insert(struct vt_row *r, int col, int n, struct vt_cell blank);
void vt_row_delete(struct vt_row *r, int col, int n, struct vt_cell blank);
/* Columns that are not blank in the terminal's own colours. */
int vt_row_used(const struct vt_row *r);

#endif
