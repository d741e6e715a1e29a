/*
 * Text: code points into cells at the cursor.
 *
 * A code point either begins a glyph in one or two columns, or joins the
 * glyph before the cursor (combining marks, U+FE0F, skin tones, the second
 * half of a flag, a pictograph after U+200D), or is dropped (vt.h has the
 * whitelist). A glyph that has joined keeps its column; one that was narrow
 * and became an emoji takes the next column too, if the line has one.
 *
 * The cursor in the last column after a glyph stays there, `pending`: the next
 * glyph wraps first, and marks still reach the one just written.
 *
 * Almost all text is printable ASCII with no charset and no insert mode:
 * vt_ascii takes runs of that in one go.
 */
#include <string.h>

#include "engine/vt/terminal.h"
#include "engine/vt/width.h"

/* To the start of the next line, which goes on from this one. */
static void wrap(struct vt *vt)
{
	int row = vt->at.row;

	vt_row(vt, row)->wrapped = true; /* as it goes into the history */
	vt->at.col = 0;
	vt->at.pending = false;
	vt_index(vt);
	/* A region that scrolled has cut its lines from what is around it; at the
	 * screen's end under a region there is no next line. */
	if (vt->at.row == row && row != vt->bottom)
		vt_row(vt, row)->wrapped = false;
	else if (vt->at.row > 0)
		vt_row(vt, vt->at.row - 1)->wrapped = true;
}

size_t vt_ascii(struct vt *vt, const uint8_t *p, size_t n)
{
	const uint8_t *start = p, *end = p + n;
	const uint16_t *map = vt->map;
	struct vt_cell pen = vt->pen;

	while (p < end && *p - 0x20u < 0x5f) {
		if (vt->at.pending && vt->modes & MODE_WRAP)
			wrap(vt);
		vt->at.pending = false;

		struct vt_row *r = vt_row(vt, vt->at.row);
		int col = vt->at.col, room = vt->cols - col;
		const uint8_t *stop = end - p > room ? p + room : end;

		if (col > r->len)
			vt_row_reach(r, col);
		vt_row_split(r, col);

		struct vt_cell *c = &r->cells[col];

		for (; p < stop && *p - 0x20u < 0x5f; p++, c++) {
			c->ch = pen.ch | (map ? map[*p - 0x20] : *p);
			c->fg = pen.fg;
			c->bg = pen.bg;
		}
		col = (int)(c - r->cells);
		if (r->wide && col < r->len && c->ch & CELL_TAIL)
			c->ch &= CELL_UL; /* its left half is gone */
		if (col > r->len)
			r->len = (uint16_t)col;
		vt_touch(vt, r);
		vt->at.col = col;
		if (col == vt->cols) {
			vt->at.col--;
			vt->at.pending = true;
			r->wrapped = false;
		}
	}
	if (p > start)
		vt->last = map ? map[p[-1] - 0x20] : p[-1];
	vt->joining = false;
	return (size_t)(p - start);
}

/* The cell of the glyph before the cursor, or NULL; *col is its column. */
static struct vt_cell *before(struct vt *vt, int *col)
{
	struct vt_row *r = vt_row(vt, vt->at.row);
	int i = vt->at.pending ? vt->at.col : vt->at.col - 1;

	if (i < 0)
		return NULL;
	if (i >= r->len || !(r->cells[i].ch & (CELL_CP | CELL_TAIL)))
		return NULL;
	if (r->cells[i].ch & CELL_TAIL)
		i--;
	if (i < 0)
		return NULL;
	*col = i;
	return &r->cells[i];
}

static uint32_t base_of(const struct vt *vt, const struct vt_cell *c)
{
	return c->ch & CELL_CLUSTER ? vt->clusters.v[c->ch & CELL_CP].cp[0] : c->ch & CELL_CP;
}

/* Add code points to a cell's glyph, all or none. */
static void append(struct vt *vt, struct vt_cell *c, const uint32_t *cp, int n)
{
	struct vt_cluster *cl;

	if (!(c->ch & CELL_CLUSTER)) {
		int32_t i = vt_clusters_take(&vt->clusters);

		if (i < 0) {
			vt_collect_clusters(vt, false);
			i = vt_clusters_take(&vt->clusters);
		}
		if (i < 0)
			return;
		cl = &vt->clusters.v[i];
		cl->cp[0] = c->ch & CELL_CP;
		cl->n = 1;
		c->ch = (c->ch & ~(uint32_t)CELL_CP) | CELL_CLUSTER | (uint32_t)i;
	}
	cl = &vt->clusters.v[c->ch & CELL_CP];
	if (cl->n + n > VT_GLYPH_MAX)
		return;
	memcpy(&cl->cp[cl->n], cp, (size_t)n * sizeof(*cp));
	cl->n = (uint8_t)(cl->n + n);
}

/* A narrow glyph before the cursor takes the next column too. */
static void widen(struct vt *vt, struct vt_cell *c, int col)
{
	struct vt_row *r = vt_row(vt, vt->at.row);

	if (c->ch & CELL_WIDE || col + 1 >= vt->cols || vt->at.pending)
		return;
	if (vt->modes & MODE_INSERT)
		vt_row_insert(r, col + 1, 1, vt_blank(vt));
	vt_row_split(r, col + 2);
	vt_row_reach(r, col + 2);
	c->ch |= CELL_WIDE;
	r->cells[col + 1] = *c;
	r->cells[col + 1].ch = (c->ch & CELL_UL) | CELL_TAIL;
	r->wide = true;
	vt->at.col = col + 2;
	if (vt->at.col == vt->cols) {
		vt->at.col--;
		vt->at.pending = true;
		r->wrapped = false;
	}
}

/* Whether cp became part of the glyph before the cursor (or was dropped for
 * want of one). */
static bool join(struct vt *vt, uint32_t cp, enum vt_class class)
{
	bool joining = vt->joining;
	int col;
	struct vt_cell *c;

	vt->joining = false;
	if (!vt_class_follows(class))
		return false;
	c = before(vt, &col);
	if (!c) /* nothing to join: marks are lost, others stand alone */
		return !vt_class_columns(class);

	enum vt_class base = vt_class(base_of(vt, c));
	int n = c->ch & CELL_CLUSTER ? vt->clusters.v[c->ch & CELL_CP].n : 1;

	switch (class) {
	case VT_CLASS_MARK:
		break;
	case VT_CLASS_JOINER:
		vt->joining = vt_class_pictograph(base);
		return true;
	case VT_CLASS_SELECTOR:
		if (!vt_class_pictograph(base) && (base != VT_CLASS_KEYCAP || n > 1))
			return true;
		append(vt, c, &cp, 1);
		widen(vt, c, col);
		vt_touch(vt, vt_row(vt, vt->at.row));
		return true;
	case VT_CLASS_TONE:
		if (base != VT_CLASS_EMOJI_WIDE_BODY && base != VT_CLASS_EMOJI_NARROW_BODY)
			return false;
		append(vt, c, &cp, 1);
		widen(vt, c, col);
		vt_touch(vt, vt_row(vt, vt->at.row));
		return true;
	case VT_CLASS_FLAG:
		if (base != VT_CLASS_FLAG || n > 1 || vt->at.pending)
			return false;
		append(vt, c, &cp, 1);
		widen(vt, c, col);
		vt_touch(vt, vt_row(vt, vt->at.row));
		return true;
	default: /* a pictograph */
		if (!joining || !vt_class_pictograph(base))
			return false;
		append(vt, c, (uint32_t[]){ 0x200d, cp }, 2);
		widen(vt, c, col);
		vt_touch(vt, vt_row(vt, vt->at.row));
		return true;
	}
	append(vt, c, &cp, 1);
	vt_touch(vt, vt_row(vt, vt->at.row));
	return true;
}

/* A glyph of one code point at the cursor. */
static void place(struct vt *vt, uint32_t cp, int width)
{
	struct vt_row *r;
	int col;

	if (width > vt->cols) { /* no room in any line */
		cp = 0xfffd;
		width = 1;
	}
	if (vt->at.pending && vt->modes & MODE_WRAP)
		wrap(vt);
	vt->at.pending = false;
	if (vt->at.col + width > vt->cols) {
		if (vt->modes & MODE_WRAP) {
			/* The column left over is no part of the line. */
			r = vt_row(vt, vt->at.row);
			vt_row_erase(r, vt->at.col, vt->cols, (struct vt_cell){ 0 });
			vt_row_reach(r, vt->at.col);
			vt_touch(vt, r);
			wrap(vt);
		} else {
			vt->at.col = vt->cols - width;
		}
	}

	r = vt_row(vt, vt->at.row);
	col = vt->at.col;
	if (vt->modes & MODE_INSERT)
		vt_row_insert(r, col, width, vt_blank(vt));
	vt_row_split(r, col);
	vt_row_split(r, col + width);
	vt_row_reach(r, col + width);
	r->cells[col] = vt->pen;
	r->cells[col].ch |= cp;
	if (width == 2) {
		r->cells[col].ch |= CELL_WIDE;
		r->cells[col + 1] = vt->pen;
		r->cells[col + 1].ch |= CELL_TAIL;
		r->wide = true;
	}
	vt_touch(vt, r);
	vt->at.col = col + width;
	if (vt->at.col == vt->cols) {
		vt->at.col--;
		vt->at.pending = true;
		r->wrapped = false;
	}
}

static uint32_t translate(struct vt *vt, uint32_t cp)
{
	uint8_t set = vt->charset[vt->shift ? vt->shift : vt->gl];

	if (vt->shift) {
		vt->shift = 0;
		vt_update_plain(vt);
	}
	if (set == '0')
		return vt_graphics[cp - 0x20];
	if (set == 'A' && cp == '#')
		return 0xa3;
	return cp;
}

void vt_put(struct vt *vt, uint32_t cp)
{
	enum vt_class class;

	if (!vt->plain && cp < 0x80)
		cp = translate(vt, cp);
	class = cp - 0x20u < 0x5f ? VT_CLASS_NARROW : vt_class(cp);
	if (class == VT_CLASS_HYPHEN) {
		cp = '-';
		class = VT_CLASS_NARROW;
	} else if (class == VT_CLASS_REPLACE) {
		cp = 0xfffd;
		class = VT_CLASS_NARROW;
	} else if (class == VT_CLASS_DROP) {
		return;
	}
	if (class > VT_CLASS_WIDE && join(vt, cp, class))
		return;

	vt->joining = false;
	place(vt, cp, vt_class_columns(class));
	vt->last = cp;
}

/* At most a line's worth: more is only ever asked for to keep us busy. */
void vt_repeat(struct vt *vt, uint32_t n)
{
	uint32_t cp = vt->last;
	int width = cp ? vt_class_columns(vt_class(cp)) : 0;

	if (!width)
		return;
	vt->joining = false;
	if (n > (uint32_t)(vt->cols / width))
		n = (uint32_t)(vt->cols / width);
	if (cp < 0x80 && vt->plain && !vt->map) {
		uint8_t run[VT_SIZE_MAX];

		memset(run, (int)cp, n);
		vt_ascii(vt, run, n);
		return;
	}
	while (n--)
		place(vt, cp, width);
}
