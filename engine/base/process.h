/*
 * Starting programs. A child gets exactly the descriptors it is given, a
 * clean signal state, and nothing else; our own helpers are this very binary
 * again, by /proc/self/exe, so that an upgrade in between cannot mix versions.
 */
#ifndef ENGINE_BASE_PROCESS_H
#define ENGINE_BASE_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

#include "engine/base/error.h"

enum { PROCESS_FDS = 24 };

struct process {
	const char *file;        /* path, or name to find on PATH; NULL: this binary */
	char *const *argv;
	char *const *env;        /* NULL: ours */
	int fds[PROCESS_FDS];    /* fds[i] becomes descriptor i in the child; -1: /dev/null for
				    0..2, nothing above */
	size_t n_fds;            /* entries used; descriptors from here on are closed */
	/* Runs in the child just before exec, after descriptors are placed: set limits,
	 * namespaces, privileges. 0, or an errno with which the start then fails. */
	int (*prepare)(void *arg);
	void *arg;
};

/* Start it; the caller owns the child (loop's child_watch, or waitpid).
 * A failure to exec is reported here, as an error with its errno. */
pid_t process_start(const struct process *p, struct error *err);

/* Run to the end and collect stdout and stderr together (cut at cap, NUL
 * terminated) within a deadline; gives the wait status. For short commands in
 * places that may block: never from the dashboard or a supervisor. */
int process_capture(char *const argv[], char *out, size_t cap, int timeout_ms, int *status,
		    struct error *err);

/* Where `name` is on PATH, into out; -1 when nowhere. */
int process_find(const char *name, char *out, size_t cap);

/* Start time in clock ticks since boot (field 22 of /proc/PID/stat), 0 if gone:
 * together with the boot id it names a process for good. */
unsigned long long process_started(pid_t pid);

/* This boot's id (/proc/sys/kernel/random/boot_id), 36 characters. */
void boot_id(char out[37]);

#endif
