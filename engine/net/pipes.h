/*
 * Pipes to move bytes through from one socket to another without copying them
 * (splice(2)): a few for the process, lent to who moves much just now and given back as
 * soon as they are empty. One that the receiving side does not empty stays with its
 * borrower; when all are out, or the system gives none, the others copy.
 *
 * The system gives them sparingly: a user has pipe-user-pages-soft pages in all his
 * pipes (pipe(7)), and beyond that a new one has two, which is not worth it. So they are made
 * when they are wanted and closed when nobody did for a while.
 */
#ifndef ENGINE_NET_PIPES_H
#define ENGINE_NET_PIPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PIPES_MAX = 8,            /* two descriptors each */
	PIPE_WANTED = 256 << 10,  /* capacity */
	PIPE_LEAST = 64 << 10,    /* below which one is not used */
	PIPES_AGAIN_MS = 10000,   /* after a refusal; also how long unused ones are kept */
};

struct pipe_loan {
	int in, out;  /* of one's own only while `lent` */
	bool lent;
	size_t held;  /* bytes in it */
};

struct pipes {
	struct { int in, out; } spare[PIPES_MAX];
	int n_spare, n_lent;
	uint64_t used_ms, refused_ms; /* last; 0: never */
};

/* Lend one, unless it has one; -1 when there is none to be had. */
int pipes_take(struct pipes *p, struct pipe_loan *l);
/* Back; one that is not empty is closed. Harmless without one. */
void pipes_give(struct pipes *p, struct pipe_loan *l);
/* Close what nobody used of late. */
void pipes_sweep(struct pipes *p, uint64_t now_ms);

#endif
