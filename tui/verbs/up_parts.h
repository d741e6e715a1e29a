/*
 * What the parts of the verb `up` share. Private to them.
 */
#ifndef TUI_VERBS_UP_PARTS_H
#define TUI_VERBS_UP_PARTS_H

#include "engine/session/manifest.h"
#include "tui/verbs/building.h"
#include "tui/verbs/remote.h"
#include "tui/verbs/verb.h"

enum { NAME, COUNT, NO_WAIT, TIMEOUT, SIZE, JSON, COLD, FORCE, PROMPT, WORKSPACE };

/* One session being launched. */
struct start {
	struct peer peer;
	char id[SESSION_ID_MAX + 1];
	unsigned told;        /* steps that were told */
	bool settled;         /* ready, failed or ended, and told */
	struct session_record record;
};

struct up {
	const struct call *call;
	struct manifest manifest;
	const struct agent **agents; /* one per word, borrowed from the manifest */
	size_t n_agents;
	unsigned count;
	unsigned short cols, rows;
	struct remote remote;
	struct start *starts; /* of all that are wanted */
	size_t n;              /* of them launched */
	size_t refused;        /* for which there was no memory or disk */
	unsigned growth;
	int launched;          /* exit code of launching so far */
	bool quiet; /* steps are not told */
	struct building building;
	struct sessions past; /* earlier starts, once it was worth a look */
	bool looked;
};

static inline bool up_ok(enum session_state s)
{
	return session_alive(s) && s != SESSION_STARTING && s != SESSION_STOPPING;
}

static inline size_t up_wanted(const struct up *u)
{
	return u->n_agents * u->count;
}

/* The one to be launched next, of all that are wanted. */
static inline size_t up_next(const struct up *u)
{
	return u->n + u->refused;
}

/* up_tell.c */
void up_tell_steps(struct up *u, struct start *s);
void up_tell_end(const struct start *s);
void up_tell_going_on(const struct up *u);
void up_print(const struct up *u);

#endif
