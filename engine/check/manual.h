/*
 * What the manual says of a check: docs/preflight.md, which is inside the
 * binary, so that the modal's `e`, the man page and the file say the same.
 */
#ifndef ENGINE_CHECK_MANUAL_H
#define ENGINE_CHECK_MANUAL_H

#include <stddef.h>

/* The text below the heading `### ID`, without blank lines around it; NULL when
 * there is none. Not ended by a NUL: *len bytes. */
const char *manual_section(const char *id, size_t *len);
/* The same below `## HEADING`, up to the next heading of any kind. */
const char *manual_chapter(const char *heading, size_t *len);

#endif
