/*
 * Cells back into bytes: a line, or a whole screen, as the text and the escape
 * sequences of ours that would draw it on a terminal. For files that a terminal
 * of ours reads again (archive, recording); nothing here goes to the operator's.
 */
#ifndef ENGINE_SESSION_ANSI_H
#define ENGINE_SESSION_ANSI_H

#include <stdbool.h>

#include "engine/base/bytes.h"
#include "engine/vt/vt.h"

/* One line, without a line end; to the right of the last thing seen, nothing, unless
 * it goes on in the next one. */
void ansi_line(struct bytes *b, const struct vt_glyph *row, int cols, bool wrapped);

/* The screen from an unknown one: all rows, the cursor, the alternate screen. -1 when
 * it did not fit into b, or without memory. */
int ansi_screen(struct bytes *b, const struct vt *vt);

#endif
