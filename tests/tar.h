/*
 * A tar made by hand, so that a test decides every byte of it: also what no
 * honest program would write. Formats: POSIX ustar, pax headers.
 */
#ifndef TESTS_TAR_H
#define TESTS_TAR_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tar {
	char *data;
	size_t len, room;
	uint32_t uid, gid;
};

static inline void tar_done(struct tar *t)
{
	free(t->data);
}
#define AUTO_TAR __attribute__((cleanup(tar_done)))

static inline char *tar_more(struct tar *t, size_t n)
{
	if (t->len + n > t->room) {
		t->room = (t->len + n) * 2;
		t->data = realloc(t->data, t->room);
		if (!t->data)
			abort();
	}
	memset(t->data + t->len, 0, n);
	t->len += n;
	return t->data + t->len - n;
}

/* A number in octal, or in base 256 where it does not fit. */
static inline void tar_number(char *field, size_t size, uint64_t v)
{
	if (v >> 3 * (size - 1) == 0) {
		snprintf(field, size, "%0*llo", (int)size - 1, (unsigned long long)v);
		return;
	}
	memset(field, 0, size);
	for (size_t i = 0; i < 8; i++)
		field[size - 1 - i] = (char)(v >> 8 * i);
	field[0] = (char)0x80;
}

/* Cut, not ended. */
static inline void tar_text(char *field, const char *text, size_t size)
{
	size_t n = strlen(text);

	memcpy(field, text, n < size ? n : size);
}

static inline void tar_entry(struct tar *t, char type, const char *name, const char *link,
			     unsigned mode, unsigned major, unsigned minor, uint64_t size,
			     const void *data, size_t len)
{
	char *h = tar_more(t, 512);
	unsigned sum = 0;

	tar_text(h, name, 100);
	tar_number(h + 100, 8, mode);
	tar_number(h + 108, 8, t->uid);
	tar_number(h + 116, 8, t->gid);
	tar_number(h + 124, 12, size);
	tar_number(h + 136, 12, 1000000000);
	h[156] = type;
	if (link)
		tar_text(h + 157, link, 100);
	memcpy(h + 257, "ustar\0" "00", 8);
	tar_number(h + 329, 8, major);
	tar_number(h + 337, 8, minor);
	memset(h + 148, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	if (len) {
		char *at = tar_more(t, (len + 511) & ~511UL);
		memcpy(at, data, len);
	}
}

static inline void tar_owner(struct tar *t, uint32_t uid, uint32_t gid)
{
	t->uid = uid;
	t->gid = gid;
}

static inline void tar_file(struct tar *t, const char *name, unsigned mode, const void *data,
			    size_t len)
{
	tar_entry(t, '0', name, NULL, mode, 0, 0, len, data, len);
}

static inline void tar_dir(struct tar *t, const char *name, unsigned mode, uint32_t uid,
			   uint32_t gid)
{
	const uint32_t was_uid = t->uid, was_gid = t->gid;

	tar_owner(t, uid, gid);
	tar_entry(t, '5', name, NULL, mode, 0, 0, 0, NULL, 0);
	tar_owner(t, was_uid, was_gid);
}

/* '1' hard, '2' symbolic */
static inline void tar_link(struct tar *t, char type, const char *name, const char *target)
{
	tar_entry(t, type, name, target, 0777, 0, 0, 0, NULL, 0);
}

/* '3' character, '4' block, '6' pipe */
static inline void tar_device(struct tar *t, char type, const char *name, unsigned mode,
			      unsigned major, unsigned minor)
{
	tar_entry(t, type, name, NULL, mode, major, minor, 0, NULL, 0);
}

/* A word for the next entry, "27 path=...\n". */
/* A value may have NULs. */
static inline void tar_pax_bytes(struct tar *t, const char *key, const void *value, size_t len)
{
	char text[8192];
	size_t body = strlen(key) + len + 3, n = body + 1;

	while ((size_t)snprintf(NULL, 0, "%zu", n) + body != n)
		n = (size_t)snprintf(NULL, 0, "%zu", n) + body;
	size_t at = (size_t)snprintf(text, sizeof(text), "%zu %s=", n, key);
	memcpy(text + at, value, len);
	text[n - 1] = '\n';
	tar_entry(t, 'x', "pax", NULL, 0644, 0, 0, n, text, n);
}

static inline void tar_pax(struct tar *t, const char *key, const char *value)
{
	tar_pax_bytes(t, key, value, strlen(value));
}

static inline void tar_end(struct tar *t)
{
	tar_more(t, 1024);
}

#endif
