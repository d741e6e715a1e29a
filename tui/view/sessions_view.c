#include "tui/view/sessions_view.h"

#include <stdio.h>
#include <string.h>

#include "tui/view/figures.h"
#include "tui/view/state.h"
#include "tui/view/theme_accent.h"

enum { NAME_AT = 5, TABLE_NAME = 20, GAP = 2 };

/* --- One row --- */

static void draw_lead(struct paint line, const struct list_row *r)
{
	const struct deck_session *s = r->session;
	const struct state_look *state = &state_looks[s->record.state];

	if (r->number)
		paint_textf(line, 0, 0, s->marked ? ROLE_MARK : ROLE_DIM, "%s%d",
			    s->marked ? "+" : r->number < 10 ? " " : "", r->number);
	else if (s->marked)
		paint_text(line, 0, 0, ROLE_MARK, "+");
	paint_text(line, 0, 3, state->role, paint_sign(line.s, state->sign, state->ascii));
}

static enum theme_role name_role(const struct deck_session *s)
{
	return s->marked ? ROLE_MARK : s->alive ? ROLE_TEXT : ROLE_DIM;
}

/* Cut in its middle: sessions of one agent differ at the end. */
static void draw_name(struct paint p, const struct deck_session *s)
{
	const char *tail = strrchr(s->id, '-');
	int w = tail ? text_columns(tail) : 0;

	if (text_columns(s->id) <= p.cols || !tail || w > p.cols / 2) {
		paint_brief(p, 0, 0, name_role(s), s->id);
		return;
	}
	paint_brief(paint_part(p, 0, 0, 1, p.cols - w), 0, 0, name_role(s), s->id);
	paint_text(p, 0, p.cols - w, name_role(s), tail);
}

static void draw_brief(struct paint line, const struct list_row *r, int64_t now)
{
	const struct deck_session *s = r->session;
	char brief[32];
	int w, end, name = NAME_AT + text_columns(s->id) + 1;

	state_brief(&s->record, now, brief, sizeof(brief));
	w = text_columns(brief);
	end = line.cols - 1 - w;
	if (end < name && w > 4) /* the name matters more than a long word */
		end = name < line.cols - 5 ? name : line.cols - 5;
	draw_name(paint_part(line, 0, NAME_AT, 1, end - NAME_AT - 1 > 0 ? end - NAME_AT - 1 : 0), s);
	paint_text(paint_part(line, 0, end, 1, line.cols - 1 - end), 0, 0,
		   state_looks[s->record.state].role, brief);
}

static void draw_figures(struct paint line, const struct list_row *r, int n, int64_t now)
{
	const struct deck_session *s = r->session;
	int col = NAME_AT + TABLE_NAME;

	draw_name(paint_part(line, 0, NAME_AT, 1, TABLE_NAME), s);
	for (int i = 0; i < n; i++) {
		const struct figure *f = &figures[i];
		struct paint at = paint_part(line, 0, col + GAP, 1, f->cols);
		enum theme_role role = i == 0 ? state_looks[s->record.state].role : f->role;
		char text[48];

		f->text(&s->record, now, text, sizeof(text));
		if (f->right)
			paint_right(at, 0, role, text);
		else
			paint_text(at, 0, 0, role, text);
		col += GAP + f->cols;
	}
}

static void draw_heading(struct paint line, const struct list_row *r)
{
	int col = 1;

	col += paint_text(line, 0, col, ROLE_TITLE, r->label[0] ? r->label : "no label") + 1;
	col += paint_textf(line, 0, col, ROLE_DIM, "(%d)", r->number) + 1;
	if (r->asks)
		paint_textf(line, 0, col, ROLE_STATE_ASKS, "%u asks", r->asks);
}

static void draw_row(struct paint line, const struct list_row *r, int n_figures,
		     const struct sessions_look *look)
{
	if (!r->session) {
		draw_heading(line, r);
		return;
	}
	draw_lead(line, r);
	if (n_figures)
		draw_figures(line, r, n_figures, look->now);
	else
		draw_brief(line, r, look->now);
	if (r->session->alive)
		accent_paint(line, 0, NAME_AT, text_columns(r->session->id), r->session->record.accent);
	if (strcmp(r->session->id, look->selected) != 0)
		return;
	paint_restyle(line, 0, 0, line.cols, look->focus ? ROLE_SELECT : ROLE_TITLE);
	if (look->cursor)
		paint_cursor(line, 0, 3);
}

/* --- All of it --- */

static bool has_head(int rows, int cols)
{
	return figures_fit(cols - 2) > 0 && rows >= 6;
}

int sessions_row_at(int cols, int rows, int top, int row)
{
	row -= 1 + has_head(rows, cols);
	return row < 0 || row >= rows - 2 - has_head(rows, cols) ? -1 : top + row;
}

static void draw_head(struct paint line, int n)
{
	int col = NAME_AT + TABLE_NAME;

	paint_text(line, 0, NAME_AT, ROLE_DIM, "session");
	for (int i = 0; i < n; i++) {
		struct paint at = paint_part(line, 0, col + GAP, 1, figures[i].cols);

		if (figures[i].right)
			paint_right(at, 0, ROLE_DIM, figures[i].heading);
		else
			paint_text(at, 0, 0, ROLE_DIM, figures[i].heading);
		col += GAP + figures[i].cols;
	}
}

static void keep_top(int *top, int at, int total, int rows)
{
	if (at >= 0 && at < *top)
		*top = at;
	if (at >= *top + rows)
		*top = at - rows + 1;
	if (*top > total - rows)
		*top = total > rows ? total - rows : 0;
	if (*top == 1 && at == 1) /* a heading above the first one */
		*top = 0;
}

static void draw_title(struct paint p, const struct deck *d, bool focus, int above, int below)
{
	enum theme_role role = focus ? ROLE_TITLE : ROLE_DIM;
	struct paint top = paint_part(p, 0, 1, 1, p.cols - 2);
	const char *how = d->order->sort == SORT_OWN ? "" : order_sort_names[d->order->sort];
	char text[64];
	int col;

	snprintf(text, sizeof(text), " sessions%s%s%s ", how[0] ? " by " : "", how,
		 d->order->grouped ? ", grouped" : "");
	if (text_columns(text) > top.cols) /* that it is sessions is seen */
		snprintf(text, sizeof(text), " %s%s%s ", how[0] ? "by " : "", how,
			 d->order->grouped ? ", grouped" : "");
	col = paint_text(top, 0, 0, role, text);

	if (above && col + 6 < top.cols)
		paint_textf(top, 0, top.cols - 5, ROLE_DIM, " %s%-2d ", paint_sign(p.s, "↑", "^"),
			    above > 99 ? 99 : above);
	if (below)
		paint_textf(paint_part(p, p.rows - 1, 1, 1, p.cols - 2), 0, top.cols - 5, ROLE_DIM,
			    " %s%-2d ", paint_sign(p.s, "↓", "v"), below > 99 ? 99 : below);
}

void sessions_draw(struct paint p, const struct deck *d, const struct sessions_look *look)
{
	struct list_row rows[LIST_ROWS_MAX];
	int n = list_rows(d, look->filter, rows), at = list_row_of(rows, n, look->selected), figs;
	struct paint in;

	p = paint_on(p, ROLE_TEXT);
	paint_clear(p);
	figs = has_head(p.rows, p.cols) ? figures_fit(p.cols - 2) : 0;
	in = paint_box(p, look->focus ? ROLE_BORDER_FOCUS : ROLE_BORDER);
	if (figs) {
		draw_head(paint_part(in, 0, 0, 1, in.cols), figs);
		in = paint_part(in, 1, 0, in.rows - 1, in.cols);
	}
	keep_top(look->top, at, n, in.rows);
	draw_title(p, d, look->focus, *look->top, n - *look->top - in.rows > 0 ?
							   n - *look->top - in.rows : 0);
	for (int i = 0; i < in.rows && *look->top + i < n; i++)
		draw_row(paint_part(in, i, 0, 1, in.cols), &rows[*look->top + i], figs, look);
	if (!n)
		paint_text(in, 0, 1, ROLE_DIM, d->n ? "none match" : "none yet");
	if (d->problem[0])
		paint_wrapped(paint_part(in, 2, 1, in.rows - 2, in.cols - 2), 0, ROLE_ERROR,
			      d->problem);
}
