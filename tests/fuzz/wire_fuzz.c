/*
 * A message of the wire as the other end may have sent it: taken apart, and,
 * where it is a request, answered from a small terminal. The answers must be
 * messages of the wire themselves.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/answer.h"
#include "engine/session/record.h"
#include "engine/vt/row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int deliver(void *arg, const struct wire *w)
{
	struct wire in;

	(void)arg;
	if (wire_parse(&in, w->data, w->len) < 0)
		abort();
	return 0;
}

static void read_record(struct wire *w)
{
	size_t n = wire_left(w);
	const char *text = (const char *)wire_get(w, n);
	struct session_record r;
	struct error err;
	AUTO_JSON cJSON *j = json_parse("record", text, n, false, &err);

	if (j)
		record_parse(&r, j, &err);
}

static void read_frame(struct wire *w)
{
	static struct vt_glyph row[500];
	struct wire_frame f;

	wire_get_frame(w, &f);
	wire_get(w, f.title_len);
	while (!w->bad && wire_left(w)) {
		wire_get_u16(w);

		size_t n = wire_get_u16(w);
		const uint8_t *packed = wire_get(w, n);

		if (packed)
			vt_row_unpack(packed, n, row, 500);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t buf[WIRE_MAX + 1];
	static struct vt *vt;
	struct error err;
	struct wire w;

	if (!vt) {
		vt = vt_new(80, 24, 1 << 16);
		for (int i = 0; i < 200; i++)
			vt_write(vt, "some text of a line that is written\r\n", 37, 0);
	}
	if (size > WIRE_MAX)
		return 0;
	memcpy(buf, data, size);
	if (wire_parse(&w, buf, size) < 0)
		return 0;
	if (w.type == WIRE_RECORD)
		read_record(&w);
	else if (w.type == WIRE_FRAME)
		read_frame(&w);
	else if (w.type == WIRE_FAILED)
		wire_get_error(&w, &err);
	else
		answer_request(vt, &w, deliver, NULL);
	return 0;
}
