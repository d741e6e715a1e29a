/*
 * The themes inside the binary, so that it works alone: themes/ of the source,
 * turned into text by tui/theme/themes.mk.
 */
#ifndef TUI_THEME_BUILTIN_H
#define TUI_THEME_BUILTIN_H

struct theme_builtin {
	const char *name;
	const char *text;
};

extern const struct theme_builtin theme_builtins[]; /* by name; the last one's name is NULL */

#endif
