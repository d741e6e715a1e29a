/*
 * Any bytes as what a guest sends: split into frames, each payload read by all
 * readers that its type has. The same bytes as what a host sends, since init
 * should not be brought down either.
 */
#include <assert.h>
#include <string.h>

#include "engine/guest/control.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void read_payload(const struct frame *f)
{
	struct control_stats stats;
	struct control_end end;
	uint16_t cols, rows;
	uint32_t u32;
	uint64_t u64;
	char text[64], key[24];
	const char *value;
	int code;
	size_t at = 0;

	if (control_read_stats(f, &stats) == 0)
		assert(stats.mem_available <= stats.mem_total && stats.disk_free <= stats.disk_total);
	if (control_read_end(f, &end) == 0)
		assert(end.code >= 0 && end.code < 256 && end.signo >= 0 && end.signo < 128);
	if (control_read_size(f, &cols, &rows) == 0)
		assert(cols && rows);
	control_read_u32(f, &u32);
	control_read_u64(f, &u64);
	if (control_read_text(f, &code, text, sizeof(text)) == 0)
		assert(strlen(text) < sizeof(text) && code >= 0);
	while (control_next_pair(f, &at, key, &value) > 0)
		assert(key[0] && strlen(key) < sizeof(key) &&
		       (const uint8_t *)value + strlen(value) < f->payload + f->len);
	assert(at <= f->len);
}

static void split(const uint8_t *data, size_t n, enum frame_sender sender)
{
	size_t at = 0;

	for (;;) {
		uint8_t again[FRAME_HEADER];
		struct frame f;
		const char *why = NULL;
		ssize_t used = frame_parse(data + at, n - at, sender, &f, &why);
		if (used == FRAME_BAD)
			assert(why);
		if (used <= 0)
			return;
		assert((size_t)used == FRAME_HEADER + f.len && (size_t)used <= n - at);
		assert(control_type_name(f.type));
		frame_header(again, &f);
		assert(memcmp(again, data + at, FRAME_HEADER) == 0);
		read_payload(&f);
		at += (size_t)used;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	split(data, n, FRAME_FROM_GUEST);
	split(data, n, FRAME_FROM_HOST);
	return 0;
}
