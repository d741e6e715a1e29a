#include "tui/prompt.h"

#include "engine/base/list.h"
#include "engine/vt/vt.h"

static int count_choices(struct prompt *p)
{
	char word[64], help[96];
	int n = 0;

	while (p->choice && n < PROMPT_CHOICES &&
	       p->choice(p, n, word, sizeof(word), help, sizeof(help)))
		n++;
	return n;
}

static void draw_choices(struct prompt *p, struct paint screen)
{
	int n = count_choices(p), cols = screen.cols < 70 ? screen.cols : 70;
	struct paint box, in;

	if (!n || screen.rows < n + 4)
		return;
	box = paint_on(paint_part(screen, screen.rows - n - 3, 0, n + 2, cols), ROLE_MODAL);
	paint_clear(box);
	in = paint_box(box, ROLE_MODAL);
	for (int i = 0; i < n; i++) {
		char word[64], help[96];

		p->choice(p, i, word, sizeof(word), help, sizeof(help));
		paint_text(in, i, 1, ROLE_KEY, word);
		paint_text(in, i, 24, ROLE_MODAL, help);
		if (i == p->lit)
			paint_restyle(in, i, 0, in.cols, ROLE_SELECT);
	}
}

static void draw(struct view *v, struct paint screen)
{
	struct prompt *p = LIST_ITEM(v, struct prompt, view);
	struct paint line = paint_on(paint_part(screen, screen.rows - 1, 0, 1, screen.cols),
				     ROLE_INPUT);
	int col;

	draw_choices(p, screen);
	paint_clear(line);
	col = paint_text(line, 0, 1, ROLE_KEY, p->sign) + 1;
	col += paint_text(line, 0, col, ROLE_INPUT, p->edit.text);
	paint_cursor(line, 0, col);
}

static void end(struct prompt *p, bool taken)
{
	p->view.stage->ops->close(p->view.stage, &p->view);
	p->ended(p, taken);
}

static void complete(struct prompt *p)
{
	char word[64], help[96];

	if (p->choice && p->choice(p, p->lit, word, sizeof(word), help, sizeof(help)))
		edit_set(&p->edit, word);
}

static bool key(struct view *v, struct key k)
{
	struct prompt *p = LIST_ITEM(v, struct prompt, view);
	int n = count_choices(p);

	if (k.code == VT_KEY_ENTER) {
		complete(p);
		end(p, true);
	} else if (k.code == VT_KEY_ESCAPE || (k.mods == VT_CTRL && (k.code == 'c' || k.code == 'g'))) {
		end(p, false);
	} else if (k.code == VT_KEY_TAB) {
		complete(p);
	} else if (k.code == VT_KEY_DOWN) {
		p->lit = p->lit + 1 < n ? p->lit + 1 : 0;
	} else if (k.code == VT_KEY_UP) {
		p->lit = p->lit ? p->lit - 1 : n ? n - 1 : 0;
	} else if (edit_key(&p->edit, k)) {
		p->lit = 0;
		if (p->changed)
			p->changed(p);
	} else {
		return false;
	}
	return true;
}

static void paste(struct view *v, const char *text, size_t n)
{
	struct prompt *p = LIST_ITEM(v, struct prompt, view);

	edit_paste(&p->edit, text, n);
	if (p->changed)
		p->changed(p);
}

/* Its context has no bindings that it would let through. */
static const struct view_ops ops = { "prompt", CONTEXT_QUESTION, draw, key, NULL, paste };

void prompt_open(struct prompt *p, struct stage *stage, const char *sign, const char *text)
{
	*p = (struct prompt){ .view = { &ops, stage }, .sign = sign };
	edit_set(&p->edit, text);
}
