/*
 * Where the plain mode's lines come from: a terminal, or anything else that can be read.
 *
 * On a terminal the line is edited here, with nothing but what a typewriter has: what is
 * typed is echoed, and rubbed out by stepping back over it. That way it is known whether a
 * line is under way, and nothing is said into the middle of it. Not on a terminal there is
 * neither echo nor prompt. Lines that are complete wait in a queue until they are asked
 * for; while a command has the terminal nothing is read at all.
 */
#ifndef TUI_LINEAR_LINE_H
#define TUI_LINEAR_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/bytes.h"
#include "engine/base/loop.h"
#include "tui/terminal/input.h"
#include "tui/linear/words.h"
#include "tui/terminal/tty.h"

struct line {
	struct loop *loop;
	int fd;
	bool terminal, closed, paused, prompted;
	unsigned escdelay;
	struct tty tty;        /* of a terminal */
	struct input input;
	struct source source;  /* of anything else */
	struct timer soon;     /* a regular file is always there, epoll will not say so */
	char prompt[48];
	char text[WORDS_LINE]; /* of the line under way; valid UTF-8 on a terminal */
	size_t len;
	struct bytes done;     /* complete lines, each with its \n */
	void (*changed)(void *owner); /* there may be a line, or the end */
	void *owner;
};

int line_init(struct line *l, struct loop *loop, int fd, unsigned escdelay,
	      void (*changed)(void *owner), void *owner, struct error *err);
void line_end(struct line *l); /* the terminal is as it was; harmless on zeroed */

/* The next complete line; false: none yet. */
bool line_next(struct line *l, char out[WORDS_LINE]);
/* Everything was read and given. */
bool line_over(const struct line *l);
/* Something is half typed: do not speak. */
static inline bool line_busy(const struct line *l)
{
	return l->terminal && l->len;
}

/* Show the prompt, unless it is shown; nothing off a terminal. */
void line_prompt(struct line *l, const char *prompt);
/* Before something is said: leave the line on which a prompt stands. */
void line_break(struct line *l);
/* Throw away what is half typed (C-c). */
void line_drop(struct line *l);

void line_bell(const struct line *l);

/* A command has the terminal, as it was before us; and it is ours again. */
void line_pause(struct line *l);
int line_resume(struct line *l, struct error *err);

#endif
