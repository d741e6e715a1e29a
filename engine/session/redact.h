/*
 * A stream of bytes without the secrets in it: configured ones by their value,
 * others by their usual shape (provider keys, tokens, private keys, what follows
 * PASSWORD= and the like). What is taken out leaves "[redacted]". Bytes that may
 * be the beginning of a secret are held until what follows decides, so a secret
 * may come in pieces; colour changes inside one do not hide it.
 *
 * Limits: a secret that a program draws with cursor movements in it, or wraps by
 * itself, is not recognised; nor is one of no known shape that nobody configured.
 */
#ifndef ENGINE_SESSION_REDACT_H
#define ENGINE_SESSION_REDACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/bytes.h"

enum {
	REDACT_SECRETS = 64,
	REDACT_SECRET_MIN = 6,   /* shorter values would take out ordinary words */
	REDACT_HOLD = 1024,      /* bytes held at most */
};

struct redact {
	char *secrets[REDACT_SECRETS]; /* owned */
	size_t lengths[REDACT_SECRETS];
	int n;
	bool starts[256];  /* a secret or a shape begins with that byte */
	uint8_t hold[REDACT_HOLD];
	size_t held;
	uint8_t before;    /* the last visible byte that went out */
	uint8_t escape;    /* in an escape sequence that goes out */
	bool swallow;      /* in the rest of a token that is taken out */
	unsigned block;    /* in a private key: bytes taken out so far */
	unsigned taken;    /* secrets taken out */
};

void redact_init(struct redact *r);
void redact_done(struct redact *r); /* wipes the values */

/* A value to take out; too short ones and too many are ignored: false then. */
bool redact_secret(struct redact *r, const char *value, size_t n);

/* What may go out of n more bytes is added to `out`; how much of it is held. */
size_t redact_feed(struct redact *r, const void *data, size_t n, struct bytes *out);
/* Nothing follows: the rest. */
void redact_flush(struct redact *r, struct bytes *out);

#endif
