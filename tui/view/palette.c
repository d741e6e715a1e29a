#include "tui/view/palette.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/list.h"
#include "tui/view/fuzzy.h"

enum { ROWS_MOST = 16, NAME_COLS = 24, KEY_COLS = 8 };

struct ranked {
	int score, index;
};

static int by_score(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;

	return a->score != b->score ? b->score - a->score : a->index - b->index;
}

/* A name counts for more than what kind of thing it is, that more than its help. */
static int score(const struct palette_item *item, const char *typed)
{
	char with_kind[PALETTE_NAME + 16];
	int s = fuzzy_score(typed, item->name);

	if (s)
		return s + 1000;
	snprintf(with_kind, sizeof(with_kind), "%s %s", item->kind, item->name);
	s = fuzzy_score(typed, with_kind);
	if (s)
		return s + 500;
	return strcasestr(item->help, typed) ? 1 : 0;
}

static void rank(struct palette *p)
{
	struct ranked all[PALETTE_MAX];
	int n = 0;

	for (int i = 0; i < p->n; i++) {
		int s = score(&p->items[i], p->edit.text);

		if (s)
			all[n++] = (struct ranked){ s, i };
	}
	if (p->edit.text[0])
		qsort(all, (size_t)n, sizeof(*all), by_score);
	for (int i = 0; i < n; i++)
		p->shown[i] = all[i].index;
	p->n_shown = n;
	p->at = p->top = 0;
}

static void draw_item(struct paint line, const struct palette_item *item)
{
	int name = line.cols < 60 ? line.cols - KEY_COLS - 11 : NAME_COLS, col = 1 + name + 1;

	paint_text(paint_part(line, 0, 1, 1, name), 0, 0, ROLE_MODAL, item->name);
	if (item->kind[0])
		col += paint_text(line, 0, col, ROLE_DIM, item->kind) + 1;
	if (line.cols >= 60)
		paint_text(paint_part(line, 0, col, 1, line.cols - col - KEY_COLS - 1), 0, 0, ROLE_DIM,
			   item->help);
	paint_right(paint_part(line, 0, line.cols - KEY_COLS - 1, 1, KEY_COLS), 0, ROLE_KEY, item->key);
}

static void draw(struct view *v, struct paint screen)
{
	struct palette *p = LIST_ITEM(v, struct palette, view);
	int rows = ROWS_MOST + 4, cols = screen.cols < 88 ? screen.cols : 84, col;
	struct paint in, list;

	if (rows > screen.rows - 2)
		rows = screen.rows - 2;
	in = view_box(screen, rows, cols, ROLE_MODAL, p->title[0] ? p->title : "go to, or do");
	col = 1 + paint_text(in, 0, 1, ROLE_KEY, ":") + 1;
	col += paint_text(in, 0, col, ROLE_INPUT, p->edit.text);
	list = paint_part(in, 2, 0, in.rows - 2, in.cols);
	if (p->at >= p->top + list.rows)
		p->top = p->at - list.rows + 1;
	if (p->at < p->top)
		p->top = p->at;
	for (int r = 0; r < list.rows && p->top + r < p->n_shown; r++) {
		struct paint line = paint_part(list, r, 0, 1, list.cols);

		draw_item(line, &p->items[p->shown[p->top + r]]);
		if (p->top + r == p->at)
			paint_restyle(line, 0, 0, line.cols, ROLE_SELECT);
	}
	if (!p->n_shown)
		paint_text(list, 0, 1, ROLE_DIM, "nothing has such a name");
	else if (p->n_shown > list.rows)
		paint_right(paint_part(in, 0, 0, 1, in.cols - 1), 0, ROLE_DIM, "more below");
	paint_cursor(in, 0, col);
}

static void end(struct palette *p, bool take)
{
	const struct palette_item *item = take && p->n_shown ? &p->items[p->shown[p->at]] : NULL;

	if (p->lit)
		p->lit(p, NULL);
	p->view.stage->ops->close(p->view.stage, &p->view);
	if (item)
		p->taken(p, item);
}

static void step(struct palette *p, int by)
{
	p->at += by;
	p->at = p->at < 0 ? p->n_shown - 1 : p->at >= p->n_shown ? 0 : p->at;
	if (p->at < 0)
		p->at = 0;
}

static void tell_lit(struct palette *p)
{
	if (p->lit)
		p->lit(p, p->n_shown ? &p->items[p->shown[p->at]] : NULL);
}

static bool key(struct view *v, struct key k)
{
	struct palette *p = LIST_ITEM(v, struct palette, view);

	if (!edit_key(&p->edit, k))
		return false;
	rank(p);
	tell_lit(p);
	return true;
}

static bool act(struct view *v, enum action a)
{
	struct palette *p = LIST_ITEM(v, struct palette, view);

	switch (a) {
	case ACTION_LINE_TAKE: end(p, true); break;
	case ACTION_LINE_LEAVE: end(p, false); break;
	case ACTION_LINE_NEXT: step(p, 1), tell_lit(p); break;
	case ACTION_LINE_BEFORE: step(p, -1), tell_lit(p); break;
	default: return false; /* of anywhere */
	}
	return true;
}

static void paste(struct view *v, const char *text, size_t n)
{
	struct palette *p = LIST_ITEM(v, struct palette, view);

	edit_paste(&p->edit, text, n);
	rank(p);
	tell_lit(p);
}

static const struct view_ops ops = { "palette", CONTEXT_LINE, draw, key, act, paste, NULL };

int palette_open(struct palette *p, struct stage *stage)
{
	struct palette_item *items = p->items ? p->items : calloc(PALETTE_MAX, sizeof(*items));
	int *shown = p->shown ? p->shown : calloc(PALETTE_MAX, sizeof(*shown));

	*p = (struct palette){ .view = { &ops, stage }, .items = items, .shown = shown };
	return items && shown ? 0 : -1;
}

struct palette_item *palette_add(struct palette *p)
{
	if (p->n == PALETTE_MAX)
		return NULL;
	p->items[p->n] = (struct palette_item){ 0 };
	return &p->items[p->n++];
}

void palette_ready(struct palette *p)
{
	rank(p);
}

void palette_light(struct palette *p, const char *name)
{
	for (int i = 0; i < p->n_shown; i++)
		if (strcmp(p->items[p->shown[i]].name, name) == 0)
			p->at = i;
}

void palette_done(struct palette *p)
{
	free(p->items);
	free(p->shown);
	*p = (struct palette){ 0 };
}
