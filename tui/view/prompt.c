#include "tui/view/prompt.h"

#include "engine/base/list.h"

static void draw(struct view *v, struct paint screen)
{
	struct prompt *p = LIST_ITEM(v, struct prompt, view);
	struct paint line = paint_on(paint_part(screen, screen.rows - 1, 0, 1, screen.cols),
				     ROLE_INPUT);
	const char *text = p->edit.text;
	int col, room;

	paint_clear(line);
	col = 1 + paint_text(line, 0, 1, ROLE_KEY, p->sign) + 1;
	room = line.cols - col - 2;
	while (text_columns(text) > room && *text) /* the end is where one types */
		do
			text++;
		while ((*text & 0xc0) == 0x80);
	col += paint_text(line, 0, col, ROLE_INPUT, text);
	paint_cursor(line, 0, col);
}

static void end(struct prompt *p, bool taken)
{
	p->view.stage->ops->close(p->view.stage, &p->view);
	p->ended(p, taken);
}

static bool key(struct view *v, struct key k)
{
	struct prompt *p = LIST_ITEM(v, struct prompt, view);

	if (!edit_key(&p->edit, k))
		return false;
	if (p->changed)
		p->changed(p);
	return true;
}

static bool act(struct view *v, enum action a)
{
	struct prompt *p = LIST_ITEM(v, struct prompt, view);

	if (a == ACTION_LINE_TAKE || a == ACTION_LINE_LEAVE)
		end(p, a == ACTION_LINE_TAKE);
	return action_rows[a].context == CONTEXT_LINE;
}

static void paste(struct view *v, const char *text, size_t n)
{
	struct prompt *p = LIST_ITEM(v, struct prompt, view);

	edit_paste(&p->edit, text, n);
	if (p->changed)
		p->changed(p);
}

static const struct view_ops ops = { "prompt", CONTEXT_LINE, draw, key, act, paste, NULL };

void prompt_open(struct prompt *p, struct stage *stage, const char *sign, const char *text)
{
	*p = (struct prompt){ .view = { &ops, stage }, .sign = sign };
	edit_set(&p->edit, text);
}
