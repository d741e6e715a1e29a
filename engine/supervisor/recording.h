/*
 * A recording of a console on request: what the machine wrote, with its times, as
 * an asciicast in the session's directory (recording-N.cast, 0600). It begins with
 * the screen as it is. Only what the machine writes is in it, not what is typed;
 * secrets are taken out (redact.h).
 *
 * Limits: a recording ends by itself at RECORDING_CAP bytes; of a machine that
 * writes more than RECORDING_RATE in a second the rest of that second is left out,
 * and the next begins with the screen as it is then. Losing it never fails a session.
 */
#ifndef ENGINE_SUPERVISOR_RECORDING_H
#define ENGINE_SUPERVISOR_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/session/cast.h"
#include "engine/session/redact.h"

enum {
	RECORDING_CAP = 64 << 20,
	RECORDING_RATE = 1 << 20,
	RECORDINGS = 99, /* of a session */
};

struct recording {
	int fd;             /* while it runs */
	bool on;
	char name[32];      /* of the last one; "" */
	uint64_t size;      /* bytes written */
	uint64_t left_out;  /* bytes of the machine that are not in it */
	/* private */
	uint64_t begun_us, last_us, second;
	size_t in_second;
	bool skipping;
	struct cast_held held;
	struct redact redact;
};

/* Begin one in the directory; `values` are secrets of the session, NULL-ended or NULL. */
int recording_start(struct recording *r, int dir, const struct vt *vt, const char *title,
		    const char *const *values, struct error *err);
/* Bytes that the terminal has taken already. */
void recording_add(struct recording *r, const struct vt *vt, const void *data, size_t n);
void recording_resize(struct recording *r, int cols, int rows);
/* Harmless when none runs. */
void recording_stop(struct recording *r);

#endif
