/*
 * What the two files of the console offer each other: console.c reads, console_input.c
 * writes.
 */
#ifndef ENGINE_SUPERVISOR_CONSOLE_PARTS_H
#define ENGINE_SUPERVISOR_CONSOLE_PARTS_H

#include <sys/epoll.h>

#include "engine/supervisor/console.h"

static const uint32_t CONSOLE_WAIT = EPOLLIN | EPOLLET; /* see source_again */

void console_input_init(struct console *c);
void console_input_done(struct console *c);
void console_input_drawn(struct console *c, uint64_t now); /* bytes were taken into the terminal */
void console_flush(struct console *c);                     /* as much as the machine takes */

#endif
