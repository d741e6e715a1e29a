/*
 * A stream of a terminal's bytes as plain lines: what steered the terminal is
 * left out, what was written stays. Logs are shown through this, whoever wrote
 * them. It keeps one line and no screen: what moves the cursor to another line
 * begins a new one, and a carriage return begins the line anew.
 *
 * Every byte may be hostile; a line has a cap, a longer one is broken.
 */
#ifndef TUI_PLAIN_H
#define TUI_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLAIN_LINE = 4096 };

/* A line without its end; valid or invalid UTF-8 without C0 controls. */
typedef void plain_line_fn(void *arg, const char *line, size_t n);

struct plain {
	plain_line_fn *line;
	void *arg;
	char text[PLAIN_LINE];
	size_t len;
	uint8_t state;
	bool returned; /* a carriage return came: the next text replaces the line */
};

void plain_init(struct plain *p, plain_line_fn *line, void *arg);
void plain_add(struct plain *p, const void *data, size_t n);
/* Give out what there is of a line. */
void plain_flush(struct plain *p);

#endif
