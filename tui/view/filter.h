/*
 * A filter as a person types it: parts separated by blanks, all of which must
 * match. A part is text that is looked for (capitals matter only if it has
 * some), or `state:WORD`, `label:WORD`, `agent:WORD` for what such a thing
 * begins with; either with `!` in front for the opposite. Pure.
 */
#ifndef TUI_VIEW_FILTER_H
#define TUI_VIEW_FILTER_H

#include <stdbool.h>

enum { FILTER_CAP = 64 };

struct filter_subject {
	const char *text;                  /* what words are looked for in */
	const char *state, *label, *agent; /* NULL where there is none: matches nothing */
};

/* An empty filter passes all. */
bool filter_passes(const char *filter, const struct filter_subject *s);
/* The same where there is only text. */
bool filter_match(const char *filter, const char *text, const char *state);

#endif
