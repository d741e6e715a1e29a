#include <stdlib.h>
#include <string.h>

#include "engine/vt/grid.h"

uint16_t vt_cell_attr(const struct vt_cell *c)
{
	unsigned line = (c->bg & CELL_LINE) >> CELL_LINE_SHIFT;

	return (c->fg & CELL_BOLD ? VT_BOLD : 0) | (c->fg & CELL_DIM ? VT_DIM : 0) |
	       (c->fg & CELL_ITALIC ? VT_ITALIC : 0) | (c->fg & CELL_BLINK ? VT_BLINK : 0) |
	       (c->fg & CELL_REVERSE ? VT_REVERSE : 0) | (c->fg & CELL_HIDDEN ? VT_HIDDEN : 0) |
	       (c->bg & CELL_STRIKE ? VT_STRIKE : 0) |
	       (line ? VT_UNDERLINE | line << VT_UL_SHIFT : 0);
}

void vt_cell_set_attr(struct vt_cell *c, uint16_t attr)
{
	c->fg = (c->fg & CELL_COLOR) | (attr & VT_BOLD ? CELL_BOLD : 0) |
		(attr & VT_DIM ? CELL_DIM : 0) | (attr & VT_ITALIC ? CELL_ITALIC : 0) |
		(attr & VT_BLINK ? CELL_BLINK : 0) | (attr & VT_REVERSE ? CELL_REVERSE : 0) |
		(attr & VT_HIDDEN ? CELL_HIDDEN : 0);
	c->bg = (c->bg & CELL_COLOR) | (attr & VT_STRIKE ? CELL_STRIKE : 0) |
		(uint32_t)(attr & VT_UL_MASK) >> VT_UL_SHIFT << CELL_LINE_SHIFT;
}

struct vt_row **vt_rows_new(int cols, int rows)
{
	size_t n = (size_t)rows;
	struct vt_row **list = calloc(n, sizeof(struct vt_row *) + sizeof(struct vt_row) +
						 (size_t)cols * sizeof(struct vt_cell));
	struct vt_row *row;
	struct vt_cell *cells;

	if (!list)
		return NULL;
	row = (struct vt_row *)(list + n);
	cells = (struct vt_cell *)(row + n);
	for (size_t i = 0; i < n; i++, row++, cells += cols) {
		list[i] = row;
		row->cells = cells;
		row->cols = (uint16_t)cols;
		row->dirty = true;
	}
	return list;
}

void vt_rows_reset(struct vt_row **rows, int n, struct vt_cell fill)
{
	for (int i = 0; i < n; i++)
		vt_row_reset(rows[i], fill);
}

void vt_row_reach(struct vt_row *r, int n)
{
	for (int i = r->len; i < n; i++)
		r->cells[i] = r->fill;
	if (r->len < n)
		r->len = (uint16_t)n;
}

void vt_row_split(struct vt_row *r, int col)
{
	if (!r->wide || col <= 0 || col >= r->len || !(r->cells[col].ch & CELL_TAIL))
		return;
	r->cells[col - 1].ch &= CELL_UL;
	r->cells[col].ch &= CELL_UL;
}

static bool same(const struct vt_cell *a, const struct vt_cell *b)
{
	return a->ch == b->ch && a->fg == b->fg && a->bg == b->bg;
}

void vt_row_erase(struct vt_row *r, int from, int to, struct vt_cell blank)
{
	r->dirty = true;
	if (to > r->cols)
		to = r->cols;
	if (from >= to)
		return;

	vt_row_split(r, from);
	vt_row_split(r, to);
	if (to == r->cols) {
		r->wrapped = false;
		if (from > r->len && !same(&r->fill, &blank))
			vt_row_reach(r, from);
		if (from <= r->len)
			r->len = (uint16_t)from;
		r->fill = blank;
		if (!from)
			r->wide = false;
		return;
	}
	if (from >= r->len && same(&r->fill, &blank))
		return;
	vt_row_reach(r, to);
	for (int i = from; i < to; i++)
		r->cells[i] = blank;
}

void vt_row_insert(struct vt_row *r, int col, int n, struct vt_cell blank)
{
	r->dirty = true;
	r->wrapped = false;
	if (n > r->cols - col)
		n = r->cols - col;

	vt_row_split(r, col);
	vt_row_split(r, r->cols - n);
	if (col >= r->len && same(&r->fill, &blank))
		return;
	vt_row_reach(r, col);

	int len = r->len + n < r->cols ? r->len + n : r->cols;

	memmove(&r->cells[col + n], &r->cells[col],
		(size_t)(len - col - n) * sizeof(r->cells[0]));
	for (int i = col; i < col + n; i++)
		r->cells[i] = blank;
	r->len = (uint16_t)len;
}

void vt_row_delete(struct vt_row *r, int col, int n, struct vt_cell blank)
{
	r->dirty = true;
	r->wrapped = false;
	if (n > r->cols - col)
		n = r->cols - col;

	vt_row_split(r, col);
	vt_row_split(r, col + n);
	if (!same(&r->fill, &blank))
		vt_row_reach(r, r->cols);
	if (col >= r->len)
		return;

	int keep = r->len - col - n > 0 ? r->len - col - n : 0;

	memmove(&r->cells[col], &r->cells[col + n], (size_t)keep * sizeof(r->cells[0]));
	r->len = (uint16_t)(col + keep);
	if (r->len + n == r->cols) /* what moved in from the right */
		r->fill = blank;
}

int vt_row_used(const struct vt_row *r)
{
	int n = r->len;

	if (r->fill.ch & CELL_CP || r->fill.bg || r->fill.fg & CELL_REVERSE)
		return r->cols;
	while (n && !(r->cells[n - 1].ch & (CELL_CP | CELL_TAIL)) && !r->cells[n - 1].bg &&
	       !(r->cells[n - 1].fg & CELL_REVERSE))
		n--;
	return n;
}
