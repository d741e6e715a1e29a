/*
 * Commands that run in a guest beside its agent: which viewer asked for which,
 * and how much input each may still get. It passes messages of the wire on as
 * frames of the control port and back; it stores no bytes of theirs.
 */
#ifndef ENGINE_SUPERVISOR_EXECS_H
#define ENGINE_SUPERVISOR_EXECS_H

#include "engine/base/json.h"
#include "engine/base/list.h"
#include "engine/supervisor/guest.h"
#include "engine/supervisor/viewer.h"

struct exec {
	uint32_t id; /* on the control port; 0: free */
	uint32_t viewer, request;
	uint32_t window; /* bytes of input that may still be sent on */
};

struct execs {
	struct exec slots[CONTROL_EXECS];
	struct guest *guest;   /* borrowed */
	struct list *viewers;  /* borrowed, struct viewer by link */
	uint32_t next;
};

void execs_init(struct execs *e, struct guest *g, struct list *viewers);

/* From a viewer: EXEC (with the session's environment, a list of texts, and
 * user), EXEC_INPUT, EXEC_SIGNAL. A refusal is answered to the viewer. */
void execs_start(struct execs *e, struct viewer *v, struct wire *w, const cJSON *env,
		 const char *user);
void execs_input(struct execs *e, struct viewer *v, struct wire *w);
void execs_signal(struct execs *e, struct viewer *v, struct wire *w);
/* Its commands get the end of their input and SIGHUP. */
void execs_viewer_gone(struct execs *e, const struct viewer *v);

/* From the guest: a frame that carries an exec's id, ERROR included. Whether it
 * was one of ours. */
bool execs_frame(struct execs *e, const struct frame *f);

/* The guest cannot be reached any more. */
void execs_fail(struct execs *e, const char *why);

#endif
