/*
 * A filter as a person types it: parts separated by blanks, all of which must
 * match. A part is text that is looked for (capitals matter only if it has
 * some), `state:WORD` for a session's state, either with `!` in front for the
 * opposite. Pure.
 */
#ifndef TUI_FILTER_H
#define TUI_FILTER_H

#include <stdbool.h>

enum { FILTER_CAP = 64 };

/* `state` may be NULL where there is none. An empty filter matches all. */
bool filter_match(const char *filter, const char *text, const char *state);

#endif
