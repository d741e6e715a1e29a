/*
 * Colours as themes write and measure them: their names, their red, green and
 * blue, the nearest of 16, and WCAG's contrast. Knows neither of roles nor of
 * files.
 *
 * The 256 are xterm's: an operator's terminal may show other ones, so what is
 * measured is what most people see.
 */
#ifndef TUI_THEME_COLOR_H
#define TUI_THEME_COLOR_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/vt/cell.h"

/* `default`, an ANSI name (`red`, `bright-red`), 0..255 or #rrggbb. */
bool color_parse(const char *word, uint32_t *out);

/* 0xRRGGBB of a colour; the terminal's own is black or white, so that its
 * text stands on its background: `own` says which. */
uint32_t color_rgb(uint32_t color, uint32_t own);

/* For a terminal that lacks 24 bits: the nearest to 0xRRGGBB of the first n (8 or 16),
 * and of the cube and the greys, which are slots that nobody re-colours. */
int color_nearest(uint32_t rgb, int n);
int color_256(uint32_t rgb);

/* The nearest of the 16 ANSI colours; `default` stays. */
uint32_t color_basic(uint32_t color);
/* Can 16 colours show it as it is? */
bool color_is_basic(uint32_t color);

/* Contrast of two 0xRRGGBB, 1..21. Source: WCAG 2.1, "contrast ratio". */
double color_contrast(uint32_t a, uint32_t b);

/* The ANSI names, in order, NULL-ended. */
extern const char *const color_names[];

#endif
