/*
 * Text that came from elsewhere, made safe for a terminal: names of files,
 * messages of other programs, anything of a guest that is not a screen cell.
 * Knows UTF-8 and which code points may be shown; draws nothing.
 */
#ifndef ENGINE_BASE_TEXT_H
#define ENGINE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* May this code point reach an operator's terminal? No C0 or C1 controls, no
 * bidi controls, no zero-width or format characters other than ZWJ and
 * variation selectors (which the drawing side keeps inside a cluster), no
 * private use, tags, surrogates or non-characters. */
bool text_allowed(uint32_t cp);

/* Decode one code point of valid or invalid UTF-8; gives the bytes used (>= 1
 * when n > 0), U+FFFD for what is not UTF-8. */
size_t utf8_decode(const char *s, size_t n, uint32_t *cp);
/* At most 4 bytes into out; gives their number. */
size_t utf8_encode(uint32_t cp, char *out);

/* Copy src (n bytes) into out with everything that is not allowed replaced by
 * U+FFFD, except \n when lines is set and \t, which becomes a space. Always
 * NUL-terminated, cut at a code point when it does not fit. Gives its length. */
size_t text_clean(char *out, size_t cap, const char *src, size_t n, bool lines);

/* The same in place of a NUL-terminated string, without lines. */
const char *text_clean_str(char *out, size_t cap, const char *src);

/* Whether two words are alike enough to suggest one for the other; gives the
 * nearest of a NULL-terminated list, or NULL. */
const char *text_nearest(const char *word, const char *const *list);

/* "12s", "3m", "2h 05m", "3d 4h". */
void text_duration(char *out, size_t cap, uint64_t seconds);
/* "5.1M", "24G"; bytes in powers of 1024. */
void text_size(char *out, size_t cap, uint64_t bytes);

#endif
