#include "engine/session/answer.h"

#include <stdlib.h>
#include <string.h>

#include "engine/vt/row.h"

enum {
	TEXT_LINE = 16 << 10, /* bytes of one logical line that are looked at */
	TEXT_LINES = 200000,
};

static bool get_bit(const uint8_t *bits, int i)
{
	return bits[i / 8] >> (i % 8) & 1;
}

static void set_bit(uint8_t *bits, int i)
{
	bits[i / 8] |= (uint8_t)(1 << (i % 8));
}

void damage_all(struct damage *d)
{
	d->any = d->full = true;
	d->scrolled = 0;
}

void damage_add(struct damage *d, const struct vt *vt)
{
	uint64_t scrolled = vt_scrolled(vt);
	int rows = vt_rows(vt);
	uint8_t moved[sizeof(d->rows)] = { 0 };

	if (!vt_changed(vt))
		return;
	d->any = true;
	if (scrolled >= (uint64_t)rows || d->scrolled + scrolled >= (uint64_t)rows)
		d->full = true;
	if (d->full)
		return;
	for (int r = (int)scrolled; scrolled && r < rows; r++)
		if (get_bit(d->rows, r))
			set_bit(moved, r - (int)scrolled);
	if (scrolled) {
		memcpy(d->rows, moved, sizeof(moved));
		d->scrolled += (uint32_t)scrolled;
	}
	for (int r = 0; r < rows; r++)
		if (vt_dirty(vt, r))
			set_bit(d->rows, r);
}

static void frame_head(const struct vt *vt, const struct damage *d, struct wire_frame *f)
{
	struct vt_cursor c = vt_cursor(vt);
	struct vt_modes m = vt_modes(vt);

	*f = (struct wire_frame){
		.flags = (uint8_t)(WIRE_FRAME_FIRST | (d->full ? WIRE_FRAME_FULL : 0)),
		.cols = (uint16_t)vt_cols(vt),
		.rows = (uint16_t)vt_rows(vt),
		.first = vt_first(vt),
		.top = vt_screen(vt),
		.end = vt_end(vt),
		.scrolled = d->full ? 0 : d->scrolled,
		.cursor_row = (uint16_t)c.row,
		.cursor_col = (uint16_t)c.col,
		.shape = c.shape,
		.modes = (uint8_t)((c.visible ? WIRE_CURSOR_VISIBLE : 0) |
				   (m.alt_screen ? WIRE_ALT_SCREEN : 0) |
				   (m.mouse ? WIRE_MOUSE_WANTED : 0) |
				   (m.paste ? WIRE_PASTE_WANTED : 0)),
		.title_len = (uint16_t)strlen(vt_title(vt)),
	};
}

/* Add a row as u16 number, u16 length, packed form; false when it does not fit. */
static bool put_row(struct wire *w, const struct vt *vt, uint64_t line, int number)
{
	uint16_t n;

	if (wire_room(w) < 4)
		return false;
	n = (uint16_t)vt_row_pack(vt, line, w->data + w->len + 4, wire_room(w) - 4);
	if (!n)
		return false;
	wire_u16(w, (uint16_t)number);
	wire_u16(w, n);
	w->len += n;
	return true;
}

static void set_last(struct wire *w)
{
	w->data[sizeof(struct wire_head)] |= WIRE_FRAME_LAST; /* flags come first in a frame */
}

int answer_frame(const struct vt *vt, struct damage *d, answer_fn *deliver, void *arg)
{
	uint8_t buf[WIRE_MAX];
	struct wire_frame f;
	struct wire w;
	int r = 0, rows = vt_rows(vt);

	frame_head(vt, d, &f);
	wire_begin(&w, buf, WIRE_FRAME, 0);
	wire_put_frame(&w, &f);
	wire_put(&w, vt_title(vt), f.title_len);
	f.flags = 0;
	f.title_len = 0;
	f.scrolled = 0;
	while (r < rows) {
		if ((d->full || get_bit(d->rows, r)) &&
		    !put_row(&w, vt, vt_screen(vt) + (uint64_t)r, r)) {
			if (deliver(arg, &w) < 0)
				return -1;
			wire_begin(&w, buf, WIRE_FRAME, 0);
			wire_put_frame(&w, &f);
			if (!put_row(&w, vt, vt_screen(vt) + (uint64_t)r, r))
				return -1;
		}
		r++;
	}
	set_last(&w);
	memset(d, 0, sizeof(*d));
	return deliver(arg, &w);
}

static int answer_lines(const struct vt *vt, struct wire *q, answer_fn *deliver, void *arg)
{
	uint64_t line = wire_get_u64(q);
	uint32_t count = wire_get_u32(q), n = 0;
	uint8_t buf[WIRE_MAX];
	struct wire w;
	size_t head;

	if (line < vt_first(vt)) {
		uint64_t lost = vt_first(vt) - line;

		count = lost < count ? count - (uint32_t)lost : 0;
		line = vt_first(vt);
	}
	if (count > WIRE_LINES_MAX)
		count = WIRE_LINES_MAX;
	wire_begin(&w, buf, WIRE_LINES_ARE, q->request);
	wire_u64(&w, line);
	wire_u16(&w, (uint16_t)vt_cols(vt));
	head = w.len;
	wire_u16(&w, 0);
	while (n < count && line + n < vt_end(vt) && put_row(&w, vt, line + n, (int)n))
		n++;
	memcpy(w.data + head, &(uint16_t){ (uint16_t)n }, sizeof(uint16_t));
	return deliver(arg, &w);
}

static int answer_search(const struct vt *vt, struct wire *q, answer_fn *deliver, void *arg)
{
	uint64_t line = wire_get_u64(q);
	int col = (int)(wire_get_u32(q) & 0xffff);
	bool backward = wire_get_u8(q);
	struct vt_match m = { 0 };
	char needle[512];
	uint8_t buf[WIRE_MAX];
	struct wire w;
	size_t n = wire_left(q);
	bool found;

	if (n >= sizeof(needle))
		n = sizeof(needle) - 1;
	memcpy(needle, wire_get(q, n), n);
	needle[n] = '\0';
	found = vt_search(vt, needle, line, col, backward ? VT_BACKWARD : VT_FORWARD, &m);
	wire_begin(&w, buf, WIRE_FOUND, q->request);
	wire_u8(&w, found);
	wire_u64(&w, m.line);
	wire_u32(&w, (uint32_t)m.col);
	wire_u32(&w, found ? (uint32_t)((m.end_line - m.line) * (uint64_t)vt_cols(vt)) +
				     (uint32_t)(m.end_col - m.col + 1) : 0);
	return deliver(arg, &w);
}

/* Text goes out in messages of at most this much, so that each has room. */
static int send_text(struct wire *q, const char *text, size_t n, bool last, answer_fn *deliver,
		     void *arg)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;

	wire_begin(&w, buf, WIRE_TEXT_IS, q->request);
	wire_u8(&w, last);
	wire_put(&w, text, n);
	return deliver(arg, &w);
}

static uint64_t last_with_text(const struct vt *vt, uint64_t from)
{
	uint64_t end = vt_end(vt);
	char probe[8];

	while (end > from && !vt_line_text(vt, end - 1, probe, sizeof(probe)))
		end--;
	return end;
}

static int answer_text(const struct vt *vt, struct wire *q, answer_fn *deliver, void *arg)
{
	uint32_t above = wire_get_u32(q);
	uint64_t line = vt_screen(vt), end;
	char *buf = malloc(WIRE_DATA_MAX + 8);
	size_t n = 0;
	int r = 0;

	if (!buf)
		return -1;
	if (above > TEXT_LINES)
		above = TEXT_LINES;
	line = line - vt_first(vt) > above ? line - above : vt_first(vt);
	end = last_with_text(vt, line);
	for (; r == 0 && line < end; line++) {
		if (n + TEXT_LINE > WIRE_DATA_MAX) {
			r = send_text(q, buf, n, false, deliver, arg);
			n = 0;
		}
		n += vt_line_text(vt, line, buf + n, TEXT_LINE - 2);
		if (!vt_line_wrapped(vt, line))
			buf[n++] = '\n';
	}
	if (r == 0)
		r = send_text(q, buf, n, true, deliver, arg);
	free(buf);
	return r;
}

int answer_request(const struct vt *vt, struct wire *q, answer_fn *deliver, void *arg)
{
	switch (q->type) {
	case WIRE_LINES:
		return answer_lines(vt, q, deliver, arg);
	case WIRE_SEARCH:
		return answer_search(vt, q, deliver, arg);
	case WIRE_TEXT:
		return answer_text(vt, q, deliver, arg);
	default:
		return 1;
	}
}
