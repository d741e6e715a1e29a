#include "tui/view/scroll.h"

#include <stdio.h>
#include <string.h>
#include <wctype.h>

#include "engine/base/text.h"
#include "engine/vt/row.h"
#include "tui/view/prompt_line.h"

/* --- Searching: the supervisor does it, over all that it keeps --- */

static void ask(struct scroll *s, struct client *c, struct scroll_point from)
{
	s->hit = false;
	s->search = client_search(c, s->needle, from.line, from.col, !s->newer);
}

enum scroll_result scroll_again(struct scroll *s, struct client *c, bool newer)
{
	struct scroll_point from = s->hit ? s->match : s->at;

	if (!s->needle[0])
		return SCROLL_NO_NEEDLE;
	s->newer = newer;
	s->wrapped = false;
	if (newer)
		from.col++;
	ask(s, c, from);
	return SCROLL_STAY;
}

void scroll_search(struct scroll *s, struct client *c, const char *needle)
{
	snprintf(s->needle, sizeof(s->needle), "%s", needle);
	s->newer = s->wrapped = s->hit = false;
	if (s->needle[0])
		ask(s, c, (struct scroll_point){ s->at.line, s->at.col });
}

enum scroll_found scroll_found(struct scroll *s, struct client *c, uint32_t request, bool found,
			       uint64_t line, int col, int len, int rows)
{
	if (!s->on || !s->search || request != s->search)
		return SCROLL_NOT_MINE;
	s->search = 0;
	if (!found && s->wrapped)
		return SCROLL_NOTHING;
	if (!found) {
		s->wrapped = true;
		ask(s, c, (struct scroll_point){ s->newer ? c->screen.first : c->screen.end, 0 });
		return SCROLL_SEARCHING;
	}
	s->hit = true;
	s->match = (struct scroll_point){ line, col };
	s->match_len = len;
	scroll_go(s, c, s->match, rows);
	return s->wrapped ? SCROLL_WRAPPED : SCROLL_FOUND;
}

/* --- All matches in sight --- */

static int needle_points(const char *needle, uint32_t *out, int max, bool *fold)
{
	size_t n = strlen(needle);
	int k = 0;

	*fold = true;
	while (n && k < max) {
		size_t used = utf8_decode(needle, n, &out[k]);

		*fold = *fold && (uint32_t)towlower((wint_t)out[k]) == out[k];
		needle += used;
		n -= used;
		k++;
	}
	return k;
}

static bool matches(const struct vt_glyph *line, int cols, int from, const uint32_t *points, int n,
		    bool fold, int *len)
{
	int c = from;

	for (int i = 0; i < n; i++) {
		uint32_t g;

		while (c < cols && !line[c].width) /* the right half of a wide one */
			c++;
		if (c >= cols)
			return false;
		g = line[c].n ? line[c].cp[0] : ' ';
		if (g != points[i] && !(fold && (uint32_t)towlower((wint_t)g) == points[i]))
			return false;
		c += line[c].width;
	}
	*len = c - from;
	return true;
}

bool scroll_match(const struct scroll *s, const struct vt_glyph *line, int from, int *col,
		  int *len)
{
	uint32_t points[SCROLL_NEEDLE];
	bool fold;
	int n = needle_points(s->needle, points, SCROLL_NEEDLE, &fold);

	for (int c = from; n && c < s->cols; c++)
		if (line[c].width && matches(line, s->cols, c, points, n, fold, len)) {
			*col = c;
			return true;
		}
	return false;
}

/* --- Prompts: lines that the guest marked (OSC 133), or that look like one --- */

/* Answers have at most SCROLL_FETCH lines; those before a line are asked for as the
 * ones that end there. */
static void seek_from(struct scroll *s, struct client *c, uint64_t line)
{
	uint64_t from = line + 1;

	if (!s->seek_newer)
		from = line > c->screen.first + SCROLL_FETCH ? line - SCROLL_FETCH : c->screen.first;
	s->seek_from = line;
	s->seek = client_lines(c, from, SCROLL_FETCH);
}

void scroll_seek(struct scroll *s, struct client *c, bool newer)
{
	s->seek_newer = newer;
	seek_from(s, c, s->at.line);
}

enum scroll_lines scroll_seek_lines(struct scroll *s, struct client *c, uint64_t line, int rows,
				    int cols, const struct vt_glyph *cells, int view_rows)
{
	bool marked = false;
	int best = -1;

	s->seek = 0;
	/* Where the guest marks its prompts, what only looks like one is none. */
	for (int i = 0; i < rows; i++)
		marked |= (c->line_flags[i] & VT_ROW_PROMPT) != 0;
	for (int i = 0; i < rows; i++) {
		uint64_t l = line + (uint64_t)i;
		bool is = marked ? c->line_flags[i] & VT_ROW_PROMPT :
				   prompt_line(cells + (size_t)i * (size_t)cols, cols) >= 0;

		if (!is || (s->seek_newer ? l <= s->seek_from || best >= 0 : l >= s->seek_from))
			continue;
		best = i;
	}
	if (best >= 0) {
		scroll_go(s, c, (struct scroll_point){ line + (uint64_t)best, 0 }, view_rows);
		return SCROLL_LINES_KEPT;
	}
	if (rows <= 0 || (s->seek_newer ? line + (uint64_t)rows >= c->screen.end :
					  line <= c->screen.first))
		return SCROLL_LINES_NO_PROMPT;
	seek_from(s, c, s->seek_newer ? line + (uint64_t)rows - 1 : line);
	return SCROLL_LINES_KEPT;
}
