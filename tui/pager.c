#include "tui/pager.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/list.h"
#include "engine/base/own.h"
#include "engine/base/text.h"

enum { TEXT_CAP = 4 << 20, LINE = 1024 };

static int count_lines(const struct pager *p)
{
	const uint8_t *t = bytes_front(&p->text);
	int n = 0;

	for (size_t i = 0; i < p->text.len; i++)
		n += t[i] == '\n';
	return n;
}

static void settle(struct pager *p)
{
	int most = count_lines(p) - (p->rows > 0 ? p->rows : 1);

	if (p->top > most)
		p->top = most;
	if (p->top < 0)
		p->top = 0;
}

static void draw_line(struct paint in, int row, int key_cols, const char *text, size_t n)
{
	const char *tab = memchr(text, '\t', n);
	char line[LINE];
	int col = 1;

	if (tab) {
		text_clean(line, sizeof(line), text, (size_t)(tab - text), false);
		paint_text(paint_part(in, row, 0, 1, key_cols + 2), 0, 2, ROLE_KEY, line);
		n -= (size_t)(tab + 1 - text);
		text = tab + 1;
		col = key_cols + 3;
	}
	text_clean(line, sizeof(line), text, n, false);
	paint_text(in, row, col, ROLE_MODAL, line);
}

static void draw(struct view *v, struct paint screen)
{
	struct pager *p = LIST_ITEM(v, struct pager, view);
	struct paint in = view_box(screen, screen.rows - 2, screen.cols < 104 ? screen.cols : 100,
				   ROLE_MODAL, p->title);
	const char *t = (const char *)bytes_front(&p->text), *end = t + p->text.len;

	p->rows = in.rows;
	settle(p);
	for (int i = 0; t < end; i++) {
		const char *nl = memchr(t, '\n', (size_t)(end - t));
		size_t n = nl ? (size_t)(nl - t) : (size_t)(end - t);

		if (i >= p->top + in.rows)
			break;
		if (i >= p->top)
			draw_line(in, i - p->top, p->key_cols, t, n);
		t += n + 1;
	}
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

static const struct view_ops ops = { "pager", CONTEXT_PAGER, draw, NULL, act, NULL };

void pager_open(struct pager *p, struct stage *stage, const char *title)
{
	pager_done(p);
	*p = (struct pager){ .view = { &ops, stage }, .key_cols = 18 };
	bytes_init(&p->text, TEXT_CAP);
	snprintf(p->title, sizeof(p->title), "%s", title);
}

void pager_set(struct pager *p, const char *text, size_t n, bool tail)
{
	AUTO_FREE char *clean = malloc(n * 3 + 2);

	bytes_clear(&p->text);
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
}
