/*
 * Any file as a recording: each line as a header and as an event; what is read goes
 * through a terminal as `play` does, and what that shows is written and read back.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/cast.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What we write has no control in it and is read as it was. */
static void round_trip(const struct cast_header *h, const struct cast_event *e)
{
	struct cast_held held = { 0 };
	struct cast_event back;
	struct error err;
	struct bytes b;

	bytes_init(&b, 1 << 22);
	cast_put_output(&b, e->time, &held, e->data, e->len);
	for (size_t i = 0; i < b.len; i++)
		assert(bytes_front(&b)[i] == '\n' || (bytes_front(&b)[i] >= 0x20 && bytes_front(&b)[i] != 0x7f));
	if (b.len) {
		assert(cast_read_event(&back, h, (const char *)bytes_front(&b), b.len, &err) == 0);
		assert(back.kind == CAST_OUTPUT && back.len);
		cast_event_done(&back);
	}
	bytes_done(&b);
}

static void event(struct vt *vt, const struct cast_header *h, const char *line, size_t n)
{
	struct cast_event e;
	struct error err;

	if (cast_read_event(&e, h, line, n, &err) != 0)
		return;
	if (e.kind == CAST_OUTPUT) {
		assert(strlen(e.data) == e.len);
		vt_write(vt, e.data, e.len, 0);
		round_trip(h, &e);
	} else if (e.kind == CAST_RESIZE) {
		assert(e.cols >= 1 && e.rows >= 1 && e.cols <= VT_SIZE_MAX && e.rows <= VT_SIZE_MAX);
		vt_resize(vt, e.cols % 100 + 1, e.rows % 50 + 1);
	}
	cast_event_done(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct cast_header h = { .version = 2, .cols = 20, .rows = 5 }, read;
	struct vt *vt = vt_new(20, 5, 4096);
	struct error err;
	const char *p = (const char *)data, *end = p + n;

	vt_set_replay(vt, true);
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((nl ? nl : end) - p);

		if (cast_read_header(&read, p, len, &err) == 0) {
			assert(read.cols >= 1 && read.cols <= VT_SIZE_MAX && read.rows >= 1);
			h.version = read.version;
		}
		event(vt, &h, p, len);
		p = nl ? nl + 1 : end;
	}
	vt_free(vt);
	return 0;
}
