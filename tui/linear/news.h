/*
 * What is new on a console, for somebody who hears it line by line: the lines of the
 * page that was told last against those of now. Pure; cells and time are elsewhere.
 *
 * A full-screen program draws the same thing again and again, a little lower, with
 * another frame of its spinner or another second on its clock. So lines are compared by
 * their letters only (by their digits when they have no letters), and what moved is not
 * new: told is what a longest common subsequence does not have. Frames and rules, lines
 * without letters and digits, are never told.
 *
 * Limits: a line of which only figures changed in its place is not told again.
 */
#ifndef TUI_LINEAR_NEWS_H
#define TUI_LINEAR_NEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/vt/cell.h"

/* Lines of a console, from `base` on (numbered as engine/vt/vt.h does). */
struct page {
	uint64_t base;
	size_t n, cap;
	struct page_line {
		char *text; /* owned; without blanks and frames at its ends */
		bool wrapped; /* goes on in the next one */
	} *lines;
};

void page_clear(struct page *p, uint64_t base);
void page_done(struct page *p);
/* False without memory. */
bool page_add(struct page *p, const struct vt_glyph *cells, int cols, bool wrapped);
/* Forget the lines before this one. */
void page_cut(struct page *p, uint64_t base);

typedef void news_fn(void *arg, const char *line);

/* Give the lines of `now` that `told` has not, those that only the width broke joined.
 * False without memory. */
bool news_tell(const struct page *told, const struct page *now, news_fn *line, void *arg);

#endif
