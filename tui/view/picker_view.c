#include "tui/view/picker_view.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/list.h"
#include "engine/vt/vt.h"

static const struct picker_detail *detail(const struct picker_view *v,
					  const struct picker_item *item)
{
	return &v->details[item - v->picker.items];
}

static void keep_in(int *top, int at, int rows)
{
	if (at < *top)
		*top = at;
	if (at >= *top + rows)
		*top = at - rows + 1;
}

static void draw_agent(struct paint line, const struct picker_view *v,
		       const struct picker_item *item, int name_cols)
{
	const struct picker_detail *d = detail(v, item);
	unsigned times = picker_times(&v->picker, item->tag);
	enum theme_role role = item->blocked ? ROLE_DIM : item->marked ? ROLE_MARK : ROLE_MODAL;

	if (times > 1)
		paint_textf(line, 0, 1, ROLE_MARK, "%u", times);
	else if (times)
		paint_text(line, 0, 1, ROLE_MARK, paint_sign(line.s, "●", "*"));
	paint_text(paint_part(line, 0, 3, 1, name_cols), 0, 0, role, item->label);
	paint_text(line, 0, 4 + name_cols, ROLE_DIM, item->blocked ? d->reason : d->about);
}

static void draw_left(struct paint p, struct picker_view *v)
{
	const struct picker_item *item;
	int at = (int)picker_row(&v->picker), name_cols = 12;
	struct paint rows = paint_part(p, 1, 0, p.rows - 2, p.cols);

	for (size_t i = 0; (item = picker_shown(&v->picker, i)); i++)
		if (text_columns(item->label) > name_cols)
			name_cols = text_columns(item->label);
	if (v->filtering || v->picker.filter[0]) {
		int col = 1 + paint_text(p, 0, 1, ROLE_KEY, "/");

		col += paint_text(p, 0, col, ROLE_INPUT, v->filter.text);
		if (v->filtering)
			paint_cursor(p, 0, col);
	} else {
		paint_text(p, 0, 1, ROLE_TITLE, "agents");
	}
	keep_in(&v->top_left, at, rows.rows);
	for (int r = 0; r < rows.rows; r++) {
		struct paint line = paint_part(rows, r, 0, 1, rows.cols);

		item = picker_shown(&v->picker, (size_t)(v->top_left + r));
		if (!item)
			break;
		draw_agent(line, v, item, name_cols);
		if (item->tag == v->picker.at)
			paint_restyle(line, 0, 0, line.cols,
				      v->picker.right ? ROLE_MARK : ROLE_SELECT);
		if (item->tag == v->picker.at && !v->picker.right && !v->filtering)
			paint_cursor(line, 0, 1);
	}
	item = picker_find(&v->picker, v->picker.at);
	if (item)
		paint_text(p, p.rows - 1, 1, ROLE_DIM, item->blocked ? detail(v, item)->reason :
							       detail(v, item)->title);
	else
		paint_text(rows, 0, 1, ROLE_DIM, v->picker.n ? "none match" : "no agents");
}

static void draw_nothing_chosen(struct paint p, const struct bindings *b)
{
	char text[200], choose[KEY_WAY_CAP], launch[KEY_WAY_CAP];

	snprintf(text, sizeof(text), "nothing yet: %s chooses; %s alone launches the one under the cursor",
		 bindings_way(b, ACTION_PICK_TOGGLE, choose), bindings_way(b, ACTION_PICK_LAUNCH, launch));
	paint_wrapped(p, 0, ROLE_DIM, text);
}

static void draw_right(struct paint p, struct picker_view *v)
{
	const struct picker *pk = &v->picker;
	struct paint rows = paint_part(p, 1, 0, p.rows - 1, p.cols);

	paint_textf(p, 0, 1, ROLE_TITLE, "launch order  %zu", pk->n_chosen);
	keep_in(&v->top_right, (int)pk->at_chosen, rows.rows);
	for (int r = 0; r < rows.rows; r++) {
		size_t i = (size_t)(v->top_right + r);
		const struct picker_item *item;
		struct paint line = paint_part(rows, r, 0, 1, rows.cols);

		if (i >= pk->n_chosen)
			break;
		item = picker_find(pk, pk->chosen[i]);
		paint_textf(line, 0, 1, ROLE_DIM, "%2zu", i + 1);
		paint_text(line, 0, 4, ROLE_MODAL, item ? item->label : "");
		if (i == pk->at_chosen && pk->right)
			paint_restyle(line, 0, 0, line.cols, ROLE_SELECT);
		if (i == pk->at_chosen && pk->right)
			paint_cursor(line, 0, 1);
	}
	if (!pk->n_chosen)
		draw_nothing_chosen(paint_part(rows, 0, 1, rows.rows, rows.cols - 2),
				    v->view.stage->bindings);
}

static void draw(struct view *view, struct paint screen)
{
	struct picker_view *v = LIST_ITEM(view, struct picker_view, view);
	int rows = (int)picker_count(&v->picker) + 6, cols = screen.cols < 100 ? screen.cols : 96;
	struct paint in;
	int left;

	if (rows < 14)
		rows = 14;
	if (rows > screen.rows - 2)
		rows = screen.rows - 2;
	in = view_box(screen, rows, cols, ROLE_MODAL, "launch");
	if (in.cols < 60) { /* one side at a time */
		if (v->picker.right)
			draw_right(in, v);
		else
			draw_left(in, v);
		return;
	}
	left = in.cols * 2 / 3;
	draw_left(paint_part(in, 0, 0, in.rows, left), v);
	for (int r = 0; r < in.rows; r++)
		paint_text(in, r, left, ROLE_BORDER, paint_sign(in.s, "│", "|"));
	draw_right(paint_part(in, 0, left + 1, in.rows, in.cols - left - 1), v);
}

static bool key(struct view *view, struct key k)
{
	struct picker_view *v = LIST_ITEM(view, struct picker_view, view);

	if (!v->filtering)
		return false;
	if (k.code == VT_KEY_ENTER || k.code == VT_KEY_DOWN || k.code == VT_KEY_TAB ||
	    k.code == VT_KEY_ESCAPE) {
		v->filtering = false;
		if (k.code == VT_KEY_ESCAPE) {
			edit_set(&v->filter, "");
			picker_filter(&v->picker, "");
		}
		return true;
	}
	if (k.code == ' ' && !k.mods) /* names have none: it chooses while one types */
		return false;
	if (edit_key(&v->filter, k)) {
		picker_filter(&v->picker, v->filter.text);
		return true;
	}
	return false;
}

static void blocked(struct picker_view *v)
{
	const struct picker_item *item = picker_find(&v->picker, v->picker.at);

	if (!v->picker.right && item && item->blocked)
		v->view.stage->ops->notice(v->view.stage, true, detail(v, item)->reason,
					   detail(v, item)->remedy);
}

static void cancel(struct picker_view *v)
{
	v->view.stage->ops->close(v->view.stage, &v->view);
}

static void enter(struct picker_view *v)
{
	if (v->picker.right) {
		picker_toggle(&v->picker);
		return;
	}
	if (!v->picker.n_chosen && !picker_toggle(&v->picker)) {
		blocked(v);
		return;
	}
	cancel(v);
	v->launch(v);
}

static bool act(struct view *view, enum action a)
{
	struct picker_view *v = LIST_ITEM(view, struct picker_view, view);
	struct picker *p = &v->picker;

	switch (a) {
	case ACTION_PICK_LAUNCH: enter(v); break;
	case ACTION_PICK_TOGGLE:
		if (!picker_toggle(p))
			blocked(v);
		break;
	case ACTION_PICK_MORE:
		if (!picker_more(p))
			blocked(v);
		break;
	case ACTION_PICK_SIDE: picker_side(p); break;
	case ACTION_PICK_CARRY_DOWN: picker_carry(p, 1); break;
	case ACTION_PICK_CARRY_UP: picker_carry(p, -1); break;
	case ACTION_PICK_FILTER: v->filtering = true; break;
	case ACTION_PICK_DOWN: picker_move(p, 1); break;
	case ACTION_PICK_UP: picker_move(p, -1); break;
	case ACTION_PICK_FIRST: picker_move(p, INT_MIN); break;
	case ACTION_PICK_LAST: picker_move(p, INT_MAX); break;
	case ACTION_PICK_BUILD:
		if (!p->right && p->at)
			v->build(v, p->at);
		break;
	case ACTION_PICK_CLEAR: picker_clear(p); break;
	case ACTION_PICK_CANCEL: cancel(v); break;
	default: return false;
	}
	return true;
}

static void paste(struct view *view, const char *text, size_t n)
{
	struct picker_view *v = LIST_ITEM(view, struct picker_view, view);

	if (!v->filtering)
		return;
	edit_paste(&v->filter, text, n);
	picker_filter(&v->picker, v->filter.text);
}

static const struct view_ops ops = { "picker", CONTEXT_PICKER, draw, key, act, paste, NULL };

void picker_view_open(struct picker_view *v, struct stage *stage)
{
	v->view = (struct view){ &ops, stage };
	v->filtering = false;
	edit_set(&v->filter, "");
	picker_filter(&v->picker, "");
}
