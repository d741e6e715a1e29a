/*
 * A log file with a size cap: when it is full it is renamed to NAME.1 and a
 * new one begins, so two caps are the most it takes. Lines are cleaned of
 * control characters. Losing a line never fails the caller.
 */
#ifndef ENGINE_BASE_LOG_H
#define ENGINE_BASE_LOG_H

#include <stddef.h>

#include "engine/base/error.h"

struct log {
	int dir;          /* borrowed */
	int fd;           /* -1: nothing is logged */
	const char *name; /* borrowed */
	size_t size, cap;
};

int log_open(struct log *l, int dir, const char *name, size_t cap, struct error *err);
void log_close(struct log *l);

/* One line, with the time in front. */
void log_line(struct log *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Bytes as they are (a console log). */
void log_bytes(struct log *l, const void *data, size_t n);

#endif
