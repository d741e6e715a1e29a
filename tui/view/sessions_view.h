/*
 * The list of sessions: a row each, with its number, state and age, headings
 * between groups, and, where there is room, columns of figures. It draws the
 * rows of list_rows.h; where the cursor is, is told to it.
 */
#ifndef TUI_VIEW_SESSIONS_VIEW_H
#define TUI_VIEW_SESSIONS_VIEW_H

#include "tui/terminal/surface.h"
#include "tui/view/list_rows.h"

struct sessions_look {
	const char *filter;
	const char *selected; /* id */
	bool focus;           /* it has the keyboard */
	bool cursor;          /* ... and the terminal's cursor is to stand on the row */
	int64_t now;          /* seconds since the epoch */
	int *top;             /* the first row shown, kept by the owner */
};

void sessions_draw(struct paint p, const struct deck *d, const struct sessions_look *look);

/* The row of list_rows() that is drawn `row` rows below the list's upper edge, or
 * -1: its frame, its heading line, nothing there. */
int sessions_row_at(int cols, int rows, int top, int row);

#endif
