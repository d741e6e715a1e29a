/*
 * What stands for a sign where the terminal takes ASCII only: a line for a line, a
 * dot for a dot. Frames and lists of agents stay what they are to the eye.
 */
#ifndef TUI_TERMINAL_ASCII_H
#define TUI_TERMINAL_ASCII_H

#include <stdint.h>

/* One printable ASCII character for any code point; '?' where nothing is like it. */
char ascii_like(uint32_t cp);

#endif
