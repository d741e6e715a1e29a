#include "tui/view/pane.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "tui/view/state.h"
#include "tui/view/theme_accent.h"
#include "tui/view/timeline.h"

/* --- The title --- */

static void title_text(char *out, size_t cap, const struct deck_session *s,
		       const struct pane_look *look)
{
	const struct session_record *r = &s->record;
	char age[16], number[8] = "", dropped[32] = "";
	const char *word = state_looks[r->state].word;

	if (look->number)
		snprintf(number, sizeof(number), "%d ", look->number);
	if (r->dropped) {
		text_size(age, sizeof(age), r->dropped);
		snprintf(dropped, sizeof(dropped), "  %s dropped", age);
	}
	age[0] = '\0';
	if (r->state == SESSION_READY || r->state == SESSION_WORKING || r->state == SESSION_IDLE)
		text_duration(age, sizeof(age), r->ready && look->now > r->ready ?
							(uint64_t)(look->now - r->ready) : 0);
	snprintf(out, cap, " %s%s%s  %s%s%s%s%s%s%s%s%s ", s->marked ? "+" : "", number, s->id, word,
		 age[0] ? " " : "", age, strcmp(r->accel, "tcg") == 0 ? "  tcg" : "",
		 r->guards[0] ? "  guards missing" : "", r->net[0] ? "  no network" : "", dropped,
		 r->recording[0] ? "  recording" : "", s->restart ? "  restarting" : "");
}

/* Columns of the title up to the name's end. */
static int used_by_name(const struct deck_session *s, const struct pane_look *look)
{
	return 1 + s->marked + (look->number ? 2 + (look->number > 9) : 0) + text_columns(s->id);
}

static void draw_title(struct paint p, const struct deck_session *s, const struct pane_look *look)
{
	const struct screen *screen = deck_screen(s);
	enum theme_role role = look->cast   ? ROLE_ERROR :
			       look->typing ? ROLE_TYPING :
			       s->marked    ? ROLE_MARK :
			       look->selected ? ROLE_TITLE : state_looks[s->record.state].role;
	struct paint top = paint_part(p, 0, 1, 1, p.cols - 2);
	char text[160], hint[64] = "";
	int used, right = top.cols;
	bool room = top.cols >= 36;

	if (look->cast)
		snprintf(hint, sizeof(hint), "%s", !look->cast_waits ? " BROADCAST " :
						   room ? " gets nothing: does not wait for input " :
							  " gets nothing ");
	else if (look->typing)
		snprintf(hint, sizeof(hint), room ? " %s gives back " : " %s ", look->leader);
	else if (s->scroll.on)
		snprintf(hint, sizeof(hint), room ? " look back %llu/%llu " : " %llu/%llu ",
			 (unsigned long long)(s->scroll.at.line - s->client.screen.first + 1),
			 (unsigned long long)(s->client.screen.end - s->client.screen.first));
	title_text(text, sizeof(text), s, look);
	used = paint_text(top, 0, 0, role, text);
	if (!look->cast && !look->typing && s->alive)
		accent_paint(top, 0, 0, used_by_name(s, look), s->record.accent);
	if (hint[0])
		right = paint_right(top, 0, look->cast ? ROLE_ERROR : ROLE_TYPING, hint); /* the way out before the rest */
	if (screen && screen->title[0] && right - used > 8) {
		struct paint rest = paint_part(top, 0, used, 1, right - used - 3);

		used += paint_brief(rest, 0, 0, ROLE_DIM, screen->title);
		paint_text(top, 0, used, ROLE_DIM, " ");
	}
}

/* --- What is in it --- */

/* A guest's default colours are the theme's. */
static void draw_line(struct paint p, int row, const struct vt_glyph *line, int cols, int from)
{
	if (from < cols)
		paint_row(p, row, 0, line + from, cols - from);
}

/* The least move that brings the cursor in. */
static int follow(int pan, int cursor, int view, int canvas, bool visible)
{
	if (visible && cursor < pan)
		pan = cursor;
	if (visible && cursor >= pan + view)
		pan = cursor - view + 1;
	if (pan > canvas - view)
		pan = canvas - view;
	return pan < 0 ? 0 : pan;
}

static bool row_is_blank(const struct screen *screen, int r)
{
	const struct vt_glyph *row = screen_row(screen, r);

	for (int c = 0; c < screen->cols; c++)
		if (row[c].n && !(row[c].n == 1 && row[c].cp[0] == ' '))
			return false;
	return true;
}

/* The last row that shows something: what a program that hides its cursor asks
 * is usually there. */
static int last_row(const struct screen *screen)
{
	int r = screen->rows - 1;

	while (r > 0 && row_is_blank(screen, r))
		r--;
	return r;
}

static bool blank(const struct screen *screen)
{
	return screen->end - screen->first <= (uint64_t)screen->rows && last_row(screen) == 0 &&
	       row_is_blank(screen, 0);
}

/* What part of the canvas is in sight. False when that is another than before. */
static bool pan(struct deck_session *s, const struct screen *screen, int rows, int cols)
{
	int row = screen->cursor_visible ? screen->cursor_row : last_row(screen);
	int pan_row = s->pan_row, pan_col = s->pan_col;

	s->pan_row = follow(s->pan_row, row, rows, screen->rows, true);
	/* Lines begin at the left: back to it as soon as the cursor allows. */
	s->pan_col = follow(0, screen->cursor_col, cols, screen->cols, screen->cursor_visible);
	return pan_row == s->pan_row && pan_col == s->pan_col;
}

static void draw_cursor(struct paint p, const struct deck_session *s, const struct screen *screen,
			const struct pane_look *look)
{
	if (screen->cursor_visible && (look->typing || (look->cast && look->selected)))
		paint_cursor(p, screen->cursor_row - s->pan_row, screen->cursor_col - s->pan_col);
}

static void draw_live(struct paint p, struct deck_session *s, const struct screen *screen,
		      const struct pane_look *look)
{
	pan(s, screen, p.rows, p.cols);
	for (int r = 0; r < p.rows && s->pan_row + r < screen->rows; r++)
		draw_line(p, r, screen_row(screen, s->pan_row + r), screen->cols, s->pan_col);
	draw_cursor(p, s, screen, look);
	s->live = true;
	s->drawn = screen->version;
}

static void draw_marks(struct paint p, int row, const struct scroll *s, uint64_t line)
{
	const struct vt_glyph *cells = scroll_line(s, line);
	int a, b;

	for (int at = 0; cells && scroll_match(s, cells, at, &a, &b); at = a + b)
		paint_restyle(p, row, a - s->left, b, ROLE_SEARCH_HIT);
	if (s->hit && s->match.line == line)
		paint_restyle(p, row, s->match.col - s->left, s->match_len, ROLE_SELECT);
	if (scroll_selected(s, line, &a, &b))
		paint_restyle(p, row, a - s->left, b - a, ROLE_SELECT);
}

static void draw_scroll(struct paint p, struct deck_session *s, bool focus)
{
	struct scroll *sc = &s->scroll;

	scroll_settle(sc, &s->client, p.rows);
	for (int r = 0; r < p.rows; r++) {
		uint64_t line = sc->top + (uint64_t)r;
		const struct vt_glyph *cells = scroll_line(sc, line);

		if (cells)
			draw_line(p, r, cells, sc->cols, sc->left);
		draw_marks(p, r, sc, line);
	}
	if (focus)
		paint_cursor(p, (int)(sc->at.line - sc->top), sc->at.col - sc->left);
}

/* On the frame's right side: where in the history the view is. */
static void draw_scrollbar(struct paint p, const struct deck_session *s)
{
	const struct screen *screen = &s->client.screen;
	uint64_t all = screen->end - screen->first, rows = (uint64_t)(p.rows - 2);
	uint64_t at, n;

	if (p.rows < 4 || all <= rows)
		return;
	n = rows * rows / all + 1;
	at = (s->scroll.top - screen->first) * (rows - n) / (all - rows);
	for (uint64_t i = 0; i < n && at + i < rows; i++)
		paint_text(p, (int)(at + i) + 1, p.cols - 1, ROLE_SCROLLBAR,
			   paint_sign(p.s, "█", "#"));
}

/* Over the last row: why it is over. */
static void draw_end(struct paint p, const struct session_record *r)
{
	struct paint line = paint_on(paint_part(p, p.rows - 1, 0, 1, p.cols),
				     r->state == SESSION_FAILED ? ROLE_ERROR : ROLE_NOTICE);

	paint_clear(line);
	paint_textf(line, 0, 1, line.base, "%s: %s%s%s", state_looks[r->state].word,
		    r->cause[0] ? r->cause : "", r->hint[0] ? "; " : "", r->hint);
}

void pane_draw(struct paint p, struct deck_session *s, const struct pane_look *look)
{
	const struct screen *screen = deck_screen(s);
	enum session_state state = s->record.state;
	struct paint in;

	p = paint_on(p, ROLE_TEXT);
	paint_clear(p);
	if (look->cast) /* unlike any other frame, without colours too */
		in = paint_heavy_box(p, look->cast_waits ? ROLE_BORDER : ROLE_ERROR);
	else
		in = paint_box(p, look->typing || look->selected ? ROLE_BORDER_FOCUS : ROLE_BORDER);
	draw_title(p, s, look);
	s->dirty = s->fresh = s->live = false;
	if (s->scroll.on && s->open) {
		draw_scroll(in, s, look->selected);
		draw_scrollbar(p, s);
	} else if (state == SESSION_STARTING || !screen ||
		   (state == SESSION_FAILED && blank(screen))) {
		struct estimate left = deck_estimate(s, look->now);

		timeline_draw(in, &s->record, &left, look->now);
	} else {
		draw_live(in, s, screen, look);
		if (!session_alive(state) && in.rows > 1)
			draw_end(in, &s->record);
	}
}

bool pane_update(struct paint p, struct deck_session *s, const struct pane_look *look)
{
	const struct screen *screen = deck_screen(s);
	struct paint in = paint_part(paint_on(p, ROLE_TEXT), 1, 1, p.rows - 2, p.cols - 2);

	if (s->dirty || !s->live || s->scroll.on || !screen || screen->whole > s->drawn ||
	    !session_alive(s->record.state) || p.rows < 3 || p.cols < 3 ||
	    !pan(s, screen, in.rows, in.cols))
		return false;
	for (int r = 0; r < in.rows && s->pan_row + r < screen->rows; r++) {
		if (screen->changed[s->pan_row + r] <= s->drawn)
			continue;
		paint_clear(paint_part(in, r, 0, 1, in.cols));
		draw_line(in, r, screen_row(screen, s->pan_row + r), screen->cols, s->pan_col);
	}
	draw_cursor(in, s, screen, look);
	s->fresh = false;
	s->drawn = screen->version;
	return true;
}

bool pane_locate(const struct deck_session *s, int rows, int cols, int row, int col,
		 int *canvas_row, int *canvas_col)
{
	if (row < 1 || col < 1 || row >= rows - 1 || col >= cols - 1)
		return false;
	*canvas_row = row - 1 + s->pan_row;
	*canvas_col = col - 1 + s->pan_col;
	return true;
}
