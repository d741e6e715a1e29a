/*
 * A terminal as a whole: its making and unmaking, resets, and the tables that
 * cells point into.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/vt/row.h"
#include "engine/vt/terminal.h"

static const struct vt_events no_events;

struct vt *vt_new(int cols, int rows, size_t scrollback_bytes)
{
	if (cols < 1 || cols > VT_SIZE_MAX || rows < 1 || rows > VT_SIZE_MAX)
		return NULL;

	struct vt *vt = calloc(1, sizeof(*vt));

	if (!vt)
		return NULL;
	vt->cols = cols;
	vt->rows = rows;
	vt->events = &no_events;
	bytes_init(&vt->replies, VT_REPLY_CAP);
	vt_palette_default(&vt->palette);
	vt->screen = &vt->main;
	vt->clusters.max = (uint32_t)(cols * rows * 4);
	vt->scratch = malloc(VT_ROW_MAX(cols));
	vt->tabs = calloc((size_t)cols, sizeof(bool));
	vt_history_init(&vt->history, scrollback_bytes, vt->scratch);
	vt->main.rows = vt_rows_new(cols, rows);
	vt->alt.rows = vt_rows_new(cols, rows);
	if (!vt->main.rows || !vt->alt.rows || !vt->scratch || !vt->tabs) {
		vt_free(vt);
		return NULL;
	}
	vt_hard_reset(vt);
	vt->any_dirty = true;
	return vt;
}

void vt_free(struct vt *vt)
{
	if (!vt)
		return;
	free(vt->main.rows);
	free(vt->alt.rows);
	vt_clusters_done(&vt->clusters);
	vt_history_done(&vt->history);
	bytes_done(&vt->replies);
	free(vt->parser.string);
	free(vt->scratch);
	free(vt->titles);
	free(vt->tabs);
	free(vt);
}

/* DECSTR: what a program may have left behind, without touching the text. */
void vt_soft_reset(struct vt *vt)
{
	struct vt_saved fresh = { .charset = { 'B', 'B', 'B', 'B' } };

	vt->modes &= ~(uint32_t)(MODE_INSERT | MODE_ORIGIN | MODE_APP_CURSOR | MODE_APP_KEYPAD |
				 MODE_REVERSE | MODE_SYNC);
	vt->modes |= MODE_VISIBLE | MODE_WRAP;
	vt->top = 0;
	vt->bottom = vt->rows - 1;
	memset(&vt->pen, 0, sizeof(vt->pen));
	memset(vt->charset, 'B', sizeof(vt->charset));
	vt->gl = vt->shift = 0;
	vt->screen->saved = fresh;
	vt->screen->kitty[0] = 0;
	vt->screen->n_kitty = 1;
	vt->modify_keys = 0;
	vt_update_plain(vt);
}

void vt_hard_reset(struct vt *vt)
{
	struct vt_screen *screens[] = { &vt->alt, &vt->main };

	for (int i = 0; i < 2; i++) {
		vt_set_alt(vt, screens[i] == &vt->alt);
		vt_soft_reset(vt);
		vt_erase_rows(vt, 0, vt->rows);
	}
	vt->modes = MODES_AT_START;
	vt->saved_modes = MODES_AT_START;
	vt->shape = VT_SHAPE_BLOCK;
	vt->last = 0;
	vt->title[0] = '\0';
	vt->n_titles = 0;
	for (int i = 0; i < vt->cols; i++)
		vt->tabs[i] = i && i % 8 == 0;
	vt_goto(vt, 0, 0);
}

void vt_reset(struct vt *vt)
{
	uint8_t *string = vt->parser.string;
	size_t size = vt->parser.string_size;

	memset(&vt->parser, 0, sizeof(vt->parser));
	vt->parser.string = string;
	vt->parser.string_size = size;
	vt_hard_reset(vt);
}

void vt_set_replay(struct vt *vt, bool replay)
{
	vt->replay = replay;
}

void vt_set_events(struct vt *vt, const struct vt_events *events, void *owner)
{
	vt->events = events ? events : &no_events;
	vt->owner = owner;
}

/* The tables. Cells are not counted; the ones in use are found by looking. A
 * look is spaced out so that its cost is a few cells per byte of input. */

static bool may_collect(struct vt *vt, uint64_t *tried)
{
	if (*tried && vt->fed - *tried < (uint64_t)(vt->cols * vt->rows) / 4)
		return false;
	*tried = vt->fed;
	return true;
}

void vt_collect_clusters(struct vt *vt, bool now)
{
	const struct vt_screen *screens[] = { &vt->main, &vt->alt };

	if (!now && !may_collect(vt, &vt->cluster_tried))
		return;
	vt_clusters_sweep(&vt->clusters);
	for (int s = 0; s < 2; s++)
		for (int i = 0; i < vt->rows; i++) {
			const struct vt_row *r = screens[s]->rows[i];

			for (int c = 0; c < r->len; c++)
				if (r->cells[c].ch & CELL_CLUSTER)
					vt->clusters.v[r->cells[c].ch & CELL_CP].used = true;
		}
}

static void collect_underlines(struct vt *vt)
{
	const struct vt_screen *screens[] = { &vt->main, &vt->alt };
	bool used[256] = { true };

	used[vt->pen.ch >> CELL_UL_SHIFT] = true;
	for (int s = 0; s < 2; s++) {
		used[screens[s]->saved.pen.ch >> CELL_UL_SHIFT] = true;
		for (int i = 0; i < vt->rows; i++) {
			const struct vt_row *r = screens[s]->rows[i];

			for (int c = 0; c < r->len; c++)
				used[r->cells[c].ch >> CELL_UL_SHIFT] = true;
		}
	}
	for (int i = 1; i < 256; i++)
		if (!used[i])
			vt->underline[i] = 0;
}

uint32_t vt_underline(struct vt *vt, uint32_t color)
{
	int free_one = 0;

	if (!color)
		return 0;
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 1; i < vt->n_underline; i++) {
			if (vt->underline[i] == color)
				return (uint32_t)i;
			if (!vt->underline[i])
				free_one = i;
		}
		if (free_one || vt->n_underline < 256 || pass ||
		    !may_collect(vt, &vt->underline_tried))
			break;
		collect_underlines(vt);
	}
	if (!free_one) {
		if (vt->n_underline == 256)
			return 0; /* more at once than a screen can use: the text's */
		if (!vt->n_underline)
			vt->n_underline = 1;
		free_one = vt->n_underline++;
	}
	vt->underline[free_one] = color;
	return (uint32_t)free_one;
}
