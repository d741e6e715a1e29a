/*
 * A pattern on a row of a screen, as manifests have them: found in the row as it is, but
 * that `*` stands for anything, `^` at the front for the row's beginning without blanks and
 * box lines, and `$` at the end for its end. Texts are UTF-8.
 */
#ifndef ENGINE_SESSION_PATTERN_H
#define ENGINE_SESSION_PATTERN_H

#include <stdbool.h>

enum { PATTERN_MAX = 80 }; /* bytes with the NUL */

bool pattern_match(const char *pattern, const char *row);
/* NULL, or what is wrong with it. */
const char *pattern_flaw(const char *pattern);
/* Past the blanks and the lines of boxes that dialogs are drawn with. */
const char *pattern_begin(const char *row);

#endif
