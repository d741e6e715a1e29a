/*
 * A queue of bytes with a hard cap: appended at the end, consumed from the
 * front. What does not fit is refused whole and counted, never grown beyond
 * the cap, so that a peer that floods costs a known amount of memory.
 */
#ifndef ENGINE_BASE_BYTES_H
#define ENGINE_BASE_BYTES_H

#include <stdint.h>
#include <stddef.h>

struct bytes {
	uint8_t *data;    /* storage, owned */
	size_t start;     /* offset of the first byte in use */
	size_t len;       /* bytes in use */
	size_t size;      /* storage allocated */
	size_t cap;       /* most that len may become */
	uint64_t dropped; /* bytes refused since init */
};

void bytes_init(struct bytes *b, size_t cap);
void bytes_done(struct bytes *b);

/* 0, or -1 if it does not fit (or no memory): nothing is added then. */
int bytes_add(struct bytes *b, const void *data, size_t n);
int bytes_printf(struct bytes *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Room for n more bytes at the end, to be committed by bytes_grew; NULL when
 * n do not fit. */
uint8_t *bytes_room(struct bytes *b, size_t n);
void bytes_grew(struct bytes *b, size_t n);

static inline const uint8_t *bytes_front(const struct bytes *b)
{
	return b->data ? b->data + b->start : (const uint8_t *)"";
}
void bytes_eat(struct bytes *b, size_t n);
void bytes_clear(struct bytes *b);

#endif
