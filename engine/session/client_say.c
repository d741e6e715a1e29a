#include "engine/session/client_parts.h"

#include <string.h>

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
	client_post(c, &w);
}

static void post_byte(struct client *c, enum wire_type type, uint8_t v)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;

	begin(c, &w, buf, type, false);
	wire_u8(&w, v);
	client_post(c, &w);
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
		client_post(c, &w);
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
	client_post(c, &w);
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
	client_post(c, &w);
}

void client_paste(struct client *c, const char *text, size_t n)
{
	post_bulk(c, WIRE_PASTE, 0, text, n);
}

void client_type(struct client *c, const void *bytes, size_t n)
{
	post_bulk(c, WIRE_TYPE, 0, bytes, n);
}

uint32_t client_enter(struct client *c, bool keyboard)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;
	uint32_t id = begin(c, &w, buf, WIRE_ENTER, true);

	wire_u8(&w, keyboard);
	client_post(c, &w);
	return id;
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
	client_post(c, &w);
}

static uint32_t typist(struct client *c, enum wire_typist how)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;
	uint32_t id;

	if (!c->live)
		return 0;
	id = begin(c, &w, buf, WIRE_TYPIST, true);
	wire_u8(&w, (uint8_t)how);
	client_post(c, &w);
	return id;
}

uint32_t client_take_keyboard(struct client *c, bool over)
{
	return typist(c, over ? WIRE_TYPIST_TAKES_OVER : WIRE_TYPIST_TAKES);
}

void client_leave_keyboard(struct client *c)
{
	typist(c, WIRE_TYPIST_LEAVES);
}

uint32_t client_lines(struct client *c, uint64_t line, int count)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;
	uint32_t id = begin(c, &w, buf, WIRE_LINES, true);

	wire_u64(&w, line);
	wire_u32(&w, (uint32_t)count);
	client_post(c, &w);
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
	client_post(c, &w);
	return id;
}

uint32_t client_text(struct client *c, unsigned scrollback)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;
	uint32_t id = begin(c, &w, buf, WIRE_TEXT, true);

	wire_u32(&w, scrollback);
	client_post(c, &w);
	return id;
}

uint32_t client_tape(struct client *c, bool on)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;
	uint32_t id = begin(c, &w, buf, WIRE_TAPE, true);

	wire_u8(&w, on);
	client_post(c, &w);
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
	client_post(c, &w);
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
	client_post(c, &w);
}

void client_exec_signal(struct client *c, uint32_t request, int signo)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;

	wire_begin(&w, buf, WIRE_EXEC_SIGNAL, request);
	wire_u32(&w, (uint32_t)signo);
	client_post(c, &w);
}

uint32_t client_prove(struct client *c)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;
	uint32_t id = begin(c, &w, buf, WIRE_PROVE, true);

	client_post(c, &w);
	return id;
}

uint32_t client_network(struct client *c)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;
	uint32_t id = begin(c, &w, buf, WIRE_NETWORK, true);

	client_post(c, &w);
	return id;
}

uint32_t client_allow(struct client *c, const char *rule, bool allow)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;
	uint32_t id = begin(c, &w, buf, WIRE_ALLOW, true);

	wire_u8(&w, allow);
	wire_put(&w, rule, strnlen(rule, 500));
	client_post(c, &w);
	return id;
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

uint32_t client_look(struct client *c, unsigned kind, const char *const texts[], size_t n)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;
	uint32_t id = begin(c, &w, buf, WIRE_LOOK, true);

	wire_u8(&w, (uint8_t)kind);
	for (size_t i = 0; i < n; i++)
		wire_put(&w, texts[i], strlen(texts[i]) + 1);
	client_post(c, &w);
	return id;
}
