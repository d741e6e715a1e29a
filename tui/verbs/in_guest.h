/*
 * One command in a guest, for the verbs that run one: its output to two
 * descriptors, its input from one, no faster than it is taken there. Output is
 * cleaned where it reaches a terminal and passed on as it is elsewhere.
 */
#ifndef TUI_VERBS_IN_GUEST_H
#define TUI_VERBS_IN_GUEST_H

#include "tui/talk.h"
#include "tui/verbs/remote.h"

struct exec_out {
	int fd;
	bool clean;
	char held[4096]; /* cleaning: what was not written yet */
	size_t held_n;
};

struct exec {
	struct peer peer;
	struct exec_out out[2]; /* stdout, stderr: exec_out_init before */
	/* private */
	struct source source;
	int in;
	uint32_t request;
	size_t under_way;
	bool always_ready, input_ended, failed, over;
	int signals, code;
	struct error error;
};

void exec_out_init(struct exec_out *o, int fd);

/* Run argv in the session to its end, feeding it from `in` (-1: nothing). Gives
 * its exit code, or ours after telling why. Close x->peer afterwards. */
int exec_run(struct exec *x, struct remote *r, const struct paths *paths, const char *id,
	     char *const argv[], int in);

/* The same, from connecting to closing: input from `in` (-1: nothing), its stdout to `out`,
 * its stderr to ours. */
int exec_in(const struct paths *paths, const char *id, char *const argv[], int in, int out);

#endif
