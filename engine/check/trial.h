/*
 * A trial of everything that a session's network is made of: a user
 * namespace, a network and a pid namespace, id maps, the TAP and routes
 * (engine/net), and a listener on an address out of the AnyIP range. It is
 * done and thrown away, for each errno at each step has a remedy of its own.
 *
 * To be called in a child: the caller's namespaces change. The other two, of
 * what stands around a session's processes, have children of their own.
 */
#ifndef ENGINE_CHECK_TRIAL_H
#define ENGINE_CHECK_TRIAL_H

#include <stdbool.h>

#include "engine/base/error.h"

enum trial_step {
	TRIAL_USER,     /* unshare CLONE_NEWUSER */
	TRIAL_MAPS,     /* setgroups, uid_map, gid_map */
	TRIAL_SPACES,   /* unshare CLONE_NEWNET | CLONE_NEWPID */
	TRIAL_NETWORK,  /* lo, TAP, addresses, routes: netns_make */
	TRIAL_LISTENER, /* bind and listen inside */
	TRIAL_DONE,
	TRIAL_STEP_COUNT
};
extern const char *const trial_step_names[TRIAL_STEP_COUNT];

struct trial {
	enum trial_step step; /* the one that failed, or TRIAL_DONE */
	int code;             /* its errno */
	char msg[256];        /* what it says */
	int userns_code;      /* root only: why there is no user namespace; 0: there is one */
};

void trial_run(struct trial *out);

/* KVM asked from where the hypervisor stands: behind its namespaces, its jail
 * (engine/vm/jail.h), without capabilities. */
struct engine_trial {
	int code;      /* errno of the step that failed; 0: all went well */
	char msg[128]; /* the step */
};
/* In a child of its own: the caller stays as it is. */
void trial_engine(struct engine_trial *out);

/* Guards that a session has where the host gives them, and goes without where not: tried as
 * a session has them, and said as its record does. */
struct guards_trial {
	int code;        /* errno of the first that lacks; 0: none does, or no trial could be made */
	char lacks[256]; /* "no root of its own for the gateway, no private root: ..."; "": none */
};
/* `program` is the hypervisor, absolute and without links, or NULL. In children. */
void trial_guards(const char *program, struct guards_trial *out);

#endif
