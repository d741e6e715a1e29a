/*
 * What this session is, as the host's START said it, with the gaps filled.
 * Strings point into the frame's payload, of which it keeps a copy.
 */
#ifndef ENGINE_GUEST_START_H
#define ENGINE_GUEST_START_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/guest/command.h"
#include "engine/guest/control.h"

enum start_on_exit {
	START_POWEROFF,
	START_RESTART,
	START_STAY,
};

struct start {
	struct command command;
	const char *hostname, *machine_id, *term;
	const char *address, *gateway;
	uint16_t cols, rows;
	uint64_t epoch_ns;
	const char *entropy; /* hex */
	enum start_on_exit on_exit;
	uint32_t stat_ms;
	bool own_disk;
	bool boot_init; /* the image's own init is started first */
	uint32_t payload_len;
	char payload[FRAME_PAYLOAD_MAX];
};

/* 0, or an errno with *what saying which key was wrong. */
int start_read(struct start *s, const struct frame *f, const char **what);

#endif
