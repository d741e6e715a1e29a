/*
 * Programs that the host runs beside the agent, without a terminal: output
 * and exit code go back, input may come.
 *
 * An exec's output pipes are read only while the control port has room, so a
 * program that floods is stopped by its own full pipe. When the program has
 * ended, what its pipes hold is passed on, then EXEC_EXIT is sent; a
 * background child that still holds a pipe does not keep the exec open. Input
 * is kept in a buffer of CONTROL_INPUT_WINDOW, and given back by EXEC_TAKEN as
 * the program takes it.
 */
#ifndef ENGINE_GUEST_EXEC_H
#define ENGINE_GUEST_EXEC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/guest/control.h"
#include "engine/guest/port.h"
#include "engine/guest/system.h"
#include "engine/guest/watch.h"

struct exec {
	struct execs *all;
	uint32_t id; /* 0: a free slot */
	pid_t pid;
	bool ended;
	int status;
	struct watch in, out, err;
	bool in_close; /* when the buffer is empty */
	size_t in_len;
	uint8_t *in_buf; /* CONTROL_INPUT_WINDOW, while input is open */
};

struct execs {
	int epoll;
	struct port *port;
	struct system *system; /* that they run in */
	struct exec slots[CONTROL_EXECS];
};

void execs_init(struct execs *x, int epoll, struct port *port, struct system *in);
void execs_start(struct execs *x, const struct frame *f);
void execs_input(struct execs *x, const struct frame *f);
void execs_close_input(struct execs *x, uint32_t id);
void execs_signal(struct execs *x, uint32_t id, int signo);
/* A child has ended: true if it was one of these. */
bool execs_reaped(struct execs *x, pid_t pid, int status);
/* The port has room again. */
void execs_pump(struct execs *x);

#endif
