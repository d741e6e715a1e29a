#include "tui/desk/player_view.h"

static int pan(int cursor, int view, int canvas)
{
	int from = cursor >= view ? cursor - view + 1 : 0;

	return from > canvas - view && canvas > view ? canvas - view : from;
}

static void draw_screen(struct paint in, const struct vt *vt)
{
	static struct vt_glyph row[VT_SIZE_MAX];
	const struct theme_style *text = &in.s->styles[ROLE_TEXT];
	struct vt_cursor c = vt_cursor(vt);
	int top = pan(c.row, in.rows, vt_rows(vt)), left = pan(c.col, in.cols, vt_cols(vt));

	for (int r = 0; r < in.rows && top + r < vt_rows(vt); r++) {
		vt_line(vt, vt_screen(vt) + (uint64_t)(top + r), row, vt_cols(vt));
		for (int i = 0; i < in.cols && left + i < vt_cols(vt); i++) {
			struct vt_glyph g = row[left + i];

			if ((g.fg & VT_COLOR_KIND) == VT_COLOR_DEFAULT)
				g.fg = text->fg;
			if ((g.bg & VT_COLOR_KIND) == VT_COLOR_DEFAULT)
				g.bg = text->bg;
			paint_glyph(in, r, i, &g);
		}
	}
	if (c.visible)
		paint_cursor(in, c.row - top, c.col - left);
}

/* What is left of the keys has room, or is not shown. */
static void draw_status(struct paint line, const struct playback *p, const struct player_look *look)
{
	static const char *const keys[] = { "Space pause  Left Right 5 s  + - speed  g again  q leave ",
					    "Space pause  + - speed  q leave ", "q leave " };
	const char *state = p->ended ? "end" : look->paused ? "paused" : "playing";
	int used;

	line = paint_on(line, ROLE_FOOTER);
	paint_clear(line);
	used = 1 + paint_textf(line, 0, 1, ROLE_TITLE, "%s", look->title);
	used += 2 + paint_textf(line, 0, used + 2, ROLE_FOOTER, "%s  %d:%02d  %gx%s%s", state,
				(int)p->at / 60, (int)p->at % 60, look->speed, p->mark[0] ? "  " : "",
				p->mark);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (used + 2 + text_columns(keys[i]) <= line.cols) {
			paint_right(line, 0, ROLE_FOOTER, keys[i]);
			return;
		}
}

void player_view_draw(struct surface *s, const struct playback *p, const struct player_look *look)
{
	struct paint all = paint_all(s);

	s->cursor_row = s->cursor_col = -1;
	paint_clear(all);
	if (all.rows > 1)
		draw_screen(paint_part(all, 0, 0, all.rows - 1, all.cols), p->vt);
	draw_status(paint_part(all, all.rows - 1, 0, 1, all.cols), p, look);
}
