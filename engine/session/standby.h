/*
 * Standbys: machines that were resumed from a template, rehearsed and paused,
 * waiting to become a session. Each is a supervisor like a session's, with a
 * directory like a session's,
 *
 *	standby/KEY-PID-TIME/   owner.lock (held), sock, claim (a socket), ...
 *	standby/wanted          a number, and a lock held by every dashboard
 *
 * and without anything of a session: no name, no identity, no secret. A launch
 * claims one by renaming its directory, which only one can, among the sessions;
 * writes the session's spec into it, and says so on the socket. What dies in
 * between leaves what any launch that dies leaves.
 *
 * Nobody looks after them. A standby goes by itself when its template, kernel or
 * image was replaced, when it was not claimed for STANDBY_IDLE_S, and when nobody
 * wants it: there is no dashboard, and the number in `wanted` (config.json's
 * "standby") is 0. It is not on the list of sessions.
 */
#ifndef ENGINE_SESSION_STANDBY_H
#define ENGINE_SESSION_STANDBY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "engine/base/error.h"
#include "engine/base/paths.h"
#include "engine/session/template.h"

enum {
	STANDBY_NAME = TEMPLATE_KEY + 48,
	STANDBY_IDLE_S = 1800,
	STANDBY_MAX = 8, /* at once, of all templates */
};

#define STANDBY_CLAIM "claim"   /* the socket's name */
#define STANDBY_NEW ".new-"     /* before its name until it is ready */

/* What is said on the claim socket. The standby begins. */
enum standby_word {
	STANDBY_HERE = 'h',
	STANDBY_TAKEN = 't', /* with what of enum standby_fd there is */
};

/* Descriptors that a session may have and a standby has not. */
enum standby_fd {
	STANDBY_FILES,       /* of files_pack */
	STANDBY_CREDENTIALS, /* of credentials_pack */
	STANDBY_FDS
};

/* The directory of all of them, made when it is not there; or else ENOENT. */
int standby_dir(const struct paths *p, bool make, struct error *err);

struct standby {
	char name[STANDBY_NAME];
	bool alive; /* its lock is held */
	bool ready; /* can be claimed */
};
/* All there are; free *out. */
int standby_list(int all, struct standby **out, size_t *n, struct error *err);

/* One that is now a session's: its directory, which is called `name` in `to` now,
 * and a connection over which it is told. */
struct standby_claim {
	int dir, socket;
};
/* 0: claimed; 1: there is none. The dead are removed. */
int standby_claim(const struct paths *p, const char *key, int to, const char *name,
		  struct standby_claim *c);
/* Its spec is written: go, with those descriptors that are not -1. */
int standby_go(const struct standby_claim *c, const int fds[STANDBY_FDS], struct error *err);

/* Say that standbys are wanted: n of them with or without a dashboard. */
int standby_want(const struct paths *p, unsigned n, struct error *err);
/* The same for as long as the descriptor is open: a dashboard's. */
int standby_attend(const struct paths *p, struct error *err);
/* For a standby, of an open `wanted`. */
bool standby_wanted(int wanted);
/* How many there should be of each template: those of config.json, or else one while
 * there is a dashboard. */
unsigned standby_number(const struct paths *p);

/* main() of the connection's other end: accept, and say that we are here. -1 when it
 * was not somebody of ours. */
int standby_accept(int listener);
/* What was said: a standby_word, or 0 when the other end is gone. The descriptors that
 * came with it are the caller's, -1 for those that did not. */
int standby_hear(int socket, int fds[STANDBY_FDS]);
int standby_listen(int dir, struct error *err);

#endif
