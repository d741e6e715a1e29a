/*
 * The text of asciicast files: a line of JSON each, first a header, then events.
 * Writes version 2, reads 2 and 3 (docs.asciinema.org/manual/asciicast/v2, /v3).
 * Whatever a console said is in it as escaped JSON: no control character, no bidi
 * or format character is in the file as itself, so it can be shown by anything.
 * Knows neither files nor terminals.
 */
#ifndef ENGINE_SESSION_CAST_H
#define ENGINE_SESSION_CAST_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/bytes.h"
#include "engine/base/error.h"
#include "engine/vt/vt.h"

enum { CAST_LINE = 4 << 20 }; /* most bytes of a line that are read */

struct cast_header {
	int version;         /* 2 or 3 */
	int cols, rows;      /* 1..VT_SIZE_MAX */
	int64_t timestamp;   /* seconds since the epoch; 0: not said */
	double idle_limit;   /* seconds; 0: none */
	char title[128];     /* cleaned */
};

enum cast_kind { CAST_OUTPUT, CAST_RESIZE, CAST_MARK, CAST_OTHER };

struct cast_event {
	enum cast_kind kind;
	double time;     /* as the file says it: version 3 from the event before */
	char *data;      /* owned, NUL-ended; the output, or a mark's name */
	size_t len;
	int cols, rows;  /* of a resize */
};

/* A whole line each, with its newline. `held` keeps up to 3 bytes of a code point that
 * the data ends in; NULL: there is no next event. */
struct cast_held {
	char bytes[4];
	uint8_t n;
};
void cast_put_header(struct bytes *b, const struct cast_header *h);
void cast_put_output(struct bytes *b, double time, struct cast_held *held, const void *data,
		     size_t n);
void cast_put_resize(struct bytes *b, double time, int cols, int rows);
void cast_put_mark(struct bytes *b, double time, const char *text);

/* One line, with or without its newline. Errors say what is wrong, not in which line. */
int cast_read_header(struct cast_header *h, const char *line, size_t n, struct error *err);
/* 0; 1: a blank line or a comment. *e is zeroed first. */
int cast_read_event(struct cast_event *e, const struct cast_header *h, const char *line, size_t n,
		    struct error *err);
void cast_event_done(struct cast_event *e);

#endif
