/*
 * One line of text that is being typed: the cursor is at its end. Pure.
 */
#ifndef TUI_VIEW_EDIT_H
#define TUI_VIEW_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/key.h"

enum { EDIT_CAP = 128 };

struct edit {
	char text[EDIT_CAP];
	size_t len;
};

void edit_set(struct edit *e, const char *text);
/* True when the key was one of its own: a letter, Backspace, C-u, C-w. */
bool edit_key(struct edit *e, struct key k);
/* Add pasted text, cleaned, up to its first line end. */
void edit_paste(struct edit *e, const char *text, size_t n);

#endif
