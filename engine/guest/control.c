#include "engine/guest/control.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static_assert(sizeof(struct control_stats) == CONTROL_STATS_SIZE, "stats go out as they are");

const char *control_type_name(unsigned type)
{
	static const char *const names[] = {
#define X(name, value, ...) [value] = #name,
		CONTROL_TYPES(X)
#undef X
	};

	return type < sizeof(names) / sizeof(names[0]) ? names[type] : NULL;
}

static uint64_t get(const uint8_t *p, int bytes)
{
	uint64_t v = 0;

	for (int i = 0; i < bytes; i++)
		v |= (uint64_t)p[i] << 8 * i;
	return v;
}

int control_read_u32(const struct frame *f, uint32_t *out)
{
	if (f->len < 4)
		return -1;
	*out = (uint32_t)get(f->payload, 4);
	return 0;
}

int control_read_u64(const struct frame *f, uint64_t *out)
{
	if (f->len < 8)
		return -1;
	*out = get(f->payload, 8);
	return 0;
}

int control_read_size(const struct frame *f, uint16_t *cols, uint16_t *rows)
{
	if (f->len < 4)
		return -1;
	*cols = (uint16_t)get(f->payload, 2);
	*rows = (uint16_t)get(f->payload + 2, 2);
	return *cols && *rows ? 0 : -1;
}

int control_read_end(const struct frame *f, struct control_end *out)
{
	if (f->len < 8)
		return -1;
	*out = (struct control_end){
		.code = (int32_t)get(f->payload, 4),
		.signo = (int32_t)get(f->payload + 4, 4),
		.count = f->len >= 12 ? (uint32_t)get(f->payload + 8, 4) : 0,
	};
	if (out->code < 0 || out->code > 255 || out->signo < 0 || out->signo > 127)
		return -1;
	return out->code && out->signo ? -1 : 0;
}

int control_read_file(const struct frame *f, struct control_file *out)
{
	const uint8_t *p = f->payload;

	if (f->len < CONTROL_FILE_SIZE)
		return -1;
	*out = (struct control_file){
		.size = get(p, 8),
		.digest = get(p + 8, 8),
		.mode = (uint32_t)get(p + 16, 4),
		.uid = (uint32_t)get(p + 20, 4),
		.gid = (uint32_t)get(p + 24, 4),
	};
	return 0;
}

int control_read_stats(const struct frame *f, struct control_stats *s)
{
	const uint8_t *p = f->payload;

	if (f->len < CONTROL_STATS_SIZE)
		return -1;
	*s = (struct control_stats){
		.uptime_ms = get(p, 8),
		.mem_total = get(p + 8, 8),
		.mem_available = get(p + 16, 8),
		.disk_total = get(p + 24, 8),
		.disk_free = get(p + 32, 8),
		.cpu_busy_ms = get(p + 40, 8),
		.load_100 = (uint32_t)get(p + 48, 4),
		.processes = (uint32_t)get(p + 52, 4),
		.cpus = (uint32_t)get(p + 56, 4),
	};
	return s->mem_available > s->mem_total || s->disk_free > s->disk_total ? -1 : 0;
}

int control_read_text(const struct frame *f, int *code, char *text, size_t size)
{
	size_t head = f->type == CONTROL_ERROR ? 4 : 0;

	if (f->len < head)
		return -1;
	*code = head ? (int)(get(f->payload, 4) & 0xfff) : 0;
	size_t n = f->len - head;
	if (n >= size)
		n = size - 1;
	memcpy(text, f->payload + head, n);
	text[n] = '\0';
	return 0;
}

int control_next_pair(const struct frame *f, size_t *at, char key[static 24], const char **value)
{
	if (*at == f->len)
		return 0;
	const char *pair = (const char *)f->payload + *at;
	const char *end = memchr(pair, '\0', f->len - *at);
	const char *is = end ? memchr(pair, '=', (size_t)(end - pair)) : NULL;
	if (!is || is == pair)
		return -1;
	snprintf(key, 24, "%.*s", (int)(is - pair < 23 ? is - pair : 23), pair);
	*value = is + 1;
	*at += (size_t)(end - pair) + 1;
	return 1;
}

void control_begin(struct control_writer *w, void *out, size_t size, enum control_type type,
		   uint32_t id)
{
	*w = (struct control_writer){
		.out = out,
		.size = size < FRAME_MAX ? size : FRAME_MAX,
		.len = FRAME_HEADER,
		.full = size < FRAME_HEADER,
		.frame = { .type = (uint8_t)type, .id = id },
	};
}

void control_flags(struct control_writer *w, uint8_t flags)
{
	w->frame.flags = flags;
}

void control_bytes(struct control_writer *w, const void *data, size_t n)
{
	if (w->full || n > w->size - w->len) {
		w->full = true;
		return;
	}
	if (n)
		memcpy(w->out + w->len, data, n);
	w->len += n;
}

static void put(struct control_writer *w, uint64_t v, int bytes)
{
	uint8_t b[8];

	for (int i = 0; i < bytes; i++)
		b[i] = (uint8_t)(v >> 8 * i);
	control_bytes(w, b, (size_t)bytes);
}

void control_u16(struct control_writer *w, uint16_t v)
{
	put(w, v, 2);
}

void control_u32(struct control_writer *w, uint32_t v)
{
	put(w, v, 4);
}

void control_u64(struct control_writer *w, uint64_t v)
{
	put(w, v, 8);
}

void control_stats(struct control_writer *w, const struct control_stats *s)
{
	const uint64_t longs[] = { s->uptime_ms,  s->mem_total, s->mem_available,
				   s->disk_total, s->disk_free, s->cpu_busy_ms };
	const uint32_t words[] = { s->load_100, s->processes, s->cpus, 0 };

	for (size_t i = 0; i < sizeof(longs) / sizeof(longs[0]); i++)
		put(w, longs[i], 8);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		put(w, words[i], 4);
}

void control_file(struct control_writer *w, const struct control_file *f)
{
	put(w, f->size, 8);
	put(w, f->digest, 8);
	put(w, f->mode, 4);
	put(w, f->uid, 4);
	put(w, f->gid, 4);
}

uint64_t control_digest(uint64_t digest, const void *data, size_t n)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < n; i++)
		digest = (digest ^ p[i]) * 0x100000001b3ULL;
	return digest;
}

void control_pair(struct control_writer *w, const char *key, const char *value)
{
	control_bytes(w, key, strlen(key));
	control_bytes(w, "=", 1);
	control_bytes(w, value, strlen(value) + 1);
}

void control_pair_u64(struct control_writer *w, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	control_pair(w, key, text);
}

void control_pair_hex(struct control_writer *w, const char *key, const void *data, size_t n)
{
	const uint8_t *p = data;

	control_bytes(w, key, strlen(key));
	control_bytes(w, "=", 1);
	for (size_t i = 0; i < n; i++) {
		char two[3];
		snprintf(two, sizeof(two), "%02x", p[i]);
		control_bytes(w, two, 2);
	}
	control_bytes(w, "", 1);
}

size_t control_finish(struct control_writer *w)
{
	if (w->full)
		return 0;
	w->frame.len = (uint32_t)(w->len - FRAME_HEADER);
	frame_header(w->out, &w->frame);
	return w->len;
}
