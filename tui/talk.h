/*
 * What verbs say: data on stdout, talk on stderr. Everything that goes through
 * here is cleaned first, so no name, message or line of a guest can steer the
 * operator's terminal, whoever wrote it. Knows the exit codes; exits nowhere.
 */
#ifndef TUI_TALK_H
#define TUI_TALK_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/base/json.h"

enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_BLOCKED = 3,      /* by preflight */
	EXIT_NOT_FOUND = 4,
	EXIT_CONFLICT = 5,     /* the name is taken, the session is alive, or has ended */
	EXIT_UNAVAILABLE = 69, /* the backend is not there */
	EXIT_TIMED_OUT = 75,
	EXIT_DENIED = 77,
	EXIT_INTERRUPTED = 130,
};

/* The exit code that tells most of an error: by its errno. */
int exit_of(const struct error *err);

/* A piece of data for stdout; newlines are kept. What is wrong with stdout is
 * asked at the end by talk_finish. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_bytes(const void *data, size_t n);
/* One object and a newline, "schema": 1 first; deletes it. */
void say_json(cJSON *j);

/* A line for stderr, newline added. */
void talk(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void talk_part(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* none added */
/* "vmdeck: MSG", and "  fix: HINT" where there is one. Gives exit_of. */
int talk_error(const struct error *err);
/* A wrong command line: the message, then where help is. Gives EXIT_USAGE. */
int talk_usage(const char *verb, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Ask on the terminal; no is the answer to anything but y or yes. When there is
 * no terminal to ask on it is refused with what to add. 0 yes, else the exit
 * code to end with. */
int talk_confirm(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Flush stdout. A reader that went away ends us quietly; a full disk is told
 * and changes the exit code. */
int talk_finish(int code);
/* stdout cannot take more: a loop that only prints may end. */
bool say_broken(void);

#endif
