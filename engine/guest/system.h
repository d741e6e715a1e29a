/*
 * The image's own system: its init, started as the first process of a pid namespace,
 * with mounts and cgroups of its own, when START says boot=init. To it and all that it
 * starts it is the machine's first process: it mounts, starts services, powers off.
 * Our init stays outside, unseen and out of reach of its "kill everything", and so
 * keeps the control port, the console, and the end of the machine.
 *
 *	init (ours) -+- /sbin/init (pid 1 in there) --- services
 *	             +- the agent, execs (in there, too)
 *
 * systemd says when it is up, to $NOTIFY_SOCKET (sd_notify(3): READY=1), and the agent
 * is started then; with another init it is started beside it, at once. To end, each is
 * asked in its own way: systemd by SIGRTMIN+4 (systemd(1)), busybox by SIGUSR2, any
 * other by its /sbin/poweroff. That it called reboot(2) shows as its death by a signal
 * (pid_namespaces(7)); a restart is an end, too.
 *
 * What would hold its start up is hidden from it: an /etc/fstab that waits for devices
 * of another machine reads as empty, and networkd and NetworkManager are told that the
 * network is set up already.
 *
 * Limits: programs that must be in the first pid namespace (auditd) do not run in it;
 * an agent has no login session of logind's.
 */
#ifndef ENGINE_GUEST_SYSTEM_H
#define ENGINE_GUEST_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/guest/start.h"
#include "engine/guest/watch.h"

enum {
	SYSTEM_UP_MS = 150 * 1000, /* for it to say that it is up, before the agent starts */
	SYSTEM_END_MS = 50 * 1000, /* for it to end, when nobody said how long */
};

struct system {
	int epoll;
	pid_t pid;                     /* of its init, as we see it; 0: there is none */
	const char *path;              /* of its init */
	const struct system_kind *kind;
	int outside, pids, mounts, groups; /* namespaces: our pids', then its; -1 */
	struct watch notify, patience;
	bool stopping;                 /* it says so, or was asked */
	/* It is up, or was waited for long enough ("late"). Once. */
	void (*up)(struct system *s, bool late);
	void *arg;
};

void system_init(struct system *s, int epoll);
/* Start it: 0 when its init was executed, or an errno and what failed. `up` comes later,
 * or is called at once. */
int system_start(struct system *s, const struct start *start, const char **what);
/* Processes that are made in between belong into it, when there is one. -1: errno. */
int system_aim(struct system *s);
void system_aimed(struct system *s);
pid_t system_fork(struct system *s); /* fork() in between */
/* In that child, the rest of the way: 0 or an errno. Allocates nothing. */
int system_enter(const struct system *s);
/* A child has ended: true if it was its init, and with that all of it. */
bool system_reaped(struct system *s, pid_t pid);
/* Ask it to power off; false: there is none, or nobody in it to ask. */
bool system_stop(struct system *s);

#endif
