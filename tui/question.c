#include "tui/question.h"

#include <stdarg.h>
#include <stdio.h>

#include "engine/base/list.h"

static void draw(struct view *v, struct paint screen)
{
	struct question *q = LIST_ITEM(v, struct question, view);
	int cols = screen.cols < 64 ? screen.cols : 64;
	struct paint in = view_box(screen, q->detail[0] ? 9 : 7, cols, ROLE_MODAL_DANGER, "");
	struct paint text = paint_part(in, 1, 2, in.rows - 3, in.cols - 4);
	int row = paint_wrapped(text, 0, ROLE_MODAL_DANGER, q->text), no, col = 2;

	if (q->detail[0])
		paint_wrapped(text, row, ROLE_MODAL_DANGER, q->detail);
	row = in.rows - 2;
	no = paint_textf(in, row, col, ROLE_MODAL_DANGER, "  %s  ", q->no);
	if (!q->lit_yes)
		paint_restyle(in, row, col, no, ROLE_SELECT);
	col += no + 2;
	no = paint_textf(in, row, col, ROLE_MODAL_DANGER, "  %s  ", q->yes);
	if (q->lit_yes)
		paint_restyle(in, row, col, no, ROLE_SELECT);
}

static void answer(struct question *q, bool yes)
{
	q->view.stage->ops->close(q->view.stage, &q->view);
	q->answered(q, yes);
}

static bool act(struct view *v, enum action a)
{
	struct question *q = LIST_ITEM(v, struct question, view);

	if (a == ACTION_ANSWER_OTHER)
		q->lit_yes = !q->lit_yes;
	else if (a == ACTION_ANSWER_TAKE)
		answer(q, q->lit_yes);
	else if (a == ACTION_ANSWER_YES || a == ACTION_ANSWER_NO)
		answer(q, a == ACTION_ANSWER_YES);
	else
		return false;
	return true;
}

static const struct view_ops ops = { "question", CONTEXT_QUESTION, draw, NULL, act, NULL };

void question_ask(struct question *q, struct stage *stage, const char *no, const char *yes,
		  const char *detail, const char *fmt, ...)
{
	va_list ap;

	q->view = (struct view){ &ops, stage };
	q->lit_yes = false;
	snprintf(q->no, sizeof(q->no), "%s", no);
	snprintf(q->yes, sizeof(q->yes), "%s", yes);
	snprintf(q->detail, sizeof(q->detail), "%s", detail);
	va_start(ap, fmt);
	vsnprintf(q->text, sizeof(q->text), fmt, ap);
	va_end(ap);
}
