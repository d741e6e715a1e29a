/*
 * An agent's own colour (manifest.h) on what was painted already: its name in the
 * list and in its pane's title. Only the colour of letters changes, and only where
 * they can still be read on what is behind them; where there is no colour nothing
 * changes, as a name tells as much.
 */
#ifndef TUI_VIEW_THEME_ACCENT_H
#define TUI_VIEW_THEME_ACCENT_H

#include "tui/terminal/surface.h"

/* Over `cols` columns of a row from `col`; "" or a word that is no colour: nothing. */
void accent_paint(struct paint p, int row, int col, int cols, const char *accent);

#endif
