/*
 * The cursor and what moves with it: motion, scrolling within the margins,
 * erasing, saving, and the change between the two screens.
 */
#include <string.h>

#include "engine/vt/terminal.h"

void vt_goto(struct vt *vt, int row, int col)
{
	vt->at.row = row < 0 ? 0 : row >= vt->rows ? vt->rows - 1 : row;
	vt->at.col = col < 0 ? 0 : col >= vt->cols ? vt->cols - 1 : col;
	vt->at.pending = false;
}

void vt_touch_rows(struct vt *vt, int from, int to)
{
	for (int i = from; i <= to; i++)
		vt_row(vt, i)->dirty = true;
	vt->any_dirty = true;
}

/* Rows at the edges of a region that moved no longer go on where they did. */
static void break_wraps(struct vt *vt, int top, int bottom)
{
	if (top > 0)
		vt_row(vt, top - 1)->wrapped = false;
	vt_row(vt, bottom)->wrapped = false;
}

/* How many of the n rows from the top have something to keep: of a scroll by
 * many, the blank ones at the end are not worth a line of history each. */
static int worth_keeping(struct vt_row **rows, int n)
{
	while (n > 1 && !rows[n - 1]->len && !rows[n - 1]->fill.ch && !rows[n - 1]->fill.bg)
		n--;
	return n;
}

/* Move rows of the region up by n; `keep` lets those that leave the screen's
 * top into the history. */
void vt_scroll_up(struct vt *vt, int top, int bottom, int n, bool keep)
{
	struct vt_row **rows = vt->screen->rows, *gone[VT_SIZE_MAX];
	int height = bottom - top + 1, kept = 0;
	struct vt_cell blank = vt_blank(vt);

	if (n > height)
		n = height;
	keep = keep && top == 0 && vt->screen == &vt->main;
	if (keep)
		kept = worth_keeping(rows, n);
	if (!keep || bottom != vt->rows - 1)
		break_wraps(vt, top, bottom);

	for (int i = 0; i < n; i++) {
		gone[i] = rows[top + i];
		if (i < kept)
			vt_history_push(&vt->history, gone[i], vt_tables(vt));
		vt_row_reset(gone[i], blank);
	}
	memmove(&rows[top], &rows[top + n], (size_t)(height - n) * sizeof(struct vt_row *));
	memcpy(&rows[bottom + 1 - n], gone, (size_t)n * sizeof(struct vt_row *));
	vt->any_dirty = true;

	if (!keep) {
		vt_touch_rows(vt, top, bottom);
		return;
	}
	vt->scrolled += (uint64_t)kept;
	if (kept < n) /* what moved further than its number did */
		vt_touch_rows(vt, top, bottom);
	if (bottom + 1 < vt->rows) /* these stay and so change their numbers */
		vt_touch_rows(vt, bottom + 1, vt->rows - 1);
}

void vt_scroll_down(struct vt *vt, int top, int bottom, int n)
{
	struct vt_row **rows = vt->screen->rows, *gone[VT_SIZE_MAX];
	int height = bottom - top + 1;
	struct vt_cell blank = vt_blank(vt);

	if (n > height)
		n = height;
	for (int i = 0; i < n; i++) {
		gone[i] = rows[bottom - i];
		vt_row_reset(gone[i], blank);
	}
	memmove(&rows[top + n], &rows[top], (size_t)(height - n) * sizeof(struct vt_row *));
	memcpy(&rows[top], gone, (size_t)n * sizeof(struct vt_row *));
	break_wraps(vt, top, bottom);
	vt_touch_rows(vt, top, bottom);
}

void vt_index(struct vt *vt)
{
	if (vt->at.row == vt->bottom)
		vt_scroll_up(vt, vt->top, vt->bottom, 1, true);
	else if (vt->at.row < vt->rows - 1)
		vt->at.row++;
}

void vt_reverse_index(struct vt *vt)
{
	if (vt->at.row == vt->top)
		vt_scroll_down(vt, vt->top, vt->bottom, 1);
	else if (vt->at.row > 0)
		vt->at.row--;
}

void vt_erase_rows(struct vt *vt, int from, int to)
{
	vt_rows_reset(&vt->screen->rows[from], to - from, vt_blank(vt));
	if (from < to && from > 0)
		vt_row(vt, from - 1)->wrapped = false;
	vt->any_dirty = true;
}

void vt_save_cursor(struct vt *vt)
{
	struct vt_saved *s = &vt->screen->saved;

	s->at = vt->at;
	s->pen = vt->pen;
	s->origin = vt->modes & MODE_ORIGIN;
	memcpy(s->charset, vt->charset, sizeof(s->charset));
	s->gl = vt->gl;
}

void vt_restore_cursor(struct vt *vt)
{
	const struct vt_saved *s = &vt->screen->saved;

	vt_goto(vt, s->at.row, s->at.col);
	vt->at.pending = s->at.pending && vt->at.col == vt->cols - 1;
	vt->pen = s->pen;
	vt->modes = s->origin ? vt->modes | MODE_ORIGIN : vt->modes & ~(uint32_t)MODE_ORIGIN;
	memcpy(vt->charset, s->charset, sizeof(vt->charset));
	vt->gl = s->gl;
	vt_update_plain(vt);
}

void vt_set_alt(struct vt *vt, bool on)
{
	struct vt_screen *want = on ? &vt->alt : &vt->main;

	if (vt->screen == want)
		return;
	vt->screen = want;
	vt->modes = on ? vt->modes | MODE_ALT : vt->modes & ~(uint32_t)MODE_ALT;
	vt_touch_rows(vt, 0, vt->rows - 1);
}

void vt_update_plain(struct vt *vt)
{
	uint8_t set = vt->charset[vt->gl];

	vt->plain = set != 'A' && !vt->shift && !(vt->modes & MODE_INSERT);
	vt->map = set == '0' ? vt_graphics : NULL;
}
