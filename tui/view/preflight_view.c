/* The modal's picture. */
#include "tui/view/preflight.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/list.h"
#include "engine/check/report.h"

enum { SIDE_BY_SIDE = 72, LEFT_COLS = 34 };

static const struct look {
	const char *sign, *ascii, *word;
	enum theme_role role;
} looks[CHECK_STATUS_COUNT] = {
	[CHECK_OK] = { "✓", "+", "ok", ROLE_CHECK_OK },
	[CHECK_INFO] = { "i", "i", "info", ROLE_CHECK_INFO },
	[CHECK_WARN] = { "!", "!", "warn", ROLE_CHECK_WARN },
	[CHECK_FAILED] = { "✕", "x", "fail", ROLE_CHECK_FAIL },
	[CHECK_SKIP] = { "·", "-", "skip", ROLE_DIM },
	[CHECK_UNKNOWN] = { "?", "?", "unknown", ROLE_CHECK_WARN },
};

static const struct look *look_of(const struct check_record *r)
{
	static const struct look waiting = { "…", ".", "asking", ROLE_DIM };

	return r->done ? &looks[r->status] : &waiting;
}

/* --- Which are shown --- */

static bool ignored(const struct preflight *p, const struct check_record *r)
{
	return ignored_has(&p->ignored, r);
}

static bool shown(const struct preflight *p, const struct check_record *r)
{
	if (p->passed || !r->done)
		return true;
	return !ignored(p, r) && (record_concerns(r) || r->status == CHECK_INFO ||
				  r->status == CHECK_WARN || r->status == CHECK_FAILED);
}

const struct check_record *preflight_current(const struct preflight *p)
{
	const struct check_record *rows[CHECKS_MAX];
	size_t n = preflight_rows(p, rows);

	for (size_t i = 0; i < n && p->at; i++)
		if (strcmp(rows[i]->id, p->at) == 0)
			return rows[i];
	return n ? rows[0] : NULL;
}

size_t preflight_rows(const struct preflight *p, const struct check_record *out[CHECKS_MAX])
{
	const struct report *all = p->report;
	size_t n = 0;

	for (int g = 0; g < CHECK_GROUP_COUNT; g++)
		for (size_t i = 0; i < all->n && n < CHECKS_MAX; i++)
			if ((int)all->records[i].group == g && shown(p, &all->records[i]))
				out[n++] = &all->records[i];
	return n;
}

/* --- The list --- */

static void draw_group(struct paint p, int row, const struct preflight *v, int group)
{
	const struct look *l = &looks[report_group(v->report, (enum check_group)group)];

	paint_text(p, row, 1, l->role, paint_sign(p.s, l->sign, l->ascii));
	paint_text(p, row, 3, ROLE_TITLE, check_group_titles[group]);
}

static void draw_check(struct paint p, int row, const struct preflight *v,
		       const struct check_record *r, bool lit)
{
	const struct look *l = look_of(r);
	int col = 3;

	if (ignored(v, r)) {
		paint_right(p, row, ROLE_DIM, "ignored");
		p.cols -= 8;
	}

	paint_text(p, row, col, l->role, paint_sign(p.s, l->sign, l->ascii));
	col += 2 + paint_text(p, row, col + 2, ROLE_DIM, r->id) + 1;
	paint_text(p, row, col, r->running ? ROLE_DIM : ROLE_MODAL, r->title);
	if (lit)
		paint_restyle(p, row, 0, p.cols, ROLE_SELECT);
}

static void draw_list(struct paint p, struct preflight *v)
{
	const struct check_record *rows[CHECKS_MAX], *now = preflight_current(v);
	size_t n = preflight_rows(v, rows);
	int line = 0, at = 0, group = -1;
	char way[KEY_WAY_CAP];

	for (size_t i = 0; i < n; i++) { /* the line of the cursor */
		line += (int)rows[i]->group != group;
		group = (int)rows[i]->group;
		if (rows[i] == now)
			at = line;
		line++;
	}
	if (at - 1 < v->top)
		v->top = at > 0 ? at - 1 : 0;
	if (at >= v->top + p.rows)
		v->top = at - p.rows + 1;
	line = 0;
	group = -1;
	for (size_t i = 0; i < n; i++) {
		if ((int)rows[i]->group != group) {
			group = (int)rows[i]->group;
			if (line >= v->top && line < v->top + p.rows)
				draw_group(p, line - v->top, v, group);
			line++;
		}
		if (line >= v->top && line < v->top + p.rows)
			draw_check(p, line - v->top, v, rows[i], rows[i] == now);
		line++;
	}
	if (!n)
		paint_textf(p, 0, 1, ROLE_CHECK_OK, "all passed; %s shows them",
			    bindings_way(v->view.stage->bindings, ACTION_CHECK_PASSED, way));
}

/* --- The detail --- */

/* A column of text that may begin above the rectangle: what is scrolled away is
 * measured and not drawn. */
struct column {
	struct paint p;
	int row; /* from the top of the text */
	int top; /* the first row that is shown */
};

static struct paint rest(const struct column *c, int indent)
{
	int row = c->row - c->top;

	return paint_part(c->p, row, indent, c->p.rows - row, c->p.cols - indent);
}

static void put(struct column *c, int indent, enum theme_role role, const char *text)
{
	/* Above the edge a rectangle cannot begin: measured in one that can hold it. */
	if (c->row < c->top) {
		int rows = 1, col = 0;

		for (const char *at = text; *at;) {
			char word[512];
			size_t n = strcspn(at, " ");
			int w;

			snprintf(word, sizeof(word), "%.*s", (int)(n < 511 ? n : 511), at);
			w = text_columns(word);
			if (col && col + 1 + w > c->p.cols - indent) {
				rows++;
				col = 0;
			}
			col += w + (col != 0);
			at += n + (at[n] == ' ');
		}
		c->row += rows;
		return;
	}
	if (c->row - c->top < c->p.rows)
		c->row += paint_wrapped(rest(c, indent), 0, role, text);
}

static void put_fix(struct column *c, const struct preflight *v, const struct check_fix *f)
{
	char command[CHECK_COMMAND_MAX], line[CHECK_COMMAND_MAX + 4];
	bool lit = f == preflight_fix(v);

	put(c, 2, ROLE_MODAL, f->text);
	if (*check_fix_command(f, command, sizeof(command))) {
		snprintf(line, sizeof(line), "%s %s", lit ? ">" : "$", command);
		put(c, 2, lit ? ROLE_KEY : ROLE_DIM, line);
	}
	if (f->needs_relogin)
		put(c, 2, ROLE_DIM, "then log out and in again");
	if (f->needs_reboot)
		put(c, 2, ROLE_DIM, "then reboot");
}

static void put_head(struct column *c, const struct preflight *v, const struct check_record *r)
{
	const struct look *l = look_of(r);
	char line[160];

	snprintf(line, sizeof(line), "%s  %s", r->id, r->title);
	put(c, 0, ROLE_TITLE, line);
	snprintf(line, sizeof(line), "%s %s%s%s%s", paint_sign(c->p.s, l->sign, l->ascii), l->word,
		 r->done && record_blocks(r) ? ": blocks this launch" : "",
		 r->running && r->done ? " (asking again)" : "", ignored(v, r) ? " (ignored)" : "");
	put(c, 0, l->role, line);
	if (r->summary[0])
		put(c, 0, ROLE_MODAL, r->summary);
}

static const struct look *look_after(const struct check_record *r)
{
	return &looks[r->after_status];
}

static void draw_detail(struct paint p, const struct preflight *v, const struct check_record *r)
{
	struct column c = { .p = p, .top = v->alone ? v->scroll : 0 };
	char line[256], way[KEY_WAY_CAP];

	put_head(&c, v, r);
	if (r->after) {
		c.row++;
		put(&c, 0, ROLE_TITLE, "From inside");
		snprintf(line, sizeof(line), "%s %s", look_after(r)->word, r->after_said);
		put(&c, 2, look_after(r)->role, line);
	}
	if (r->n_seen) {
		c.row++;
		put(&c, 0, ROLE_TITLE, "Seen");
	}
	for (unsigned i = 0; i < r->n_seen; i++) {
		snprintf(line, sizeof(line), "%s: %s", r->seen[i].key, r->seen[i].value);
		put(&c, 2, ROLE_DIM, line);
	}
	if (r->why[0]) {
		c.row++;
		put(&c, 0, ROLE_TITLE, "Why");
		put(&c, 2, ROLE_MODAL, r->why);
	}
	if (r->n_fixes) {
		c.row++;
		put(&c, 0, ROLE_TITLE, r->n_fixes > 1 ? "Fix, any of" : "Fix");
	}
	for (unsigned i = 0; i < r->n_fixes; i++)
		put_fix(&c, v, &r->fixes[i]);
	snprintf(line, sizeof(line), "%s shows more",
		 bindings_way(v->view.stage->bindings, ACTION_CHECK_OPEN, way));
	if (c.row - c.top >= p.rows && !v->alone)
		paint_right(paint_part(p, p.rows - 1, 0, 1, p.cols), 0, ROLE_DIM, line);
}

void preflight_draw(struct view *view, struct paint screen)
{
	struct preflight *v = LIST_ITEM(view, struct preflight, view);
	int rows = screen.rows - 2, cols = screen.cols < 124 ? screen.cols : 120;
	struct paint in = view_box(screen, rows, cols, ROLE_MODAL, "preflight");
	const struct check_record *r = preflight_current(v);
	char word[48];
	enum theme_role role = preflight_word(v, word, sizeof(word));

	paint_right(paint_part(in, 0, 0, 1, in.cols - 1), 0, role, word);
	in = paint_part(in, 1, 0, in.rows - 1, in.cols);
	if (v->alone && r) {
		draw_detail(paint_part(in, 0, 2, in.rows, in.cols - 4), v, r);
		return;
	}
	if (in.cols < SIDE_BY_SIDE) {
		draw_list(in, v);
		return;
	}
	draw_list(paint_part(in, 0, 0, in.rows, LEFT_COLS), v);
	for (int i = 0; i < in.rows; i++)
		paint_text(in, i, LEFT_COLS, ROLE_BORDER, paint_sign(in.s, "│", "|"));
	if (r)
		draw_detail(paint_part(in, 0, LEFT_COLS + 2, in.rows, in.cols - LEFT_COLS - 3), v, r);
}
