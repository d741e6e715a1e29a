/*
 * A pane: a frame with a title, and in it a window on one session's canvas,
 * its scrollback, or its launch. The window follows the cursor; it never
 * resizes the session. The title is ours; of the guest it holds its own title,
 * cleaned and cut, at the end.
 */
#ifndef TUI_VIEW_PANE_H
#define TUI_VIEW_PANE_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/terminal/surface.h"
#include "tui/view/deck.h"

struct pane_look {
	int number;         /* in the title; 0: none */
	bool selected;      /* the list's cursor is on it */
	bool typing;        /* it has the keyboard */
	bool cast;          /* ... and so have others */
	bool cast_waits;    /* ... but it gets nothing just now */
	const char *leader; /* name of the key that gives the keyboard back */
	int64_t now;        /* seconds since the epoch */
};

void pane_draw(struct paint p, struct deck_session *s, const struct pane_look *look);
/* Only the rows that the guest changed since, into the same rectangle with the same look;
 * false when that is not enough. */
bool pane_update(struct paint p, struct deck_session *s, const struct pane_look *look);

/* From a place on the pane (frame and all) to one of the canvas; false: the frame. */
bool pane_locate(const struct deck_session *s, int rows, int cols, int row, int col,
		 int *canvas_row, int *canvas_col);

#endif
