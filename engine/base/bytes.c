#include "engine/base/bytes.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bytes_init(struct bytes *b, size_t cap)
{
	*b = (struct bytes){ .cap = cap };
}

void bytes_done(struct bytes *b)
{
	free(b->data);
	*b = (struct bytes){ 0 };
}

uint8_t *bytes_room(struct bytes *b, size_t n)
{
	size_t size;
	uint8_t *data;

	if (n > b->cap || b->len > b->cap - n)
		return NULL;
	if (b->start + b->len + n <= b->size)
		return b->data + b->start + b->len;
	if (b->start && b->len + n <= b->size) {
		memmove(b->data, b->data + b->start, b->len);
		b->start = 0;
		return b->data + b->len;
	}
	size = b->size ? b->size : 256;
	while (size < b->start + b->len + n)
		size *= 2;
	data = realloc(b->data, size);
	if (!data)
		return NULL;
	b->data = data;
	b->size = size;
	return data + b->start + b->len;
}

void bytes_grew(struct bytes *b, size_t n)
{
	assert(b->start + b->len + n <= b->size);
	b->len += n;
}

int bytes_add(struct bytes *b, const void *data, size_t n)
{
	uint8_t *room;

	if (!n)
		return 0;
	room = bytes_room(b, n);
	if (!room) {
		b->dropped += n;
		return -1;
	}
	memcpy(room, data, n);
	b->len += n;
	return 0;
}

int bytes_printf(struct bytes *b, const char *fmt, ...)
{
	va_list ap;
	uint8_t *room;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return -1;
	room = bytes_room(b, (size_t)n + 1);
	if (!room) {
		b->dropped += (size_t)n;
		return -1;
	}
	va_start(ap, fmt);
	vsnprintf((char *)room, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

void bytes_eat(struct bytes *b, size_t n)
{
	assert(n <= b->len);
	b->start += n;
	b->len -= n;
	if (!b->len)
		b->start = 0;
}

void bytes_clear(struct bytes *b)
{
	b->start = b->len = 0;
}
