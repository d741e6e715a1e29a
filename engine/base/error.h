/*
 * An error: what was being done, what went wrong, and what the operator can
 * do about it.
 *
 * It is a plain value without pointers, so it is copied with = and never
 * leaks. Whoever can fail takes `struct error *err` last and returns 0, a
 * pointer or a descriptor; -1 or NULL means that err says why. The hint is the
 * remedy, a command where there is one: in this program the remedy is the
 * product. An error knows nothing of where it will be shown; whoever shows it
 * cleans it first (text.h), because parts of it may come from elsewhere.
 */
#ifndef ENGINE_BASE_ERROR_H
#define ENGINE_BASE_ERROR_H

struct error {
	int code;       /* errno, or 0 where the system had no part in it */
	char msg[512];  /* "session web-1: disk: create: No space left on device" */
	char hint[256]; /* "free 2 GiB in ~/.local/state/vmdeck", or "" */
};

/* Start an error; with a code, its strerror is appended after ": ". Always -1. */
int error_set(struct error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Put the remedy beside the message; replaces an earlier hint. */
void error_hint(struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Put "context: " in front of the message on the way up. Always -1. */
int error_wrap(struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
