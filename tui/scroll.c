#include "tui/scroll.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/text.h"

enum { KEEP_LINES = 2000 };

void scroll_leave(struct scroll *s)
{
	free(s->cells);
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
	bytes_init(&s->copied, SCROLL_COPY_CAP);
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

const struct vt_glyph *scroll_line(const struct scroll *s, uint64_t line)
{
	if (!covered(s, line, line + 1))
		return NULL;
	return s->cells + (size_t)(line - s->have) * (size_t)s->cols;
}

static bool before(struct scroll_point a, struct scroll_point b)
{
	return a.line < b.line || (a.line == b.line && a.col < b.col);
}

/* The selection in reading order, the cursor's own cell included. */
static void selection(const struct scroll *s, struct scroll_point *from, struct scroll_point *to)
{
	bool forward = before(s->from, s->at);

	*from = forward ? s->from : s->at;
	*to = forward ? s->at : s->from;
	to->col++;
}

bool scroll_selected(const struct scroll *s, uint64_t line, int *a, int *b)
{
	struct scroll_point from, to;

	if (!s->selecting)
		return false;
	selection(s, &from, &to);
	if (line < from.line || line > to.line)
		return false;
	*a = line == from.line ? from.col : 0;
	*b = line == to.line ? to.col : s->cols;
	return true;
}

/* --- Copying --- */

static int text_end(const struct vt_glyph *line, int a, int b)
{
	while (b > a && (!line[b - 1].n || (line[b - 1].n == 1 && line[b - 1].cp[0] == ' ')))
		b--;
	return b;
}

static bool copy_cells(struct bytes *out, const struct vt_glyph *line, int a, int b)
{
	b = text_end(line, a, b);
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

static void copy_more(struct scroll *s, struct client *c)
{
	s->copy = client_lines(c, s->copy_at.line, SCROLL_FETCH);
}

static enum scroll_result copy_begin(struct scroll *s, struct client *c)
{
	if (s->selecting) {
		selection(s, &s->copy_at, &s->copy_end);
	} else {
		s->copy_at = (struct scroll_point){ s->at.line, 0 };
		s->copy_end = (struct scroll_point){ s->at.line, s->cols };
	}
	bytes_clear(&s->copied);
	s->copying = true;
	copy_more(s, c);
	return SCROLL_COPYING;
}

/* True when it is complete. */
static bool copy_lines(struct scroll *s, struct client *c, uint64_t line, int rows, int cols,
		       const struct vt_glyph *cells)
{
	bool room = true;
	int i = 0;

	s->copy = 0;
	for (; i < rows && room; i++) {
		uint64_t l = line + (uint64_t)i;
		int a = l == s->copy_at.line ? s->copy_at.col : 0;
		int b = l == s->copy_end.line && s->copy_end.col < cols ? s->copy_end.col : cols;

		if (l < s->copy_at.line)
			continue;
		if (l > s->copy_end.line)
			break;
		if (s->copied.len)
			room = bytes_add(&s->copied, "\n", 1) == 0;
		room = room && copy_cells(&s->copied, cells + (size_t)i * (size_t)cols, a, b);
	}
	s->copy_at = (struct scroll_point){ line + (uint64_t)i, 0 };
	if (room && rows > 0 && s->copy_at.line <= s->copy_end.line) {
		copy_more(s, c);
		return false;
	}
	s->copying = false;
	s->selecting = false;
	return true;
}

/* --- Searching --- */

static void ask(struct scroll *s, struct client *c, struct scroll_point from)
{
	s->hit = false;
	s->search = client_search(c, s->needle, from.line, from.col, !s->newer);
}

static enum scroll_result again(struct scroll *s, struct client *c, bool newer)
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
	s->newer = s->wrapped = false;
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
	s->match = s->at = (struct scroll_point){ line, col };
	s->match_len = len;
	if (line < s->top || line >= s->top + (uint64_t)rows)
		s->top = line > (uint64_t)rows / 2 ? line - (uint64_t)rows / 2 : 0;
	scroll_settle(s, c, rows);
	return s->wrapped ? SCROLL_WRAPPED : SCROLL_FOUND;
}

static bool keep(struct scroll *s, uint64_t line, int rows, int cols, const struct vt_glyph *cells)
{
	bool goes_on = s->cells && cols == s->cols && line == s->have + (uint64_t)s->n_have &&
		       s->n_have + rows <= KEEP_LINES;
	size_t old = goes_on ? (size_t)s->n_have * (size_t)cols : 0, n = (size_t)rows * (size_t)cols;
	struct vt_glyph *mine = realloc(s->cells, (old + n) * sizeof(*mine));

	if (!mine)
		return false;
	memcpy(mine + old, cells, n * sizeof(*mine));
	s->cells = mine;
	s->cols = cols;
	s->have = goes_on ? s->have : line;
	s->n_have = goes_on ? s->n_have + rows : rows;
	return true;
}

bool scroll_lines(struct scroll *s, struct client *c, uint32_t request, uint64_t line, int rows,
		  int cols, const struct vt_glyph *cells, bool *copied)
{
	*copied = false;
	if (!s->on || !request)
		return false;
	if (request == s->copy) {
		*copied = copy_lines(s, c, line, rows, cols, cells);
		return true;
	}
	if (request != s->fetch)
		return false;
	s->fetch = 0;
	s->dry = rows > 0 ? 0 : s->top + 1;
	return rows > 0 ? keep(s, line, rows, cols, cells) : false;
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

void scroll_wheel(struct scroll *s, struct client *c, int by, int rows)
{
	page(s, c, by);
	scroll_settle(s, c, rows);
}

static void move_cols(struct scroll *s, const struct client *c, int by, int cols)
{
	int last = c->screen.cols - 1;

	s->at.col += by;
	s->at.col = s->at.col < 0 ? 0 : s->at.col > last ? last : s->at.col;
	if (s->at.col < s->left)
		s->left = s->at.col;
	if (s->at.col >= s->left + cols)
		s->left = s->at.col - cols + 1;
}

enum scroll_result scroll_act(struct scroll *s, struct client *c, enum action a, int rows,
			      int cols)
{
	enum scroll_result result = SCROLL_STAY;

	switch (a) {
	case ACTION_SCROLL_UP: move_lines(s, c, -1); break;
	case ACTION_SCROLL_DOWN: move_lines(s, c, 1); break;
	case ACTION_SCROLL_LEFT: move_cols(s, c, -1, cols); break;
	case ACTION_SCROLL_RIGHT: move_cols(s, c, 1, cols); break;
	case ACTION_SCROLL_PAGE_UP: page(s, c, -(rows > 1 ? rows - 1 : 1)); break;
	case ACTION_SCROLL_PAGE_DOWN: page(s, c, rows > 1 ? rows - 1 : 1); break;
	case ACTION_SCROLL_FIRST: s->at.line = c->screen.first; break;
	case ACTION_SCROLL_LAST: s->at.line = c->screen.end ? c->screen.end - 1 : 0; break;
	case ACTION_SCROLL_SEARCH: return SCROLL_ASK;
	case ACTION_SCROLL_AGAIN: result = again(s, c, false); break;
	case ACTION_SCROLL_BACK: result = again(s, c, true); break;
	case ACTION_SCROLL_SELECT:
		s->selecting = !s->selecting;
		s->from = s->at;
		break;
	case ACTION_SCROLL_COPY: return copy_begin(s, c);
	case ACTION_SCROLL_LEAVE:
		if (s->selecting) {
			s->selecting = false;
			break;
		}
		scroll_leave(s);
		return SCROLL_LEFT;
	default: break;
	}
	scroll_settle(s, c, rows);
	return result;
}
