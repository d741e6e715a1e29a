/*
 * A change of size.
 *
 * The alternate screen is cut or filled up: its program draws it anew. The
 * main screen and the history are one text, of lines that a program ended and
 * lines that only the width broke. They are wrapped anew: the screen's rows,
 * down to the cursor or to the last one in use, join the history; the history
 * is rewritten for the new width; and the end of it becomes the screen. A row
 * that the new width neither breaks nor joins is copied as it is.
 *
 * The cursor stays at its glyph. Rows below it that no longer fit are lost, as
 * in tmux; there are some only if the program put the cursor far above its
 * last line. Without a change of width nothing is rewritten and the lines keep
 * their numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/vt/row.h"
#include "engine/vt/row_reader.h"
#include "engine/vt/terminal.h"

/* A place in the text: the column may be one behind the line's last. */
struct spot {
	uint64_t line;
	int col;
};

/* Puts glyphs of packed rows into cells. */
struct unpacker {
	struct vt *vt;
	struct vt_clusters *clusters;
	bool reuse; /* the table is a ring: only the latest entries are in use */
};

static uint32_t cluster_of(struct unpacker *u, const struct vt_glyph *g)
{
	int32_t i;

	if (u->reuse && u->clusters->next >= u->clusters->max)
		vt_clusters_sweep(u->clusters);
	i = vt_clusters_take(u->clusters);
	if (i < 0)
		return g->cp[0]; /* without its marks */
	memcpy(u->clusters->v[i].cp, g->cp, g->n * sizeof(g->cp[0]));
	u->clusters->v[i].n = g->n;
	return CELL_CLUSTER | (uint32_t)i;
}

static struct vt_cell cell_of(struct unpacker *u, const struct vt_glyph *g)
{
	struct vt_cell c = { 0, g->fg, g->bg };

	vt_cell_set_attr(&c, g->attr);
	if (g->n)
		c.ch = g->n > 1 ? cluster_of(u, g) : g->cp[0];
	c.ch |= vt_underline(u->vt, g->ul) << CELL_UL_SHIFT;
	if (g->width == 2)
		c.ch |= CELL_WIDE;
	return c;
}

static void put_cell(struct vt_row *r, struct vt_cell c)
{
	r->cells[r->len++] = c;
	if (c.ch & CELL_WIDE) {
		c.ch = (c.ch & CELL_UL) | CELL_TAIL;
		r->cells[r->len++] = c;
		r->wide = true;
	}
}

/* Wraps a stream of rows anew. */
struct wrapper {
	struct unpacker unpack;
	struct vt_history *to;
	struct vt_row *row; /* the line under way */
	bool open;          /* it has begun: what it continues was wrapped */
	struct spot cursor; /* in the old text */
	struct spot moved;  /* in the new */
	bool found;
};

static void end_row(struct wrapper *w, bool wrapped)
{
	w->row->wrapped = wrapped;
	vt_history_push(w->to, w->row, (struct vt_tables){ w->unpack.clusters->v,
							   w->unpack.vt->underline });
	vt_row_reset(w->row, (struct vt_cell){ 0 });
}

static void mark(struct wrapper *w, int extra)
{
	int col = w->row->len + extra;

	w->moved = (struct spot){ w->to->end, col > w->row->cols ? w->row->cols : col };
	w->found = true;
}

/* Glyphs of one old row into the new ones. */
static void rewrap(struct wrapper *w, uint64_t line, const uint8_t *packed, size_t n)
{
	struct vt_row_reader r;
	enum vt_row_item item;
	bool here = line == w->cursor.line;
	int col = 0;

	if (vt_row_reader_init(&r, packed, n) < 0)
		return;
	w->row->prompt |= r.prompt;
	while ((item = vt_row_reader_next(&r)) == VT_ROW_GLYPH || item == VT_ROW_BLANKS) {
		struct vt_cell c = cell_of(&w->unpack, &r.glyph);
		int count = item == VT_ROW_BLANKS ? r.blanks : 1;
		int width = item == VT_ROW_BLANKS ? 1 : r.glyph.width;

		if (width > w->row->cols) {
			c.ch = (c.ch & CELL_UL) | 0xfffd;
			width = 1;
		}
		while (count--) {
			if (w->row->len + width > w->row->cols)
				end_row(w, true);
			if (here && !w->found && col + r.glyph.width > w->cursor.col)
				mark(w, 0);
			put_cell(w->row, c);
			col += item == VT_ROW_BLANKS ? 1 : r.glyph.width;
		}
	}
	if (item == VT_ROW_TAIL)
		w->row->fill = cell_of(&w->unpack, &r.glyph);
	if (here && !w->found)
		mark(w, w->cursor.col > col ? w->cursor.col - col : 0);
	w->open = r.wrapped;
	if (!w->open)
		end_row(w, false);
}

/* A row that stays as it is goes over as it is. */
static bool copy(struct wrapper *w, uint64_t line, const uint8_t *packed, size_t n)
{
	int cols = packed[1] | packed[2] << 8;

	if (w->open || packed[0] & VT_ROW_WRAPPED || cols > w->row->cols)
		return false;
	if (line == w->cursor.line)
		mark(w, w->cursor.col);
	vt_history_push_packed(w->to, packed, n);
	return true;
}

/* Rewrite the history for another width; where the cursor went. */
static struct spot rewrap_history(struct vt *vt, struct vt_row *row, struct spot cursor)
{
	struct vt_history old = vt->history;
	struct vt_clusters ring = { .max = 4 * VT_SIZE_MAX };
	struct wrapper w = {
		.unpack = { vt, &ring, true }, .to = &vt->history, .row = row, .cursor = cursor,
	};

	vt_history_init(&vt->history, old.cap, vt->scratch);
	vt->history.first = vt->history.end = old.first;
	vt->history.slack = old.slack;
	for (uint64_t line = old.first; line < old.end; line++) {
		size_t n;
		const uint8_t *packed = vt_history_get(&old, line, &n);

		if (!copy(&w, line, packed, n))
			rewrap(&w, line, packed, n);
	}
	if (w.open)
		end_row(&w, false);
	vt_history_done(&old);
	vt_clusters_done(&ring);
	vt->generation++;
	return w.found ? w.moved : (struct spot){ vt->history.end - 1, 0 };
}

/* Take the newest line out of the history into a row. */
static void take_row(struct vt *vt, struct vt_row *row)
{
	struct unpacker u = { vt, &vt->clusters, false };
	struct vt_row_reader r;
	enum vt_row_item item;
	size_t n;
	const uint8_t *packed = vt_history_get(&vt->history, vt->history.end - 1, &n);

	vt_row_reset(row, (struct vt_cell){ 0 });
	if (packed && vt_row_reader_init(&r, packed, n) == 0) {
		while ((item = vt_row_reader_next(&r)) == VT_ROW_GLYPH || item == VT_ROW_BLANKS) {
			struct vt_cell c = cell_of(&u, &r.glyph);

			for (int i = item == VT_ROW_BLANKS ? r.blanks : 1; i && r.col <= row->cols; i--)
				put_cell(row, c);
		}
		if (item == VT_ROW_TAIL)
			row->fill = cell_of(&u, &r.glyph);
		row->wrapped = r.wrapped;
		row->prompt = r.prompt;
	}
	vt_history_pop(&vt->history);
}

/* More than a screen takes in the history, whatever is on it. */
static size_t screen_bytes(int cols, int rows)
{
	return 128 * 1024 + 2 * (size_t)rows * VT_ROW_MAX(cols);
}

/* The main screen, in its old rows, into `rows` of the new size. */
static struct vt_position resize_main(struct vt *vt, struct vt_row **rows, int cols, int n_rows,
				      struct vt_position at)
{
	int last = vt->rows - 1;
	struct spot cursor;
	uint64_t top, end;

	while (last > at.row && !vt_row_used(vt->main.rows[last]))
		last--;
	cursor = (struct spot){ vt->history.end + (uint64_t)at.row, at.col + at.pending };
	vt_history_lend(&vt->history, screen_bytes(vt->cols, vt->rows) + screen_bytes(cols, n_rows));
	for (int i = 0; i <= last; i++)
		vt_history_push(&vt->history, vt->main.rows[i], vt_tables(vt));

	if (cols != vt->cols)
		cursor = rewrap_history(vt, rows[0], cursor);

	end = vt->history.end;
	top = end - vt->history.first > (uint64_t)n_rows ? end - (uint64_t)n_rows : vt->history.first;
	if (top > cursor.line)
		top = cursor.line;
	while (vt->history.end > top) {
		uint64_t row = vt->history.end - 1 - top;

		if (row < (uint64_t)n_rows)
			take_row(vt, rows[row]);
		else
			vt_history_pop(&vt->history);
	}
	vt_history_lend(&vt->history, 0);

	at.row = cursor.line < top ? 0 : (int)(cursor.line - top);
	at.pending = cursor.col >= cols;
	at.col = at.pending ? cols - 1 : cursor.col;
	return at;
}

/* The alternate screen: the same columns and rows, from the top, or from as
 * far down as keeps the cursor in sight. */
static struct vt_position resize_alt(struct vt *vt, struct vt_row **rows, int cols, int n_rows,
				     struct vt_position at)
{
	int skip = at.row >= n_rows ? at.row - n_rows + 1 : 0;

	for (int i = 0; i < n_rows && i + skip < vt->rows; i++) {
		struct vt_row *from = vt->alt.rows[i + skip], *to = rows[i];

		vt_row_split(from, cols);
		to->fill = from->fill;
		to->len = from->len < cols ? from->len : (uint16_t)cols;
		to->wide = from->wide;
		memcpy(to->cells, from->cells, to->len * sizeof(to->cells[0]));
	}
	at.row -= skip;
	at.pending = false;
	if (at.col >= cols)
		at.col = cols - 1;
	return at;
}

static void clamp(struct vt_position *at, int cols, int rows)
{
	if (at->row >= rows)
		at->row = rows - 1;
	if (at->col >= cols) {
		at->col = cols - 1;
		at->pending = false;
	}
	at->pending = at->pending && at->col == cols - 1;
}

static void resize_tabs(bool *tabs, int from, int to)
{
	for (int i = from; i < to; i++)
		tabs[i] = i && i % 8 == 0;
}

int vt_resize(struct vt *vt, int cols, int rows)
{
	if (cols < 1 || cols > VT_SIZE_MAX || rows < 1 || rows > VT_SIZE_MAX)
		return -1;
	if (cols == vt->cols && rows == vt->rows)
		return 0;

	int most = cols > vt->cols ? cols : vt->cols;
	struct vt_row **main = vt_rows_new(cols, rows), **alt = vt_rows_new(cols, rows);
	uint8_t *scratch = malloc(VT_ROW_MAX(most));
	bool *tabs = calloc((size_t)cols, sizeof(bool));
	bool on_alt = vt->screen == &vt->alt;

	if (!main || !alt || !scratch || !tabs) {
		free(main);
		free(alt);
		free(scratch);
		free(tabs);
		return -1;
	}
	vt_collect_clusters(vt, true); /* the new rows take from what is free */
	free(vt->scratch);
	vt->scratch = vt->history.scratch = scratch;
	memcpy(tabs, vt->tabs, (size_t)(cols < vt->cols ? cols : vt->cols) * sizeof(bool));
	resize_tabs(tabs, vt->cols, cols);
	free(vt->tabs);
	vt->tabs = tabs;
	vt->clusters.max = (uint32_t)(4 * most * (rows > vt->rows ? rows : vt->rows));

	/* The cursor of the screen that is not shown is its saved one. */
	struct vt_position *main_at = on_alt ? &vt->main.saved.at : &vt->at;
	struct vt_position *alt_at = on_alt ? &vt->at : &vt->alt.saved.at;

	*alt_at = resize_alt(vt, alt, cols, rows, *alt_at);
	*main_at = resize_main(vt, main, cols, rows, *main_at);
	clamp(&vt->main.saved.at, cols, rows);
	clamp(&vt->alt.saved.at, cols, rows);

	free(vt->main.rows);
	free(vt->alt.rows);
	vt->main.rows = main;
	vt->alt.rows = alt;
	vt->cols = cols;
	vt->rows = rows;
	vt->top = 0;
	vt->bottom = rows - 1;
	vt_touch_rows(vt, 0, rows - 1);
	return 0;
}
