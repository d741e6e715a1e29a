/*
 * The agent's console: hvc0 where the machine has it, else the serial line.
 * Init holds it open so that its settings and its size outlive any one agent.
 * A serial line has no size of its own; the host tells it.
 */
#ifndef ENGINE_GUEST_CONSOLE_H
#define ENGINE_GUEST_CONSOLE_H

#include <stdint.h>

#include "engine/guest/command.h"

struct console {
	int fd; /* -1 while closed */
	const char *name;
};

/* Open hvc0 if it is there: 0 or -1. */
int console_open_hvc(struct console *c);
/* Open what there is. 0 or an errno. */
int console_open(struct console *c);
/* Sane settings, for a new agent of this user. */
void console_reset(struct console *c, const struct user *u);
void console_resize(struct console *c, uint16_t cols, uint16_t rows);
/* In the child: make it the controlling terminal and descriptors 0 to 2. 0 or
 * an errno. */
int console_adopt(const struct console *c);
/* A line of our own, for the operator. */
void console_say(struct console *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
