#include "tui/sessions_view.h"

#include <stdio.h>
#include <string.h>

#include "tui/filter.h"
#include "tui/state.h"

bool sessions_pass(const struct deck_session *s, const char *filter)
{
	char text[128];

	if (!filter[0])
		return true;
	snprintf(text, sizeof(text), "%s %s", s->id, s->record.agent);
	return filter_match(filter, text, session_state_names[s->record.state]);
}

struct deck_session *sessions_at(const struct deck *d, const char *filter, int index)
{
	for (size_t i = 0; i < d->n; i++)
		if (sessions_pass(d->sessions[i], filter) && index-- == 0)
			return d->sessions[i];
	return NULL;
}

static void draw_row(struct paint p, int row, int number, const struct deck_session *s,
		     const struct sessions_look *look)
{
	const struct state_look *state = &state_looks[s->record.state];
	enum theme_role role = s->marked ? ROLE_MARK : s->alive ? ROLE_TEXT : ROLE_DIM;
	bool selected = strcmp(s->id, look->selected) == 0;
	struct paint line = paint_part(p, row, 0, 1, p.cols);
	char brief[32];
	int end, w;

	state_brief(&s->record, look->now, brief, sizeof(brief));
	w = text_columns(brief);
	if (number)
		paint_textf(line, 0, 0, s->marked ? ROLE_MARK : ROLE_DIM, "%s%d", s->marked ? "+" : " ",
			    number);
	else if (s->marked)
		paint_text(line, 0, 0, ROLE_MARK, "+");
	paint_text(line, 0, 3, state->role, paint_sign(p.s, state->sign, state->ascii));
	end = line.cols - 1 - w;
	if (end < 12) /* the name matters more than a long word */
		end = line.cols - 1 - w < line.cols / 2 ? line.cols / 2 : end;
	paint_text(paint_part(line, 0, 5, 1, end - 6 > 0 ? end - 6 : 0), 0, 0, role, s->id);
	paint_text(paint_part(line, 0, end, 1, line.cols - 1 - end), 0, 0, state->role, brief);
	if (selected)
		paint_restyle(line, 0, 0, line.cols, look->focus ? ROLE_SELECT : ROLE_TITLE);
}

static int row_of(const struct deck *d, const struct sessions_look *look, int *total)
{
	int at = 0;

	*total = 0;
	for (size_t i = 0; i < d->n; i++) {
		if (!sessions_pass(d->sessions[i], look->filter))
			continue;
		if (strcmp(d->sessions[i]->id, look->selected) == 0)
			at = *total;
		++*total;
	}
	return at;
}

void sessions_draw(struct paint p, const struct deck *d, const struct sessions_look *look)
{
	struct paint in;
	int total, at = row_of(d, look, &total), number = 0, i = 0;
	static const char *const sorted[SORT_COUNT] = { "", " by state", " by name", " by age" };

	p = paint_on(p, ROLE_TEXT);
	paint_clear(p);
	in = paint_box(p, look->focus ? ROLE_BORDER_FOCUS : ROLE_BORDER);
	paint_textf(paint_part(p, 0, 1, 1, p.cols - 2), 0, 0, look->focus ? ROLE_TITLE : ROLE_DIM,
		    " sessions%s ", sorted[d->order->sort]);
	if (at < *look->top)
		*look->top = at;
	if (at >= *look->top + in.rows)
		*look->top = at - in.rows + 1;
	if (*look->top > 0 && *look->top > total - in.rows)
		*look->top = total > in.rows ? total - in.rows : 0;
	for (size_t k = 0; k < d->n; k++) {
		struct deck_session *s = d->sessions[k];
		int n;

		if (!sessions_pass(s, look->filter))
			continue;
		n = deck_paned(s) ? ++number : 0;
		if (i >= *look->top && i < *look->top + in.rows)
			draw_row(in, i - *look->top, n, s, look);
		i++;
	}
	if (!total)
		paint_text(in, 0, 1, ROLE_DIM, d->n ? "none match" : "none yet");
	if (d->problem[0])
		paint_wrapped(paint_part(in, 2, 1, in.rows - 2, in.cols - 2), 0, ROLE_ERROR,
			      d->problem);
}
