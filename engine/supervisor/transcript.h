/*
 * A transcript: the text of a console, without what steered it. Escape
 * sequences and controls are removed, carriage returns become line ends, every
 * code point is on the whitelist: the file can be shown by any program. It is
 * capped twice: in size by the log it writes to, and in bytes a second, so that
 * a guest that floods does not wear the disk; what was left out is said in
 * the file.
 */
#ifndef ENGINE_SUPERVISOR_TRANSCRIPT_H
#define ENGINE_SUPERVISOR_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/log.h"

enum { TRANSCRIPT_RATE = 1 << 20 }; /* bytes written in one second */

struct transcript {
	struct log *log; /* borrowed */
	uint8_t state;
	uint8_t held_n;  /* bytes of a code point that is not complete */
	char held[4];
	bool blank;      /* the last thing written was a line end */
	uint64_t second; /* the second under way, and what it took */
	size_t in_second;
	uint64_t left_out; /* not yet said */
	uint64_t dropped;  /* in all */
};

void transcript_init(struct transcript *t, struct log *log);
void transcript_add(struct transcript *t, const void *data, size_t n, uint64_t now_ms);

#endif
