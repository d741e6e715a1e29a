#include "tui/view/pager.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/list.h"
#include "engine/base/own.h"
#include "engine/base/text.h"

enum { TEXT_CAP = 4 << 20, LINE = 1024 };

static int key_columns(const struct pager *p)
{
	return p->width < 60 ? p->width / 3 : p->key_cols;
}

/* Rows that a line takes at this width: text is broken at any column, what a key
 * does between words. */
static int rows_of(const struct pager *p, const char *text, size_t n)
{
	const char *tab = memchr(text, '\t', n);
	int keys = tab ? key_columns(p) + 3 : 1, width = p->width - keys - 1;
	char line[LINE];

	if (tab || p->prose) {
		struct surface none = { .rows = 1, .cols = width < 1 ? 1 : width };

		if (tab)
			n -= (size_t)(tab + 1 - text);
		text_clean(line, sizeof(line), tab ? tab + 1 : text, n, false);
		return paint_measure(paint_all(&none), line);
	}
	text_clean(line, sizeof(line), text, n, false);
	n = (size_t)text_columns(line);
	return width < 1 || !n ? 1 : ((int)n + width - 1) / width;
}

/* Where each line begins, and on which row: made anew when text or width change. */
static void measure(struct pager *p, int width)
{
	const char *t = (const char *)bytes_front(&p->text), *from = t, *end = t + p->text.len;
	uint32_t row = 0;

	if (p->measured == p->text.len && p->width == width)
		return;
	p->width = width;
	p->n_lines = 0;
	while (from < end) {
		const char *nl = memchr(from, '\n', (size_t)(end - from));
		size_t n = nl ? (size_t)(nl - from) : (size_t)(end - from);

		if (p->n_lines == p->lines_room) {
			size_t room = p->lines_room ? p->lines_room * 2 : 256;
			struct pager_line *more = realloc(p->lines, room * sizeof(*more));

			if (!more)
				break;
			p->lines = more;
			p->lines_room = room;
		}
		p->lines[p->n_lines++] = (struct pager_line){ (uint32_t)(from - t), (uint32_t)n, row };
		row += (uint32_t)rows_of(p, from, n);
		from += n + 1;
	}
	p->all_rows = row > INT_MAX / 2 ? INT_MAX / 2 : (int)row;
	p->measured = p->text.len;
}

static void settle(struct pager *p)
{
	int most = p->all_rows - (p->rows > 0 ? p->rows : 1);

	if (p->top > most)
		p->top = most;
	if (p->top < 0)
		p->top = 0;
}

/* `row` is of its first row, which may lie above. */
static void draw_line(const struct pager *p, struct paint in, int row, const char *text, size_t n)
{
	const char *tab = memchr(text, '\t', n);
	int keys = key_columns(p), width = p->width - 2;
	char line[LINE];

	if (tab) {
		struct paint help = paint_part(in, 0, keys + 3, in.rows, p->width - keys - 4);

		text_clean(line, sizeof(line), text, (size_t)(tab - text), false);
		paint_text(paint_part(in, 0, 0, in.rows, keys + 2), row, 2, ROLE_KEY, line);
		text_clean(line, sizeof(line), tab + 1, n - (size_t)(tab + 1 - text), false);
		paint_wrapped(help, row, ROLE_MODAL, line);
		return;
	}
	text_clean(line, sizeof(line), text, n, false);
	if (p->prose) {
		paint_wrapped(paint_part(in, 0, 1, in.rows, width), row, ROLE_MODAL, line);
		return;
	}
	for (const char *at = line; *at; row++) {
		struct paint rest = paint_part(in, 0, 1, in.rows, width);
		size_t used = paint_fit(at, width);

		if (!used)
			break;
		if (row >= 0) {
			char part[LINE];

			snprintf(part, sizeof(part), "%.*s", (int)used, at);
			paint_text(rest, row, 0, ROLE_MODAL, part);
		}
		at += used;
	}
}

static void draw(struct view *v, struct paint screen)
{
	struct pager *p = LIST_ITEM(v, struct pager, view);
	struct paint in = view_box(screen, screen.rows - 2, screen.cols < 104 ? screen.cols : 100,
				   ROLE_MODAL, p->title);
	const char *t = (const char *)bytes_front(&p->text);
	size_t i = 0;

	measure(p, in.cols);
	p->rows = in.rows;
	settle(p);
	while (i + 1 < p->n_lines && p->lines[i + 1].row <= (uint32_t)p->top)
		i++;
	for (; i < p->n_lines && (int)p->lines[i].row < p->top + in.rows; i++)
		draw_line(p, in, (int)p->lines[i].row - p->top, t + p->lines[i].from, p->lines[i].n);
	paint_cursor(in, 0, 0);
}

static bool act(struct view *v, enum action a)
{
	struct pager *p = LIST_ITEM(v, struct pager, view);
	int page = p->rows > 1 ? p->rows - 1 : 1;

	switch (a) {
	case ACTION_PAGER_DOWN: p->top++; break;
	case ACTION_PAGER_UP: p->top--; break;
	case ACTION_PAGER_PAGE_DOWN: p->top += page; break;
	case ACTION_PAGER_PAGE_UP: p->top -= page; break;
	case ACTION_PAGER_FIRST: p->top = 0; break;
	case ACTION_PAGER_LAST: p->top = INT_MAX / 2; break;
	case ACTION_PAGER_OTHER:
		if (p->other)
			p->other(p);
		break;
	case ACTION_HELP: /* its own key closes it */
	case ACTION_PAGER_CLOSE:
		v->stage->ops->close(v->stage, v);
		if (p->closed)
			p->closed(p);
		return true;
	default: return false;
	}
	settle(p);
	return true;
}

static const struct view_ops ops = { "pager", CONTEXT_PAGER, draw, NULL, act, NULL, NULL };

void pager_open(struct pager *p, struct stage *stage, const char *title)
{
	pager_done(p);
	*p = (struct pager){ .view = { &ops, stage }, .key_cols = 18, .measured = SIZE_MAX };
	bytes_init(&p->text, TEXT_CAP);
	snprintf(p->title, sizeof(p->title), "%s", title);
}

void pager_set(struct pager *p, const char *text, size_t n, bool tail)
{
	AUTO_FREE char *clean = malloc(n * 3 + 2);

	bytes_clear(&p->text);
	p->measured = SIZE_MAX;
	if (!clean)
		return;
	n = text_clean(clean, n * 3 + 1, text, n, true);
	if (n && clean[n - 1] != '\n')
		clean[n++] = '\n';
	bytes_add(&p->text, clean, n);
	p->top = tail ? INT_MAX / 2 : 0;
}

void pager_append(struct pager *p, const char *text, size_t n)
{
	AUTO_FREE char *clean = malloc(n * 3 + 1);

	if (!clean)
		return;
	n = text_clean(clean, n * 3 + 1, text, n, true);
	bytes_add(&p->text, clean, n);
	p->top = INT_MAX / 2;
}

void pager_addf(struct pager *p, const char *fmt, ...)
{
	char line[LINE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	bytes_add(&p->text, line, strlen(line));
}

void pager_done(struct pager *p)
{
	bytes_done(&p->text);
	memset(&p->text, 0, sizeof(p->text));
	free(p->lines);
	p->lines = NULL;
	p->n_lines = p->lines_room = 0;
}
