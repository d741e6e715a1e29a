/*
 * The text of a theme file, line by line, into a draft: what was written for
 * each role, with palette entries still by reference. A theme that inherits
 * starts from the other's draft, so that changing a palette entry changes
 * every inherited role that uses it. docs/themes.md tells the format. Knows
 * nothing of directories: it asks its source for another theme by name.
 */
#ifndef TUI_THEME_FILE_H
#define TUI_THEME_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "tui/theme/theme.h"

enum {
	THEME_PALETTE_MAX = 64,
	THEME_NAME_MAX = 63,
	THEME_LINE_MAX = 255,
	THEME_FILE_MAX = 64 * 1024,
	THEME_DEPTH_MAX = 8, /* of inheritance */
};

enum theme_depth {
	THEME_FULL,
	THEME_BASIC, /* role@16 */
	THEME_MONO,  /* role@mono */
	THEME_DEPTHS
};

/* Beside VT_COLOR_*: a palette entry by its index, and not said. */
#define THEME_REF (3u << 24)
#define THEME_UNSET UINT32_MAX

struct theme_word {
	bool set;
	uint32_t fg, bg; /* VT_COLOR_*, THEME_REF | index, or THEME_UNSET */
	uint16_t attr;
};

struct theme_draft {
	struct theme_word roles[THEME_DEPTHS][ROLE_COUNT];
	struct {
		char name[32];
		uint32_t color;
	} palette[THEME_PALETTE_MAX];
	size_t n_palette;
	bool dark;
};

struct theme_source {
	/* Fill `d` with the theme of that name. */
	int (*inherit)(struct theme_source *s, const char *name, struct theme_draft *d,
		       struct error *err);
	bool located; /* the error names a file and a line already; zero it first */
};

/* Read `text` over what `d` holds (zeroed, dark: the first of a chain). `name`
 * is what errors call the file. NULL as source: nothing to inherit from. */
int theme_file_parse(struct theme_draft *d, const char *name, const char *text, size_t len,
		     struct theme_source *source, struct error *err);

/* Turn a draft into styles. Never fails: what nobody said is the text's. */
void theme_file_resolve(const struct theme_draft *d, struct theme *t);

/* The role of that name, or -1. */
int theme_role_find(const char *name);
extern const char *const theme_role_names[ROLE_COUNT + 1]; /* NULL-ended */
extern const char *const theme_role_helps[ROLE_COUNT];

#endif
