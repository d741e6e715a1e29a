#include "tui/view/scroll.h"

#include <stdlib.h>
#include <string.h>

enum { KEEP_LINES = 2000 };

void scroll_leave(struct scroll *s)
{
	free(s->cells);
	free(s->flags);
	bytes_done(&s->copied);
	*s = (struct scroll){ 0 };
}

void scroll_done(struct scroll *s)
{
	scroll_leave(s);
}

static uint64_t lowest_top(const struct client *c, int rows)
{
	uint64_t end = c->screen.end, first = c->screen.first;

	return end > first + (uint64_t)rows ? end - (uint64_t)rows : first;
}

void scroll_enter(struct scroll *s, struct client *c, int rows)
{
	if (s->on)
		return;
	scroll_leave(s);
	s->on = true;
	s->top = lowest_top(c, rows);
	s->at.line = c->screen.top + (uint64_t)c->screen.cursor_row;
	s->at.col = c->screen.cursor_col;
	scroll_settle(s, c, rows);
}

static bool covered(const struct scroll *s, uint64_t from, uint64_t to)
{
	return s->cells && from >= s->have && to <= s->have + (uint64_t)s->n_have;
}

void scroll_settle(struct scroll *s, struct client *c, int rows)
{
	uint64_t first = c->screen.first, end = c->screen.end, low = lowest_top(c, rows), to, from;

	if (!s->on)
		return;
	if (s->at.line < first)
		s->at.line = first;
	if (s->at.line >= end)
		s->at.line = end ? end - 1 : 0;
	if (s->at.line < s->top)
		s->top = s->at.line;
	if (s->at.line >= s->top + (uint64_t)rows)
		s->top = s->at.line - (uint64_t)rows + 1;
	if (s->top > low)
		s->top = low;
	if (s->top < first)
		s->top = first;
	to = s->top + (uint64_t)rows < end ? s->top + (uint64_t)rows : end;
	if (s->fetch || s->dry == s->top + 1 || covered(s, s->top, to))
		return;
	from = s->top;
	if (s->cells && s->top >= s->have && s->top <= s->have + (uint64_t)s->n_have)
		from = s->have + (uint64_t)s->n_have; /* goes on where the last answer ended */
	else if (s->top > first && rows < SCROLL_FETCH) /* the view in the middle of it */
		from -= s->top - first < (uint64_t)(SCROLL_FETCH - rows) / 2 ?
				s->top - first : (uint64_t)(SCROLL_FETCH - rows) / 2;
	s->fetch = client_lines(c, from, SCROLL_FETCH);
}

void scroll_go(struct scroll *s, struct client *c, struct scroll_point to, int rows)
{
	s->at = to;
	if (to.line < s->top || to.line >= s->top + (uint64_t)rows)
		s->top = to.line > (uint64_t)rows / 2 ? to.line - (uint64_t)rows / 2 : 0;
	scroll_settle(s, c, rows);
}

const struct vt_glyph *scroll_line(const struct scroll *s, uint64_t line)
{
	if (!covered(s, line, line + 1))
		return NULL;
	return s->cells + (size_t)(line - s->have) * (size_t)s->cols;
}

static bool keep(struct scroll *s, uint64_t line, int rows, int cols, const struct vt_glyph *cells,
		 const uint8_t *flags)
{
	bool goes_on = s->cells && cols == s->cols && line == s->have + (uint64_t)s->n_have &&
		       s->n_have + rows <= KEEP_LINES;
	size_t old = goes_on ? (size_t)s->n_have : 0, n = old + (size_t)rows, width = (size_t)cols;
	struct vt_glyph *mine = realloc(s->cells, n * width * sizeof(*mine));
	uint8_t *bits;

	if (!mine)
		return false;
	s->cells = mine;
	bits = realloc(s->flags, n);
	if (!bits) {
		s->n_have = 0;
		return false;
	}
	s->flags = bits;
	memcpy(mine + old * width, cells, (size_t)rows * width * sizeof(*mine));
	memcpy(bits + old, flags, (size_t)rows);
	s->cols = cols;
	s->have = goes_on ? s->have : line;
	s->n_have = (int)n;
	return true;
}

enum scroll_lines scroll_lines(struct scroll *s, struct client *c, uint32_t request,
			       uint64_t line, int rows, int cols, const struct vt_glyph *cells,
			       int view_rows)
{
	if (!s->on || !request)
		return SCROLL_LINES_NOT_MINE;
	if (request == s->copy)
		return scroll_copy_lines(s, c, line, rows, cols, cells) ? SCROLL_LINES_COPIED :
									  SCROLL_LINES_KEPT;
	if (request == s->seek)
		return scroll_seek_lines(s, c, line, rows, cols, cells, view_rows);
	if (request != s->fetch)
		return SCROLL_LINES_NOT_MINE;
	s->fetch = 0;
	s->dry = rows > 0 ? 0 : s->top + 1;
	if (rows > 0)
		keep(s, line, rows, cols, cells, c->line_flags);
	return SCROLL_LINES_KEPT;
}

/* --- The selection --- */

static bool before(struct scroll_point a, struct scroll_point b)
{
	return a.line < b.line || (a.line == b.line && a.col < b.col);
}

void scroll_selection(const struct scroll *s, struct scroll_point *from, struct scroll_point *to)
{
	bool forward = before(s->from, s->at);

	*from = forward ? s->from : s->at;
	*to = forward ? s->at : s->from;
	if (s->selecting == SCROLL_RECTANGLE) {
		from->col = s->from.col < s->at.col ? s->from.col : s->at.col;
		to->col = s->from.col < s->at.col ? s->at.col : s->from.col;
	} else if (s->selecting == SCROLL_WHOLE_LINES) {
		from->col = 0;
		to->col = INT_MAX - 1;
	}
	to->col++;
}

bool scroll_selected(const struct scroll *s, uint64_t line, int *a, int *b)
{
	struct scroll_point from, to;
	bool block = s->selecting == SCROLL_RECTANGLE;

	if (!s->selecting)
		return false;
	scroll_selection(s, &from, &to);
	if (line < from.line || line > to.line)
		return false;
	*a = line == from.line || block ? from.col : 0;
	*b = (line == to.line || block) && to.col < s->cols ? to.col : s->cols;
	return true;
}

static void select_shape(struct scroll *s, enum scroll_shape shape)
{
	if (s->selecting == shape) {
		s->selecting = SCROLL_NONE;
		return;
	}
	if (!s->selecting) /* else only its shape changes */
		s->from = s->at;
	s->selecting = shape;
}

/* --- Moving --- */

static void move_lines(struct scroll *s, struct client *c, int64_t by)
{
	uint64_t first = c->screen.first, last = c->screen.end ? c->screen.end - 1 : 0;

	if (by < 0)
		s->at.line = s->at.line < first + (uint64_t)-by ? first : s->at.line - (uint64_t)-by;
	else
		s->at.line = s->at.line + (uint64_t)by > last ? last : s->at.line + (uint64_t)by;
}

static void page(struct scroll *s, struct client *c, int64_t by)
{
	uint64_t n = (uint64_t)(by < 0 ? -by : by);

	move_lines(s, c, by);
	if (by < 0)
		s->top = s->top < c->screen.first + n ? c->screen.first : s->top - n;
	else
		s->top += n;
}

/* The view moves, and takes the cursor along when it would leave it. */
void scroll_wheel(struct scroll *s, struct client *c, int by, int rows)
{
	uint64_t first = c->screen.first, low = lowest_top(c, rows), n = (uint64_t)(by < 0 ? -by : by);
	uint64_t last;

	if (by < 0)
		s->top = s->top < first + n ? first : s->top - n;
	else
		s->top = s->top + n > low ? low : s->top + n;
	last = s->top + (uint64_t)(rows > 0 ? rows - 1 : 0);
	if (s->at.line < s->top)
		s->at.line = s->top;
	if (s->at.line > last)
		s->at.line = last;
	scroll_settle(s, c, rows);
}

void scroll_bottom(struct scroll *s, struct client *c, int rows)
{
	s->at.line = c->screen.end ? c->screen.end - 1 : 0;
	s->top = lowest_top(c, rows);
}

static void move_to_col(struct scroll *s, const struct client *c, int col, int cols)
{
	int last = c->screen.cols - 1;

	s->at.col = col < 0 ? 0 : col > last ? last : col;
	if (s->at.col < s->left)
		s->left = s->at.col;
	if (s->at.col >= s->left + cols)
		s->left = s->at.col - cols + 1;
}

/* The last column that shows something. */
static int end_of_line(const struct scroll *s)
{
	const struct vt_glyph *line = scroll_line(s, s->at.line);
	int c = line ? s->cols - 1 : 0;

	while (c > 0 && (!line[c].n || (line[c].n == 1 && line[c].cp[0] == ' ')))
		c--;
	return c;
}

static enum scroll_result leave(struct scroll *s)
{
	if (s->selecting) {
		s->selecting = SCROLL_NONE;
		return SCROLL_STAY;
	}
	scroll_leave(s);
	return SCROLL_LEFT;
}

enum scroll_result scroll_act(struct scroll *s, struct client *c, enum action a, int rows,
			      int cols)
{
	enum scroll_result result = SCROLL_STAY;
	int some = rows > 1 ? rows - 1 : 1;

	switch (a) {
	case ACTION_SCROLL_UP: move_lines(s, c, -1); break;
	case ACTION_SCROLL_DOWN: move_lines(s, c, 1); break;
	case ACTION_SCROLL_LEFT: move_to_col(s, c, s->at.col - 1, cols); break;
	case ACTION_SCROLL_RIGHT: move_to_col(s, c, s->at.col + 1, cols); break;
	case ACTION_SCROLL_BEGIN: move_to_col(s, c, 0, cols); break;
	case ACTION_SCROLL_END: move_to_col(s, c, end_of_line(s), cols); break;
	case ACTION_SCROLL_PAGE_UP: page(s, c, -some); break;
	case ACTION_SCROLL_PAGE_DOWN: page(s, c, some); break;
	case ACTION_SCROLL_FIRST: s->at.line = c->screen.first; break;
	case ACTION_SCROLL_LAST: s->at.line = c->screen.end ? c->screen.end - 1 : 0; break;
	case ACTION_SCROLL_SEARCH: return SCROLL_ASK;
	case ACTION_SCROLL_AGAIN: result = scroll_again(s, c, false); break;
	case ACTION_SCROLL_BACK: result = scroll_again(s, c, true); break;
	case ACTION_SCROLL_PROMPT: scroll_seek(s, c, false); break;
	case ACTION_SCROLL_PROMPT_NEWER: scroll_seek(s, c, true); break;
	case ACTION_SCROLL_SELECT: select_shape(s, SCROLL_CHARS); break;
	case ACTION_SCROLL_LINES: select_shape(s, SCROLL_WHOLE_LINES); break;
	case ACTION_SCROLL_BLOCK: select_shape(s, SCROLL_RECTANGLE); break;
	case ACTION_SCROLL_COPY: return scroll_copy(s, c);
	case ACTION_SCROLL_SAVE: return SCROLL_SAVE;
	case ACTION_SCROLL_LEAVE: result = leave(s); break;
	default: break;
	}
	scroll_settle(s, c, rows);
	return result;
}
