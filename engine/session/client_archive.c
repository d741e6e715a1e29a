#include "engine/session/client_parts.h"

#include <errno.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/session/answer.h"
#include "engine/session/archive.h"
#include "engine/session/inspect.h"

static int deliver(void *arg, const struct wire *w)
{
	struct wire in;

	return wire_parse(&in, w->data, w->len) < 0 ? -1 : client_take(arg, &in);
}

static void fail_request(struct client *c, uint32_t request)
{
	struct error err;

	error_set(&err, 0, "session %s has ended", c->record.id);
	err.code = ESRCH;
	if (c->events->failed)
		c->events->failed(c, request, &err);
}

static void archive_network(struct client *c, uint32_t request)
{
	size_t len;
	struct error err;
	AUTO_FREE char *text = file_read(c->dir, NETWORK_STATUS_FILE, NETWORK_STATUS_CAP, &len, &err);

	if (text) {
		client_tell_network(c, request, text, len);
		return;
	}
	if (err.code == ENOENT)
		error_set(&err, ENOENT, "session %s had no network", c->record.id);
	if (c->events->failed)
		c->events->failed(c, request, &err);
}

/* As they were at the end, written by the supervisor. */
static void archive_changes(struct client *c, uint32_t request)
{
	size_t len;
	struct error err;
	AUTO_FREE char *text = file_read(c->dir, LOOK_FILE, INSPECT_OUT, &len, &err);

	if (text) {
		if (c->events->text)
			c->events->text(c, request, text, len, true);
		return;
	}
	if (err.code == ENOENT)
		error_set(&err, ENOENT, "session %s left no list of changes", c->record.id);
	if (c->events->failed)
		c->events->failed(c, request, &err);
}

static void archive_answer(struct client *c, uint8_t *data, size_t n)
{
	struct wire w;

	if (wire_parse(&w, data, n) < 0)
		return;
	if (w.type == WIRE_NETWORK)
		archive_network(c, w.request);
	else if (w.type == WIRE_LOOK && w.len - w.at >= 1 && w.data[w.at] == LOOK_CHANGES)
		archive_changes(c, w.request);
	else if (w.type == WIRE_EXEC || w.type == WIRE_LOOK || w.type == WIRE_ALLOW || w.type == WIRE_TAPE ||
		 w.type == WIRE_PROVE)
		fail_request(c, w.request);
	else if (w.type == WIRE_LINES || w.type == WIRE_SEARCH || w.type == WIRE_TEXT) {
		if (!c->archive || answer_request(c->archive, &w, deliver, c) != 0)
			fail_request(c, w.request);
	}
}

void client_archive_answers(struct later *l)
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
		client_tell_frame(c);
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

void client_become_archive(struct client *c, const struct session_entry *e)
{
	struct error err;

	c->record = e->record;
	c->archive = archive_load(c->dir, &err);
	c->full_due = true;
	loop_later(c->loop, &c->answers);
}
