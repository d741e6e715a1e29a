/*
 * The agent's console. Two terminals and the bytes between them:
 *
 *	host -- line, raw -- init -- pty -- agent
 *
 * The line is the virtio port CONSOLE_PORT where the machine has it: QEMU throttles
 * a port whose host does not read, where it would drop what a virtio console
 * (hvc0) writes. Else it is hvc0, else the serial line.
 *
 * The agent has a pseudo-terminal, so that what it writes in lines reaches the
 * line in blocks: each write to the line stops the machine until the host has
 * taken it, and a terminal that turns newlines into CR LF writes one line at a
 * time (10 times slower, measured under TCG with `cat`). Each run of the agent
 * gets a new one, because the end of a session hangs its terminal up. A line has
 * no size of its own; the host tells it.
 *
 * Limits: what the agent wrote last is passed on for half a second after its
 * end if the host does not take it.
 */
#ifndef ENGINE_GUEST_CONSOLE_H
#define ENGINE_GUEST_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "engine/guest/command.h"
#include "engine/guest/watch.h"

struct console_queue {
	char data[8192];
	size_t at, len; /* data[at..at + len) is still to be written */
};

struct console {
	int epoll;
	const char *name;           /* of the line */
	struct watch line, master;  /* fd -1 while closed */
	int agent;                  /* the agent's end, held open; -1 */
	struct winsize size;
	struct console_queue out, in; /* to the line, to the agent */
};

void console_init(struct console *c, int epoll);
/* Open the port or hvc0 if it is there: 0 or -1. */
int console_open_virtio(struct console *c);
/* Open what there is. 0 or an errno. */
int console_open(struct console *c);
/* A terminal with sane settings for a new agent: root's, until it is given to a
 * user. 0 or an errno. */
int console_begin(struct console *c);
void console_give(struct console *c, const struct user *u);
void console_resize(struct console *c, uint16_t cols, uint16_t rows);
/* In the child: make it the controlling terminal and descriptors 0 to 2. 0 or
 * an errno. */
int console_adopt(const struct console *c);
/* Pass on what it writes; type when it has become quiet. True: the process of pidfd has
 * ended, false: it has not, ms milliseconds after one of its words. */
bool console_converse(struct console *c, const char *typed, int pidfd, int ms);
/* The agent has ended: pass on what it wrote. */
void console_drain(struct console *c);
/* A line of our own, for the operator. */
void console_say(struct console *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
