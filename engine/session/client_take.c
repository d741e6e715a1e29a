#include "engine/session/client_parts.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/vt/row.h"
#include "engine/vt/vt.h"

enum {
	SIZE_MAX_CELLS = 500,
};

/* The mirror. */

static int mirror_size(struct client *c, int cols, int rows)
{
	struct screen *s = &c->screen;
	struct vt_glyph *cells;
	uint64_t *changed;

	if (cols == s->cols && rows == s->rows)
		return 0;
	if (cols < 1 || rows < 1 || cols > SIZE_MAX_CELLS * 2 || rows > SIZE_MAX_CELLS * 2)
		return -1;
	cells = calloc((size_t)cols * (size_t)rows, sizeof(*cells));
	changed = calloc((size_t)rows, sizeof(*changed));
	if (!cells || !changed) {
		free(cells);
		free(changed);
		return -1;
	}
	for (size_t i = 0; i < (size_t)cols * (size_t)rows; i++)
		cells[i].width = 1;
	for (int r = 0; r < rows; r++)
		changed[r] = s->version + 1;
	free(s->cells);
	free(s->changed);
	s->cells = cells;
	s->changed = changed;
	s->cols = cols;
	s->rows = rows;
	s->whole = s->version + 1;
	return 0;
}

static void mirror_scroll(struct screen *s, uint32_t by)
{
	size_t row = (size_t)s->cols * sizeof(*s->cells);

	if (!by)
		return;
	for (int r = 0; r < s->rows; r++)
		s->changed[r] = s->version + 1;
	if (by < (uint32_t)s->rows)
		memmove(s->cells, s->cells + (size_t)by * (size_t)s->cols,
			((size_t)s->rows - by) * row);
}

static int take_rows(struct client *c, struct wire *w)
{
	struct screen *s = &c->screen;

	while (wire_left(w)) {
		uint16_t row = wire_get_u16(w), n = wire_get_u16(w);
		const uint8_t *packed = wire_get(w, n);

		if (!packed || row >= s->rows ||
		    vt_row_unpack(packed, n, s->cells + (size_t)row * (size_t)s->cols, s->cols) < 0)
			return -1;
		s->changed[row] = s->version + 1;
	}
	return 0;
}

static int take_frame(struct client *c, struct wire *w)
{
	struct screen *s = &c->screen;
	struct wire_frame f;
	const uint8_t *title;
	char cleaned[sizeof(s->title)];

	wire_get_frame(w, &f);
	title = wire_get(w, f.title_len);
	if (!title || mirror_size(c, f.cols, f.rows) < 0)
		return -1;
	if (f.flags & WIRE_FRAME_FIRST) {
		mirror_scroll(s, f.scrolled);
		text_clean(cleaned, sizeof(cleaned), (const char *)title, f.title_len, false);
		if (strcmp(cleaned, s->title) != 0) {
			strcpy(s->title, cleaned);
			s->whole = s->version + 1;
		}
	}
	s->first = f.first;
	s->top = f.top;
	s->end = f.end;
	s->cursor_row = f.cursor_row < f.rows ? f.cursor_row : f.rows - 1;
	s->cursor_col = f.cursor_col < f.cols ? f.cursor_col : f.cols - 1;
	s->cursor_visible = f.modes & WIRE_CURSOR_VISIBLE;
	s->cursor_shape = f.shape;
	s->alt_screen = f.modes & WIRE_ALT_SCREEN;
	s->mouse = f.modes & WIRE_MOUSE_WANTED;
	s->paste = f.modes & WIRE_PASTE_WANTED;
	if (take_rows(c, w) < 0)
		return -1;
	if (f.flags & WIRE_FRAME_LAST) {
		s->version++;
		c->frame_new = true;
	}
	return 0;
}

/* Answers. */

static int take_lines(struct client *c, struct wire *w)
{
	uint64_t line = wire_get_u64(w);
	int cols = wire_get_u16(w), count = wire_get_u16(w);
	size_t n = (size_t)cols * (size_t)count;

	if (cols < 1 || cols > VT_SIZE_MAX || count > WIRE_LINES_MAX)
		return -1;
	if (n > c->lines_n) {
		struct vt_glyph *more = realloc(c->lines, n * sizeof(*more));

		if (!more)
			return -1;
		c->lines = more;
		c->lines_n = n;
	}
	if (!c->line_flags && !(c->line_flags = malloc(WIRE_LINES_MAX)))
		return -1;
	for (int i = 0; i < count; i++) {
		int row = wire_get_u16(w);
		size_t len = wire_get_u16(w);
		const uint8_t *packed = wire_get(w, len);

		if (!packed || row != i ||
		    vt_row_unpack(packed, len, c->lines + (size_t)i * (size_t)cols, cols) < 0)
			return -1;
		c->line_flags[i] = vt_row_flags(packed, len);
	}
	if (c->events->lines)
		c->events->lines(c, w->request, line, count, cols, c->lines);
	return 0;
}

static int take_record(struct client *c, struct wire *w)
{
	size_t n = wire_left(w);
	const char *text = (const char *)wire_get(w, n);
	struct session_record r;
	struct error err;
	AUTO_JSON cJSON *j = json_parse("record", text, n, false, &err);

	if (!j || record_parse(&r, j, &err) < 0)
		return -1;
	c->record = r;
	if (c->events->record)
		c->events->record(c);
	return 0;
}

static int take_found(struct client *c, struct wire *w)
{
	bool found = wire_get_u8(w);
	uint64_t line = wire_get_u64(w);
	int col = (int)(wire_get_u32(w) & 0xffff);

	if (c->events->found)
		c->events->found(c, w->request, found, line, col,
				 (int)(wire_get_u32(w) & 0xffffff));
	return 0;
}

static int take_text(struct client *c, struct wire *w)
{
	bool last = wire_get_u8(w);
	size_t n = wire_left(w);

	if (c->events->text)
		c->events->text(c, w->request, (const char *)wire_get(w, n), n, last);
	return 0;
}

static int take_failed(struct client *c, struct wire *w)
{
	struct error err;

	wire_get_error(w, &err);
	if (c->events->failed)
		c->events->failed(c, w->request, &err);
	return 0;
}

void client_tell_network(struct client *c, uint32_t request, const char *text, size_t n)
{
	struct error err = { 0 };
	AUTO_JSON cJSON *j = json_parse("network status", text, n, false, &err);

	if (!c->network)
		c->network = calloc(1, sizeof(*c->network));
	if (j && c->network && network_status_parse(c->network, j, &err) == 0) {
		if (c->events->network)
			c->events->network(c, request, c->network);
	} else if (c->events->failed) {
		c->events->failed(c, request, &err);
	}
}

static int take_network(struct client *c, struct wire *w)
{
	bool last = wire_get_u8(w);
	size_t n = wire_left(w);

	if (bytes_add(&c->network_text, wire_get(w, n), n) < 0)
		return -1;
	if (!last)
		return 0;
	client_tell_network(c, w->request, (const char *)bytes_front(&c->network_text), c->network_text.len);
	bytes_clear(&c->network_text);
	return 0;
}

static int take_output(struct client *c, struct wire *w)
{
	int stream = wire_get_u8(w) == 2 ? 2 : 1;
	size_t n = wire_left(w);

	if (c->events->output)
		c->events->output(c, w->request, stream, wire_get(w, n), n);
	return 0;
}

int client_take(struct client *c, struct wire *w)
{
	switch (w->type) {
	case WIRE_HELLO:
		return wire_get_u32(w) == WIRE_VERSION ? 0 : -1;
	case WIRE_RECORD:
		return take_record(c, w);
	case WIRE_FRAME:
		return take_frame(c, w);
	case WIRE_BELL:
		if (c->events->bell)
			c->events->bell(c);
		return 0;
	case WIRE_LINES_ARE:
		return take_lines(c, w);
	case WIRE_FOUND:
		return take_found(c, w);
	case WIRE_TEXT_IS:
		return take_text(c, w);
	case WIRE_OUTPUT:
		return take_output(c, w);
	case WIRE_TAKEN:
		if (c->events->taken)
			c->events->taken(c, w->request, wire_get_u32(w));
		return 0;
	case WIRE_EXITED:
		if (c->events->exited)
			c->events->exited(c, w->request, (int)wire_get_u32(w));
		return 0;
	case WIRE_NETWORK_IS:
		return take_network(c, w);
	case WIRE_DONE:
		if (c->events->done)
			c->events->done(c, w->request);
		return 0;
	case WIRE_FAILED:
		return take_failed(c, w);
	default:
		return -1;
	}
}

void client_tell_frame(struct client *c)
{
	if (!c->frame_new || !c->open)
		return;
	c->frame_new = false;
	if (c->watching && c->events->frame)
		c->events->frame(c);
}
