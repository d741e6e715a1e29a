/*
 * What the host is doing: the share of its processors in use and its memory,
 * from /proc, for the top line.
 */
#ifndef TUI_HOST_H
#define TUI_HOST_H

#include <stdint.h>

struct host {
	int cpu; /* per cent since the last look; -1: not known yet */
	uint64_t used, total; /* bytes of memory */
	uint64_t busy_before, all_before;
};

void host_look(struct host *h);

#endif
