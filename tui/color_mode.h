/*
 * Whether there is colour, as the operator says: --color, config.json.
 */
#ifndef TUI_COLOR_MODE_H
#define TUI_COLOR_MODE_H

enum color_mode {
	COLOR_AUTO,   /* NO_COLOR, then what terminfo says */
	COLOR_ALWAYS, /* even with NO_COLOR */
	COLOR_NEVER,  /* attributes only */
};

#endif
