/*
 * A launch under way, for the files that launching is made of: launch.c (a session),
 * launch_machine.c (what its machine is made of), launch_standby.c (a machine without
 * a session). Only these include this.
 */
#ifndef ENGINE_SESSION_LAUNCH_PARTS_H
#define ENGINE_SESSION_LAUNCH_PARTS_H

#include "engine/image/store.h"
#include "engine/session/launch.h"
#include "engine/session/spec.h"
#include "engine/session/standby.h"
#include "engine/session/template.h"

/* Everything in it is given back when it fails. */
struct attempt {
	const struct launch *l;
	const struct paths *paths;
	struct spec spec;
	struct image image;
	int fds[SPEC_FD_COUNT]; /* by their number in the supervisor */
	struct template_wish wish;
	bool named;             /* wish has its key: a warm start is possible and wished for */
	int template_disk;      /* the disk of the template that it starts from, -1 */
	bool have[BROKER_PROVIDERS]; /* which of the agent's providers have their secret */
	bool make_template;     /* there is none, and there may be one for the next */
	struct standby_claim standby; /* that it takes; socket -1: none */
	int all;                /* directory in which its own is made */
	char temp[STANDBY_NAME + 8]; /* name under which that is made; "" once it has its own */
};

/* launch.c */
void attempt_init(struct attempt *a, const struct launch *l, const struct paths *p);
void attempt_done(struct attempt *a);
/* Directory, lock and socket, under the name in temp. */
int attempt_dir(struct attempt *a, struct error *err);
int attempt_supervise(struct attempt *a, struct error *err);

/* launch_machine.c: open kernel and image, and name the template; then template and
 * disk. Not for demo machines. */
int attempt_parts(struct attempt *a, struct error *err);
int attempt_machine(struct attempt *a, struct error *err);
/* Is there memory and disk for it? Then they are promised to it. project: they were, to the
 * standby that it takes. */
void attempt_project(struct attempt *a);
int attempt_admit(struct attempt *a, struct error *err);
/* The agent's files for who gets them over the control port. */
int attempt_files(struct attempt *a, struct error *err);
void attempt_step(struct attempt *a, const char *name, uint64_t since_us);

#endif
