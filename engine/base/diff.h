/*
 * The difference of two texts, line by line, in the unified form of diff -u. It
 * knows of texts only; whether bytes are one is diff_is_text's question. Nothing is
 * cleaned: that is up to whoever shows it.
 *
 * E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986). Texts that
 * differ in more than DIFF_EDITS lines are shown as one replaced by the other.
 */
#ifndef ENGINE_BASE_DIFF_H
#define ENGINE_BASE_DIFF_H

#include <stdbool.h>
#include <stddef.h>

enum {
	DIFF_EDITS = 1500,
	DIFF_CONTEXT = 3,
};

/* No NUL, and not longer in one line than any text is. */
bool diff_is_text(const char *data, size_t n);

/* The hunks, NUL-ended, to be freed; "" when they are the same; NULL without memory. */
char *diff_unified(const char *a, size_t a_len, const char *b, size_t b_len, size_t *len);

#endif
