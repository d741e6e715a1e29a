#include "tui/view/scroll.h"

#include "engine/base/text.h"
#include "engine/session/ansi.h"
#include "engine/session/excerpt.h"
#include "engine/vt/row.h"

/*
 * A selection as text. Its lines are asked for piece by piece, wherever they lie,
 * and become what a person would have typed: blanks at the end of a line go, and
 * lines that only the width broke are one line again. Of a rectangle every row
 * is a line of its own.
 */

static int text_end(const struct vt_glyph *line, int a, int b)
{
	while (b > a && (!line[b - 1].n || (line[b - 1].n == 1 && line[b - 1].cp[0] == ' ')))
		b--;
	return b;
}

static bool add_cells(struct bytes *out, const struct vt_glyph *line, int a, int b)
{
	for (int c = a; c < b; c++) {
		char text[VT_GLYPH_MAX * 4 + 1] = " ";
		size_t n = line[c].n ? 0 : line[c].width ? 1 : 0;

		for (int i = 0; i < line[c].n; i++)
			n += utf8_encode(line[c].cp[i], text + n);
		if (bytes_add(out, text, n) < 0)
			return false;
	}
	return true;
}

/* False: there is no more room. */
static bool add_line(struct scroll *s, const struct vt_glyph *cells, int cols, uint64_t line,
		     uint8_t flags)
{
	bool block = s->copy_shape == SCROLL_RECTANGLE, last = line == s->copy_end.line;
	int a = block ? s->copy_left : line == s->copy_at.line ? s->copy_at.col : 0;
	int b = block ? s->copy_right : last ? s->copy_end.col : cols;
	bool goes_on = flags & VT_ROW_WRAPPED && !block && !last;

	a = a > cols ? cols : a;
	b = b > cols ? cols : b;
	if (s->copied.len && !s->copy_joins &&
	    bytes_add(&s->copied, s->copy_styled ? "\r\n" : "\n", s->copy_styled ? 2 : 1) < 0)
		return false;
	s->copy_joins = goes_on;
	if (s->copy_styled) {
		ansi_line(&s->copied, cells + a, b - a, goes_on);
		return !s->copied.dropped;
	}
	return add_cells(&s->copied, cells, a, goes_on ? b : text_end(cells, a, b));
}

static void ask_more(struct scroll *s, struct client *c)
{
	s->copy = client_lines(c, s->copy_at.line, SCROLL_FETCH);
}

static bool finish(struct scroll *s)
{
	s->copying = false;
	s->selecting = SCROLL_NONE;
	if (s->to_file && !s->copy_styled)
		bytes_add(&s->copied, "\n", 1);
	return true;
}

bool scroll_copy_lines(struct scroll *s, struct client *c, uint64_t line, int rows, int cols,
		       const struct vt_glyph *cells)
{
	bool room = true;
	int i = 0;

	s->copy = 0;
	if (line > s->copy_at.line) /* the oldest of it fell out of the history */
		s->copy_at = (struct scroll_point){ line, 0 };
	for (; i < rows && room && line + (uint64_t)i <= s->copy_end.line; i++)
		room = add_line(s, cells + (size_t)i * (size_t)cols, cols, line + (uint64_t)i,
				c->line_flags[i]);
	if (!room)
		s->copied.dropped++;
	s->copy_at = (struct scroll_point){ line + (uint64_t)i, 0 };
	if (!room || rows <= 0 || s->copy_at.line > s->copy_end.line)
		return finish(s);
	ask_more(s, c);
	return false;
}

static void begin(struct scroll *s, struct client *c, bool to_file)
{
	bytes_done(&s->copied);
	bytes_init(&s->copied, to_file ? SCROLL_SAVE_CAP : SCROLL_COPY_CAP);
	s->copying = true;
	s->to_file = to_file;
	s->copy_styled = to_file && excerpt_is_cast(s->path);
	s->copy_joins = false;
	ask_more(s, c);
}

static void take_selection(struct scroll *s)
{
	scroll_selection(s, &s->copy_at, &s->copy_end);
	s->copy_shape = s->selecting;
	s->copy_left = s->copy_at.col;
	s->copy_right = s->copy_end.col;
}

enum scroll_result scroll_copy(struct scroll *s, struct client *c)
{
	if (s->selecting) {
		take_selection(s);
	} else {
		s->copy_shape = SCROLL_WHOLE_LINES;
		s->copy_at = (struct scroll_point){ s->at.line, 0 };
		s->copy_end = (struct scroll_point){ s->at.line, INT_MAX };
	}
	begin(s, c, false);
	return SCROLL_COPYING;
}

void scroll_save(struct scroll *s, struct client *c)
{
	if (s->selecting) {
		take_selection(s);
	} else {
		s->copy_shape = SCROLL_WHOLE_LINES;
		s->copy_at = (struct scroll_point){ c->screen.first, 0 };
		s->copy_end = (struct scroll_point){ c->screen.end ? c->screen.end - 1 : 0, INT_MAX };
	}
	begin(s, c, true);
}
