/*
 * A surface: the screen as it shall be, a grid of styled cells, and painting
 * on it inside rectangles. Pure: it knows neither curses nor sessions. Nothing
 * painted through a `struct paint` can land outside its rectangle, so a pane
 * cannot touch its neighbours whatever it shows; a wide glyph that an edge
 * would cut is blank, and so is the half that is left of one painted over.
 *
 * Text given to it is ours or cleaned; code points that may not reach a
 * terminal (text.h) are replaced here all the same.
 */
#ifndef TUI_TERMINAL_SURFACE_H
#define TUI_TERMINAL_SURFACE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/vt/cell.h"
#include "tui/theme/theme.h"

struct surface {
	int rows, cols;
	struct vt_glyph *cells; /* rows * cols, owned */
	bool *touched;          /* rows painted on since they were shown, owned; NULL: no cells */
	const struct theme_style *styles; /* ROLE_COUNT of them, borrowed */
	bool ascii;             /* the operator's terminal takes no more */
	int cursor_row, cursor_col; /* -1: no cursor is shown */
};

int surface_resize(struct surface *s, int rows, int cols, struct error *err);
void surface_done(struct surface *s);

/* The cells as text, a line per row without blanks at its end; to be freed. */
char *surface_text(const struct surface *s);

/* A rectangle of a surface. `base` lends its colours to roles that have none
 * of their own: a key's name in a box has the box's background. */
struct paint {
	struct surface *s;
	int row, col, rows, cols;
	enum theme_role base;
};

struct paint paint_all(struct surface *s);
/* A part of it, in its own coordinates; cut where it would stick out. */
struct paint paint_part(struct paint p, int row, int col, int rows, int cols);
struct paint paint_on(struct paint p, enum theme_role base);

/* How a role looks there. */
struct theme_style paint_style(struct paint p, enum theme_role role);

void paint_clear(struct paint p); /* blanks in the base's style */

/* One line from (row, col), cut at the rectangle; gives the columns used. */
int paint_text(struct paint p, int row, int col, enum theme_role role, const char *text);
int paint_textf(struct paint p, int row, int col, enum theme_role role, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* The same, but what does not fit whole ends in a mark that says so. */
int paint_brief(struct paint p, int row, int col, enum theme_role role, const char *text);
/* Text ending at the right edge; gives the column where it begins. */
int paint_right(struct paint p, int row, enum theme_role role, const char *text);
/* Words wrapped into the rectangle from `row` on; gives the rows used. */
int paint_wrapped(struct paint p, int row, enum theme_role role, const char *text);
/* The rows that it would use, painting nothing: the surface needs no cells. */
int paint_measure(struct paint p, const char *text);

/* Bytes of text that fit into so many columns, at least one glyph. */
size_t paint_fit(const char *text, int cols);
/* Columns that text takes. */
int text_columns(const char *text);

/* A row of cells of a console, n from `g` on; their own default colours become the base's. */
void paint_row(struct paint p, int row, int col, const struct vt_glyph *g, int n);

void paint_glyph(struct paint p, int row, int col, const struct vt_glyph *g);
/* Give what is there another style, over a whole row's `cols` columns from col. */
void paint_restyle(struct paint p, int row, int col, int cols, enum theme_role role);

/* A frame on the rectangle's edge; the part inside. */
struct paint paint_box(struct paint p, enum theme_role role);
/* One that cannot be taken for it. */
struct paint paint_heavy_box(struct paint p, enum theme_role role);
void paint_line(struct paint p, int row, enum theme_role role); /* a horizontal one */

/* A mark that has an ASCII stand-in: "●" or "*". */
const char *paint_sign(const struct surface *s, const char *sign, const char *ascii);

/* The cursor is here, if inside. */
void paint_cursor(struct paint p, int row, int col);

#endif
