/*
 * A pager: text that is longer than the screen, in a box. Used for help and
 * for logs. A tab in a line divides a key from what it does. It owns its text.
 */
#ifndef TUI_VIEW_PAGER_H
#define TUI_VIEW_PAGER_H

#include "engine/base/bytes.h"
#include "tui/view/view.h"

struct pager {
	struct view view;
	char title[96];
	struct bytes text; /* lines ending in \n; cleaned */
	int top, rows;     /* the first row shown; rows of the last drawing */
	struct pager_line {
		uint32_t from, n, row; /* bytes of the text; its first row */
	} *lines;                      /* owned */
	size_t n_lines, lines_room;
	size_t measured;   /* length of the text that `lines` are of */
	int width, all_rows;
	int key_cols;      /* width of the part before a tab */
	bool prose;        /* lines are broken between words */
	void (*other)(struct pager *p); /* Tab; NULL: nothing */
	void (*closed)(struct pager *p); /* may be NULL */
};

void pager_open(struct pager *p, struct stage *stage, const char *title);
/* Replace the text; from the end when `tail`. It is cleaned here. */
void pager_set(struct pager *p, const char *text, size_t n, bool tail);
/* Add to it, and go to its end. */
void pager_append(struct pager *p, const char *text, size_t n);
void pager_addf(struct pager *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void pager_done(struct pager *p);

#endif
