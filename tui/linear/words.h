/*
 * A line of the plain mode as words, parted as a shell would: blanks between them,
 * '...' and "..." around what has blanks, a backslash before a sign that is meant as it
 * stands. Nothing is expanded. Pure.
 */
#ifndef TUI_LINEAR_WORDS_H
#define TUI_LINEAR_WORDS_H

#include <stddef.h>

#include "engine/base/error.h"

enum { WORDS_MAX = 62, WORDS_LINE = 4096 };

struct words {
	char *at[WORDS_MAX + 1]; /* into text; NULL after the last */
	size_t from[WORDS_MAX];  /* where each begins in the line */
	int n;
	char text[WORDS_LINE];
};

/* -1: a quote without its end, or too much. */
int words_split(struct words *w, const char *line, struct error *err);

/* The line from its k-th word on, as it was typed; "" when there is none. */
const char *words_rest(const struct words *w, const char *line, int k);

#endif
