/*
 * Launching: from an agent to a supervisor that runs on its own. The plan
 * says everything that will be used and opens it, so that a missing image or
 * a text file given as kernel fails here, before anything was made; the
 * launch then costs milliseconds and its progress is told by the record.
 */
#ifndef ENGINE_SESSION_LAUNCH_H
#define ENGINE_SESSION_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/base/paths.h"
#include "engine/session/manifest.h"
#include "engine/session/record.h"

struct launch {
	const struct agent *agent; /* borrowed */
	const char *name;          /* the session's id; NULL: AGENT-N, the lowest free N */
	uint16_t cols, rows;       /* the console's canvas; 0: 120x40 */
	bool cold;                 /* boot, even where there is a template, and make none */
	bool replace;              /* with a name: an ended session of that name makes way */
	bool force;                /* also where admission.h says that it does not fit */
	unsigned growth;           /* per cent of its memory to keep free for it to grow; 0: the
				      usual */
	int *disk;                 /* gets a descriptor of the session's disk, the caller's; or NULL */
};

/* Make the session and start its supervisor. `id` gets its name. The caller
 * may go away at once. Needs kernel and image to be prepared (image/store.h,
 * image/kernel.h): fails with a hint otherwise. Takes milliseconds, but may
 * read files: the dashboard calls it directly. */
int launch_session(const struct launch *l, const struct paths *p,
		   char id[SESSION_ID_MAX + 1], struct error *err);

/* Have machines wait for launches of such agents: as many as standby_number says.
 * Without a template one is asked for, for the next time. A process that goes on by
 * itself does it, in half a second; best called when the operator has what he asked for. */
void launch_standby_later(const struct launch *l, size_t n, const struct paths *p);

#endif
