/*
 * Reads a packed row (row.h) one glyph or one stretch of blanks at a time, and
 * checks it on the way: every property that row.h promises is established
 * here. It does not know where the glyphs go.
 */
#ifndef ENGINE_VT_ROW_READER_H
#define ENGINE_VT_ROW_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/vt/cell.h"

struct vt_row_reader {
	const uint8_t *p, *end;
	bool wrapped, prompt;
	int cols; /* as the header says */
	int col;  /* of the next item */

	/* The run under way. */
	uint8_t kind;
	int left;

	/* The item; its glyph has colours and attributes also where it is blank. */
	struct vt_glyph glyph;
	int blanks; /* columns of blanks, where the glyph is blank */
};

enum vt_row_item {
	VT_ROW_BAD = -1,
	VT_ROW_END = 0,
	VT_ROW_GLYPH,
	VT_ROW_BLANKS,
	VT_ROW_TAIL, /* blanks to the end of the line, wherever it is */
};

/* 0, or -1 when the header is not well-formed. */
int vt_row_reader_init(struct vt_row_reader *r, const uint8_t *in, size_t n);
enum vt_row_item vt_row_reader_next(struct vt_row_reader *r);

#endif
