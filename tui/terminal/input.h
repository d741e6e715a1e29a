/*
 * The operator's keyboard and mouse: reads the terminal when the loop says that
 * there is something, and hands on what decoder.h makes of it. It owns the
 * waiting that tells a lone Escape from a sequence; curses only draws, so its
 * set_escdelay(), of a keyboard that is not used, has no part in it. The descriptor is borrowed
 * and is not made non-blocking, as that would also be so for the shell that
 * shares it: one read per event.
 */
#ifndef TUI_TERMINAL_INPUT_H
#define TUI_TERMINAL_INPUT_H

#include "engine/base/loop.h"
#include "tui/terminal/background.h"
#include "tui/terminal/decoder.h"

struct input {
	struct source source;
	struct timer silence;
	struct decoder decoder;
	unsigned escdelay;              /* ms */
	/* May be set: while it waits for an answer, what has begun is waited for longer,
	 * as a half of the answer must not become keys. */
	const struct background *asked;
	void (*closed)(void *owner);    /* the terminal is gone */
	void *owner;
};

int input_init(struct input *in, struct loop *l, int fd, unsigned escdelay,
	       const struct decoder_events *events, void (*closed)(void *owner), void *owner,
	       struct error *err);
void input_done(struct input *in);

#endif
