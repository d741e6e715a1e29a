/*
 * A little language for terminal tests, in the spirit of libvterm's: lines of
 * what to do and of what must then be so. README.md in this folder lists them.
 * A case begins with "=== NAME" and runs on a fresh terminal.
 */
#ifndef TESTS_VT_SCRIPT_H
#define TESTS_VT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

/* Run the lines of one case; `bytewise` feeds every PUSH one byte at a time.
 * 0, or -1 with the reason. */
int script_run(const char *file, int line, const char *text, bool bytewise, char *why, size_t cap);

#endif
