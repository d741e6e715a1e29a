/*
 * What others may ask of a terminal: its lines and glyphs, cursor, modes, title, and
 * what of it has changed. Nothing here changes a cell.
 */
#include <string.h>

#include "engine/vt/row.h"
#include "engine/vt/row_reader.h"
#include "engine/vt/terminal.h"
#include "engine/vt/utf8.h"
#include "engine/vt/width.h"

int vt_cols(const struct vt *vt)
{
	return vt->cols;
}

int vt_rows(const struct vt *vt)
{
	return vt->rows;
}

size_t vt_memory(const struct vt *vt)
{
	return sizeof(*vt) +
	       2 * (size_t)vt->rows *
		       (sizeof(struct vt_row *) + sizeof(struct vt_row) +
			(size_t)vt->cols * sizeof(struct vt_cell)) +
	       vt->clusters.n * sizeof(struct vt_cluster) + vt->history.bytes +
	       VT_ROW_MAX(vt->cols) + (size_t)vt->cols + vt->replies.size +
	       vt->parser.string_size + (vt->titles ? TITLE_STACK * sizeof(*vt->titles) : 0);
}

uint64_t vt_first(const struct vt *vt)
{
	return vt->history.first;
}

uint64_t vt_screen(const struct vt *vt)
{
	return vt->history.end;
}

uint64_t vt_end(const struct vt *vt)
{
	return vt->history.end + (uint64_t)vt->rows;
}

uint32_t vt_generation(const struct vt *vt)
{
	return vt->generation;
}

/* The screen's row that is this line, or NULL. */
static const struct vt_row *screen_row(const struct vt *vt, uint64_t line)
{
	uint64_t row = line - vt->history.end;

	return line >= vt->history.end && row < (uint64_t)vt->rows ? vt_row(vt, (int)row) : NULL;
}

static void glyph_of(const struct vt *vt, const struct vt_cell *c, struct vt_glyph *out)
{
	memset(out, 0, sizeof(*out));
	out->width = c->ch & CELL_WIDE ? 2 : c->ch & CELL_TAIL ? 0 : 1;
	out->attr = vt_cell_attr(c);
	out->fg = c->fg & CELL_COLOR;
	out->bg = c->bg & CELL_COLOR;
	out->ul = vt->underline[c->ch >> CELL_UL_SHIFT];
	if (c->ch & CELL_CLUSTER) {
		const struct vt_cluster *cl = &vt->clusters.v[c->ch & CELL_CP];

		memcpy(out->cp, cl->cp, cl->n * sizeof(cl->cp[0]));
		out->n = cl->n;
	} else if (c->ch & CELL_CP) {
		out->cp[0] = c->ch & CELL_CP;
		out->n = 1;
	}
}

void vt_line(const struct vt *vt, uint64_t line, struct vt_glyph *out, int cols)
{
	const struct vt_row *r = screen_row(vt, line);
	const struct vt_cell none = { 0 };
	const uint8_t *packed;
	size_t n;
	int i = 0;

	if (!r) {
		packed = vt_history_get(&vt->history, line, &n);
		if (packed && vt_row_unpack(packed, n, out, cols) >= 0)
			return;
	}
	for (; r && i < cols && i < vt->cols; i++)
		glyph_of(vt, vt_row_cell(r, i), &out[i]);
	for (; i < cols; i++)
		glyph_of(vt, &none, &out[i]);
}

void vt_glyph(const struct vt *vt, uint64_t line, int col, struct vt_glyph *out)
{
	const struct vt_row *r = screen_row(vt, line);
	const struct vt_cell none = { 0 };
	struct vt_glyph all[VT_SIZE_MAX];

	if (col < 0 || col >= vt->cols) {
		glyph_of(vt, &none, out);
	} else if (r) {
		glyph_of(vt, vt_row_cell(r, col), out);
	} else {
		vt_line(vt, line, all, vt->cols);
		*out = all[col];
	}
}

bool vt_line_wrapped(const struct vt *vt, uint64_t line)
{
	const struct vt_row *r = screen_row(vt, line);
	const uint8_t *packed;
	size_t n;

	if (r)
		return r->wrapped;
	packed = vt_history_get(&vt->history, line, &n);
	return packed && vt_row_wrapped(packed, n);
}

bool vt_line_prompt(const struct vt *vt, uint64_t line)
{
	const struct vt_row *r = screen_row(vt, line);
	const uint8_t *packed;
	size_t n;

	if (r)
		return r->prompt;
	packed = vt_history_get(&vt->history, line, &n);
	return packed && vt_row_flags(packed, n) & VT_ROW_PROMPT;
}

size_t vt_row_pack(const struct vt *vt, uint64_t line, uint8_t *out, size_t cap)
{
	const struct vt_row *r = screen_row(vt, line);
	const uint8_t *packed;
	size_t n;

	if (r) {
		packed = vt->scratch;
		n = vt_pack(r, vt_tables(vt), vt->scratch);
	} else {
		packed = vt_history_get(&vt->history, line, &n);
		if (!packed)
			return 0;
	}
	if (n > cap)
		return 0;
	memcpy(out, packed, n);
	return n;
}

int vt_line_len(const struct vt *vt, uint64_t line)
{
	const struct vt_row *r = screen_row(vt, line);
	const uint8_t *packed;
	size_t n;
	int len;

	packed = r ? NULL : vt_history_get(&vt->history, line, &n);
	len = r ? r->len : packed ? packed[1] | packed[2] << 8 : 0;
	return len < vt->cols ? len : vt->cols;
}

size_t vt_line_text(const struct vt *vt, uint64_t line, char *buf, size_t cap)
{
	struct vt_glyph g[VT_SIZE_MAX];
	uint8_t cp[4];
	size_t total = 0, stored = 0;
	int end = vt->cols;
	bool full = false;

	vt_line(vt, line, g, vt->cols);
	if (vt_line_wrapped(vt, line)) {
		end = vt_line_len(vt, line);
	} else {
		while (end && g[end - 1].width && (!g[end - 1].n || (g[end - 1].n == 1 && g[end - 1].cp[0] == ' ')))
			end--;
	}
	for (int i = 0; i < end; i++) {
		if (!g[i].width)
			continue;
		for (int k = 0; k < (g[i].n ? g[i].n : 1); k++) {
			size_t n = (size_t)vt_utf8_put(cp, g[i].n ? g[i].cp[k] : ' ');

			total += n;
			if (full || total >= cap) {
				full = true;
				continue;
			}
			memcpy(buf + stored, cp, n);
			stored += n;
		}
	}
	if (cap)
		buf[stored] = '\0';
	return total;
}

int vt_glyph_plain(const struct vt_glyph *g, uint32_t out[VT_GLYPH_MAX])
{
	int n = 0;

	for (int i = 0; i < g->n && i < VT_GLYPH_MAX; i++) {
		if (i && vt_class(g->cp[i]) == VT_CLASS_JOINER)
			break;
		if (!i || vt_class(g->cp[i]) == VT_CLASS_MARK)
			out[n++] = g->cp[i];
	}
	return n;
}

struct vt_cursor vt_cursor(const struct vt *vt)
{
	return (struct vt_cursor){
		.row = vt->at.row,
		.col = vt->at.col,
		.visible = vt->modes & MODE_VISIBLE,
		.blink = vt->modes & MODE_BLINK,
		.shape = vt->shape,
	};
}

bool vt_changed(const struct vt *vt)
{
	struct vt_cursor c = vt_cursor(vt), was = vt->clean_cursor;

	return vt->any_dirty || vt->scrolled ||
	       (vt->modes ^ vt->clean_modes) & ~(uint32_t)MODE_SYNC || c.row != was.row ||
	       c.col != was.col || c.shape != was.shape;
}

bool vt_dirty(const struct vt *vt, int row)
{
	return row >= 0 && row < vt->rows && vt_row(vt, row)->dirty;
}

uint64_t vt_scrolled(const struct vt *vt)
{
	return vt->scrolled;
}

void vt_clean(struct vt *vt)
{
	for (int i = 0; vt->any_dirty && i < vt->rows; i++)
		vt_row(vt, i)->dirty = false;
	vt->any_dirty = false;
	vt->scrolled = 0;
	vt->clean_cursor = vt_cursor(vt);
	vt->clean_modes = vt->modes;
	vt->frame_taken = true;
}

struct vt_modes vt_modes(const struct vt *vt)
{
	const struct vt_screen *s = vt->screen;
	uint32_t m = vt->modes;

	return (struct vt_modes){
		.alt_screen = m & MODE_ALT,
		.mouse = m & MODE_MOUSE_ANY    ? VT_MOUSE_ANY :
			 m & MODE_MOUSE_DRAG   ? VT_MOUSE_DRAG :
			 m & MODE_MOUSE_CLICKS ? VT_MOUSE_CLICKS :
			 m & MODE_MOUSE_X10    ? VT_MOUSE_X10 :
						 VT_MOUSE_OFF,
		.mouse_sgr = m & MODE_MOUSE_SGR,
		.focus = m & MODE_FOCUS,
		.paste = m & MODE_PASTE,
		.app_cursor = m & MODE_APP_CURSOR,
		.app_keypad = m & MODE_APP_KEYPAD,
		.reverse = m & MODE_REVERSE,
		.insert = m & MODE_INSERT,
		.newline = m & MODE_NEWLINE,
		.origin = m & MODE_ORIGIN,
		.wrap = m & MODE_WRAP,
		.sync = m & MODE_SYNC,
		.theme_reports = m & MODE_THEME,
		.alt_scroll = m & MODE_ALT_SCROLL,
		.kitty = s->kitty[s->n_kitty - 1],
		.modify_keys = vt->modify_keys,
	};
}

uint64_t vt_sync_deadline(const struct vt *vt)
{
	return vt->modes & MODE_SYNC ? vt->deadline : 0;
}

bool vt_frame_held(const struct vt *vt, uint64_t now_ms)
{
	return vt->modes & MODE_SYNC && now_ms < vt->deadline;
}

const char *vt_title(const struct vt *vt)
{
	return vt->title;
}
