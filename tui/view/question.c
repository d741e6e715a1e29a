#include "tui/view/question.h"

#include <stdarg.h>
#include <stdio.h>

#include "engine/base/list.h"

static int answers_width(const struct question *q)
{
	int n = 0;

	for (int i = 0; i < QUESTION_ANSWERS; i++)
		n += q->answers[i][0] ? text_columns(q->answers[i]) + 5 : 0;
	return n;
}

static void draw(struct view *v, struct paint screen)
{
	struct question *q = LIST_ITEM(v, struct question, view);
	int cols = screen.cols < 68 ? screen.cols : 68;
	struct paint width = paint_part(screen, 0, 0, 1, cols - 6);
	bool below = answers_width(q) > cols - 6; /* each on a row of its own */
	int rows = (below ? q->answers[QUESTION_ALSO][0] ? 2 : 1 : 0) + paint_measure(width, q->text) + paint_measure(width, q->detail) + 6;
	struct paint in = view_box(screen, rows, cols, ROLE_MODAL_DANGER, "");
	struct paint text = paint_part(in, rows > screen.rows ? 0 : 1, 2, in.rows - 3, in.cols - 4);
	int row = paint_wrapped(text, 0, ROLE_MODAL_DANGER, q->text), col = 2;

	if (q->detail[0])
		paint_wrapped(text, row, ROLE_MODAL_DANGER, q->detail);
	row = in.rows - 1 - (below ? q->answers[QUESTION_ALSO][0] ? 3 : 2 : 1);
	for (int i = 0; i < QUESTION_ANSWERS; i++) {
		int used;

		if (!q->answers[i][0])
			continue;
		used = paint_textf(in, row, col, ROLE_MODAL_DANGER, "  %s  ", q->answers[i]);
		if (i == q->lit) {
			paint_restyle(in, row, col, used, ROLE_SELECT);
			paint_cursor(in, row, col + 1);
		}
		col += below ? 0 : used + 1;
		row += below;
	}
}

static void answer(struct question *q, int i)
{
	q->also_taken = i == QUESTION_ALSO;
	q->view.stage->ops->close(q->view.stage, &q->view);
	q->answered(q, i != QUESTION_NO);
}

static void other(struct question *q, int by)
{
	do
		q->lit = (q->lit + by + QUESTION_ANSWERS) % QUESTION_ANSWERS;
	while (!q->answers[q->lit][0]);
}

static bool act(struct view *v, enum action a)
{
	struct question *q = LIST_ITEM(v, struct question, view);

	switch (a) {
	case ACTION_ANSWER_OTHER: other(q, 1); break;
	case ACTION_ANSWER_BEFORE: other(q, -1); break;
	case ACTION_ANSWER_TAKE: answer(q, q->lit); break;
	case ACTION_ANSWER_YES: answer(q, QUESTION_YES); break;
	case ACTION_ANSWER_NO: answer(q, QUESTION_NO); break;
	default: return false;
	}
	return true;
}

static const struct view_ops ops = { "question", CONTEXT_QUESTION, draw, NULL, act, NULL, NULL };

void question_ask(struct question *q, struct stage *stage, const char *no, const char *yes,
		  const char *detail, const char *fmt, ...)
{
	va_list ap;

	q->view = (struct view){ &ops, stage };
	q->lit = QUESTION_NO;
	q->also_taken = false;
	snprintf(q->answers[QUESTION_NO], sizeof(q->answers[0]), "%s", no);
	snprintf(q->answers[QUESTION_YES], sizeof(q->answers[0]), "%s", yes);
	q->answers[QUESTION_ALSO][0] = '\0';
	snprintf(q->detail, sizeof(q->detail), "%s", detail);
	va_start(ap, fmt);
	vsnprintf(q->text, sizeof(q->text), fmt, ap);
	va_end(ap);
}

void question_also(struct question *q, const char *also)
{
	snprintf(q->answers[QUESTION_ALSO], sizeof(q->answers[0]), "%s", also);
}
