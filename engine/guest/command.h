/*
 * A program to run inside the image: what START and EXEC have in common, the
 * user that it runs as, and the steps of a child on the way to exec. It does
 * not know where its output goes.
 */
#ifndef ENGINE_GUEST_COMMAND_H
#define ENGINE_GUEST_COMMAND_H

#include <stddef.h>

#include "engine/guest/control.h"

enum {
	COMMAND_ARGS = 256,
};

/* Who a program runs as; filled from START or EXEC, then from /etc/passwd. */
struct user {
	const char *name; /* NULL: root */
	const char *home, *shell;
	long uid, gid;    /* -1: not said */
	char line[512];   /* of /etc/passwd, where name, home and shell may point */
};

/* A program to run: the common part of START and EXEC. */
struct command {
	char *argv[COMMAND_ARGS + 1];
	char *env[COMMAND_ARGS + 1];
	size_t n_argv, n_env;
	const char *cwd;
	struct user user;
};

void command_init(struct command *c);

/* Take one pair of a payload: 0 taken, -1 not a key of a command, or an errno. */
int command_key(struct command *c, const char *key, const char *value);

/* EXEC's payload; strings point into the frame. 0, or an errno with *what
 * saying which pair was wrong. */
int command_read(struct command *c, const struct frame *f, const char **what);

/* Walk a payload's pairs, giving each to `take`, which returns 0 or an errno. */
int command_pairs(const struct frame *f, int (*take)(void *arg, const char *key, const char *value),
		  void *arg, const char **what);

/* A decimal number up to max: 0 or EINVAL. */
int command_number(const char *text, uint64_t max, uint64_t *out);

/* Complete c->user from the image's /etc/passwd (the root directory is the
 * image's by now). 0, or an errno: no such user. */
int user_complete(struct user *u);

/* In the child, after fork: the directory that it starts in is made, and its user's, when
 * it is not there. What cannot be made, command_exec finds out. */
void command_make_cwd(const struct command *c);

/* In the child, after fork: every signal as a new program has it. */
void command_fresh_signals(void);

/* In the child, after fork: groups, identity, directory, environment and
 * exec. Returns an errno only. `term` may be NULL. */
int command_exec(struct command *c, const char *term);

#endif
