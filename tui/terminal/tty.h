/*
 * The operator's terminal as it was before us, and giving it back, also from
 * a signal handler: when this process dies of a fault, what it would write and
 * set is ready in memory, and only write(), tcsetattr() and raise() are needed.
 * Knows nothing of curses; draw.c brings the strings.
 */
#ifndef TUI_TERMINAL_TTY_H
#define TUI_TERMINAL_TTY_H

#include <stddef.h>
#include <termios.h>

#include "engine/base/error.h"

struct tty {
	int fd;
	struct termios before;
	char restore[512]; /* what leaves full-screen mode */
	size_t restore_len;
};

/* Remember how it is. */
int tty_save(struct tty *t, int fd, struct error *err);

/* Add a terminfo string to what restores it; padding marks are taken out. NULL
 * and what does not fit are left out. */
void tty_add(struct tty *t, const char *s);

/* From now on faults give it back first, until tty_disarm. One at a time. */
void tty_arm(struct tty *t);
void tty_disarm(void);

/* Write the strings and set what was before; async-signal-safe. */
void tty_restore(const struct tty *t);

#endif
