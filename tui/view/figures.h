/*
 * What the list can say of a session beside its name: columns with their
 * heading, their width and their words. Which of them are shown follows from
 * the room there is.
 */
#ifndef TUI_VIEW_FIGURES_H
#define TUI_VIEW_FIGURES_H

#include <stdint.h>

#include "engine/session/record.h"
#include "tui/theme/theme.h"

struct figure {
	const char *heading;
	int cols;
	bool right; /* numbers */
	enum theme_role role;
	/* "" when there is nothing to say. */
	const char *(*text)(const struct session_record *r, int64_t now, char *out, size_t cap);
};

/* In the order of their importance, which is that on the screen. */
extern const struct figure figures[];
extern const int figures_n;

/* How many of them fit beside a name. */
int figures_fit(int cols);

#endif
