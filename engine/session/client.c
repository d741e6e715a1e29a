#include "engine/session/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/session/answer.h"
#include "engine/session/archive.h"
#include "engine/session/sessions.h"
#include "engine/session/wire.h"
#include "engine/vt/row.h"

enum {
	OUT_CAP = 4 << 20,
	TURN_MESSAGES = 64,
	AGAIN_MS = 20,
	AGAIN_TRIES = 100,
	SIZE_MAX_CELLS = 500,
};

static void disconnect(struct client *c)
{
	if (!c->source.loop)
		return;
	source_forget(&c->source);
	close(c->source.fd);
	bytes_clear(&c->out);
	c->live = false;
}

static void give_up(struct client *c, const struct error *err)
{
	c->open = false;
	disconnect(c);
	if (c->events->gone)
		c->events->gone(c, err);
}

/* The mirror. */

static int mirror_size(struct client *c, int cols, int rows)
{
	struct screen *s = &c->screen;
	struct vt_glyph *cells;

	if (cols == s->cols && rows == s->rows)
		return 0;
	if (cols < 1 || rows < 1 || cols > SIZE_MAX_CELLS * 2 || rows > SIZE_MAX_CELLS * 2)
		return -1;
	cells = calloc((size_t)cols * (size_t)rows, sizeof(*cells));
	if (!cells)
		return -1;
	for (size_t i = 0; i < (size_t)cols * (size_t)rows; i++)
		cells[i].width = 1;
	free(s->cells);
	s->cells = cells;
	s->cols = cols;
	s->rows = rows;
	return 0;
}

static void mirror_scroll(struct screen *s, uint32_t by)
{
	size_t row = (size_t)s->cols * sizeof(*s->cells);

	if (by && by < (uint32_t)s->rows)
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
	}
	return 0;
}

static int take_frame(struct client *c, struct wire *w)
{
	struct screen *s = &c->screen;
	struct wire_frame f;
	const uint8_t *title;

	wire_get_frame(w, &f);
	title = wire_get(w, f.title_len);
	if (!title || mirror_size(c, f.cols, f.rows) < 0)
		return -1;
	if (f.flags & WIRE_FRAME_FIRST) {
		mirror_scroll(s, f.scrolled);
		text_clean(s->title, sizeof(s->title), (const char *)title, f.title_len, false);
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
		c->events->found(c, w->request, found, line, col, (int)(wire_get_u32(w) & 0xffffff));
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

static int take_output(struct client *c, struct wire *w)
{
	int stream = wire_get_u8(w) == 2 ? 2 : 1;
	size_t n = wire_left(w);

	if (c->events->output)
		c->events->output(c, w->request, stream, wire_get(w, n), n);
	return 0;
}

static int take(struct client *c, struct wire *w)
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
	case WIRE_FAILED:
		return take_failed(c, w);
	default:
		return -1;
	}
}

static void tell_frame(struct client *c)
{
	if (!c->frame_new || !c->open)
		return;
	c->frame_new = false;
	if (c->watching && c->events->frame)
		c->events->frame(c);
}

/* The archive. */

static int deliver(void *arg, const struct wire *w)
{
	struct wire in;

	return wire_parse(&in, w->data, w->len) < 0 ? -1 : take(arg, &in);
}

static void fail_request(struct client *c, uint32_t request)
{
	struct error err;

	error_set(&err, 0, "session %s has ended", c->record.id);
	err.code = ESRCH;
	if (c->events->failed)
		c->events->failed(c, request, &err);
}

static void archive_answer(struct client *c, uint8_t *data, size_t n)
{
	struct wire w;

	if (wire_parse(&w, data, n) < 0)
		return;
	if (w.type == WIRE_EXEC)
		fail_request(c, w.request);
	else if (w.type == WIRE_LINES || w.type == WIRE_SEARCH || w.type == WIRE_TEXT) {
		if (!c->archive || answer_request(c->archive, &w, deliver, c) != 0)
			fail_request(c, w.request);
	}
}

static void archive_answers(struct later *l)
{
	struct client *c = LIST_ITEM(l, struct client, answers);

	if (c->full_due) {
		c->full_due = false;
		if (c->events->record)
			c->events->record(c);
		if (c->archive) {
			struct damage d = { 0 };

			damage_all(&d);
			answer_frame(c->archive, &d, deliver, c);
			c->screen.cursor_visible = false;
		}
		tell_frame(c);
	}
	while (c->open && c->asked.len) {
		uint8_t buf[WIRE_MAX];
		uint32_t n;

		memcpy(&n, bytes_front(&c->asked), sizeof(n));
		memcpy(buf, bytes_front(&c->asked) + sizeof(n), n);
		bytes_eat(&c->asked, sizeof(n) + n);
		archive_answer(c, buf, n);
	}
}

static void become_archive(struct client *c, const struct session_entry *e)
{
	struct error err;

	c->record = e->record;
	c->archive = archive_load(c->dir, &err);
	c->full_due = true;
	loop_later(c->loop, &c->answers);
}

/* The connection. */

static void lost(struct client *c)
{
	struct session_entry e;
	struct stat st;
	struct error err;

	disconnect(c);
	if (fstat(c->dir, &st) < 0 || st.st_nlink == 0) {
		error_set(&err, 0, "the session was removed");
		give_up(c, &err);
		return;
	}
	session_read(c->dir, c->record.id, &e);
	if (!e.alive) {
		become_archive(c, &e);
		return;
	}
	if (c->tries++ < AGAIN_TRIES && timer_start(c->loop, &c->again, AGAIN_MS, 0, &err) == 0)
		return;
	error_set(&err, 0, "session %s closed the connection", c->record.id);
	error_hint(&err, "it may be of another version of vmdeck; vmdeck kill %s ends it", c->record.id);
	give_up(c, &err);
}

static void lost_again(struct timer *t)
{
	lost(SOURCE_OWNER(t, struct client, again));
}

static void flush(struct client *c)
{
	while (c->out.len) {
		const uint8_t *p = bytes_front(&c->out);
		uint32_t n;
		struct wire w;

		memcpy(&n, p, sizeof(n));
		w = (struct wire){ .data = (uint8_t *)(uintptr_t)(p + sizeof(n)), .len = n };
		if (wire_send(c->source.fd, &w) != 0)
			break;
		bytes_eat(&c->out, sizeof(n) + n);
	}
	source_want(&c->source, EPOLLIN | (c->out.len ? (uint32_t)EPOLLOUT : 0u));
}

static void receive(struct client *c)
{
	uint8_t buf[WIRE_MAX];

	for (int i = 0; i < TURN_MESSAGES && c->source.loop; i++) {
		ssize_t n = recv(c->source.fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_TRUNC);
		struct wire w;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0 || wire_parse(&w, buf, (size_t)n) < 0 || take(c, &w) < 0 || w.bad) {
			tell_frame(c);
			if (c->open)
				lost(c);
			return;
		}
	}
	tell_frame(c);
}

static void event(struct source *s, uint32_t events)
{
	struct client *c = SOURCE_OWNER(s, struct client, source);

	if (events & EPOLLOUT)
		flush(c);
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		receive(c);
}

static void queue(struct bytes *b, const struct wire *w)
{
	uint32_t n = (uint32_t)w->len;

	if (b->len + sizeof(n) + n > OUT_CAP)
		return;
	bytes_add(b, &n, sizeof(n));
	bytes_add(b, w->data, n);
}

static void post(struct client *c, const struct wire *w)
{
	if (!c->open || w->bad)
		return;
	if (!c->source.loop) {
		queue(&c->asked, w);
		loop_later(c->loop, &c->answers);
		return;
	}
	if (!c->out.len && wire_send(c->source.fd, w) != 1)
		return;
	queue(&c->out, w);
	source_want(&c->source, EPOLLIN | EPOLLOUT);
}

static int connect_live(struct client *c, struct error *err)
{
	AUTO_CLOSE int fd = wire_connect(c->dir, err);
	uint8_t buf[WIRE_MAX];
	struct wire w;

	if (fd < 0 || loop_watch(c->loop, &c->source, fd, EPOLLIN, err) < 0)
		return -1;
	take_fd(&fd);
	c->live = true;
	wire_begin(&w, buf, WIRE_HELLO, 0);
	wire_u32(&w, WIRE_VERSION);
	post(c, &w);
	return 0;
}

int client_open(struct client *c, struct loop *l, const struct paths *p, const char *id,
		const struct client_events *events, void *owner, struct error *err)
{
	struct session_entry e;

	*c = (struct client){ .loop = l, .events = events, .owner = owner, .source.fn = event,
			      .answers.fn = archive_answers, .again.fn = lost_again, .last_request = 1 };
	c->dir = session_dir(p, id, err);
	if (c->dir < 0)
		return -1;
	c->open = true;
	bytes_init(&c->out, OUT_CAP);
	bytes_init(&c->asked, OUT_CAP);
	session_read(c->dir, id, &e);
	c->record = e.record;
	if (!e.alive)
		become_archive(c, &e);
	else if (connect_live(c, err) < 0) {
		if (err->code == EPERM) {
			client_close(c);
			return -1;
		}
		lost(c); /* it is just ending */
	}
	return 0;
}

void client_close(struct client *c)
{
	if (!c->loop)
		return;
	disconnect(c);
	timer_stop(&c->again);
	later_cancel(&c->answers);
	drop_fd(&c->dir);
	vt_free(c->archive);
	bytes_done(&c->out);
	bytes_done(&c->asked);
	free(c->screen.cells);
	free(c->lines);
	free(c->line_flags);
	*c = (struct client){ .dir = -1 };
}

/* What one can say. */

static uint32_t begin(struct client *c, struct wire *w, uint8_t *buf, enum wire_type type,
		      bool request)
{
	uint32_t id = 0;

	if (request) {
		id = c->last_request++;
		if (!c->last_request)
			c->last_request = 1;
	}
	wire_begin(w, buf, type, id);
	return id;
}

static void post_empty(struct client *c, enum wire_type type)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;

	begin(c, &w, buf, type, false);
	post(c, &w);
}

static void post_byte(struct client *c, enum wire_type type, uint8_t v)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;

	begin(c, &w, buf, type, false);
	wire_u8(&w, v);
	post(c, &w);
}

static void post_bulk(struct client *c, enum wire_type type, uint32_t request, const void *data,
		      size_t n)
{
	const uint8_t *p = data;
	uint8_t buf[WIRE_MAX];
	struct wire w;

	while (n) {
		size_t part = n < WIRE_DATA_MAX ? n : WIRE_DATA_MAX;

		wire_begin(&w, buf, type, request);
		wire_put(&w, p, part);
		post(c, &w);
		p += part;
		n -= part;
	}
}

void client_watch(struct client *c, bool on)
{
	if (c->watching == on || !c->open)
		return;
	c->watching = on;
	if (c->source.loop) {
		post_byte(c, WIRE_WATCH, on);
	} else if (on) {
		c->full_due = true;
		loop_later(c->loop, &c->answers);
	}
}

void client_key(struct client *c, uint32_t key, unsigned mods)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;

	begin(c, &w, buf, WIRE_KEY, false);
	wire_u32(&w, key);
	wire_u32(&w, mods);
	post(c, &w);
}

void client_mouse(struct client *c, int button, int row, int col, unsigned mods, bool press,
		  bool motion)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;

	begin(c, &w, buf, WIRE_MOUSE, false);
	wire_u32(&w, (uint32_t)button);
	wire_u16(&w, (uint16_t)row);
	wire_u16(&w, (uint16_t)col);
	wire_u16(&w, (uint16_t)mods);
	wire_u8(&w, press);
	wire_u8(&w, motion);
	post(c, &w);
}

void client_paste(struct client *c, const char *text, size_t n)
{
	post_bulk(c, WIRE_PASTE, 0, text, n);
}

void client_type(struct client *c, const void *bytes, size_t n)
{
	post_bulk(c, WIRE_TYPE, 0, bytes, n);
}

void client_focus(struct client *c, bool in)
{
	post_byte(c, WIRE_FOCUS, in);
}

void client_resize(struct client *c, int cols, int rows)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;

	begin(c, &w, buf, WIRE_RESIZE, false);
	wire_u16(&w, (uint16_t)cols);
	wire_u16(&w, (uint16_t)rows);
	post(c, &w);
}

uint32_t client_lines(struct client *c, uint64_t line, int count)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;
	uint32_t id = begin(c, &w, buf, WIRE_LINES, true);

	wire_u64(&w, line);
	wire_u32(&w, (uint32_t)count);
	post(c, &w);
	return id;
}

uint32_t client_search(struct client *c, const char *text, uint64_t line, int col, bool backward)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;
	uint32_t id = begin(c, &w, buf, WIRE_SEARCH, true);

	wire_u64(&w, line);
	wire_u32(&w, (uint32_t)col);
	wire_u8(&w, backward);
	wire_put(&w, text, strnlen(text, 400));
	post(c, &w);
	return id;
}

uint32_t client_text(struct client *c, unsigned scrollback)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;
	uint32_t id = begin(c, &w, buf, WIRE_TEXT, true);

	wire_u32(&w, scrollback);
	post(c, &w);
	return id;
}

uint32_t client_exec(struct client *c, char *const argv[])
{
	uint8_t buf[WIRE_MAX];
	struct wire w;
	uint32_t id = begin(c, &w, buf, WIRE_EXEC, true);

	for (; *argv; argv++)
		wire_put(&w, *argv, strlen(*argv) + 1);
	if (w.bad || w.len > WIRE_DATA_MAX)
		return 0;
	post(c, &w);
	return id;
}

void client_exec_input(struct client *c, uint32_t request, const void *data, size_t n)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;

	if (n) {
		post_bulk(c, WIRE_EXEC_INPUT, request, data, n);
		return;
	}
	wire_begin(&w, buf, WIRE_EXEC_INPUT, request);
	post(c, &w);
}

void client_exec_signal(struct client *c, uint32_t request, int signo)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;

	wire_begin(&w, buf, WIRE_EXEC_SIGNAL, request);
	wire_u32(&w, (uint32_t)signo);
	post(c, &w);
}

void client_stop(struct client *c)
{
	post_empty(c, WIRE_STOP);
}

void client_kill(struct client *c)
{
	post_empty(c, WIRE_KILL);
}

void client_attend(struct client *c)
{
	post_empty(c, WIRE_ATTEND);
}
