/*
 * A program of ours on a pty of its own, with a home of its own: what it writes is kept
 * and shown on an emulated screen, what it is sent are bytes, and its end is waited for.
 * The program is $VMDECK. Nothing here knows what the program should do.
 *
 * A picture is waited for in two ways. pty_await looks into the bytes that came, which is
 * right for lines and for sequences; but a program that draws sends only what differs
 * from what is there, so what stands on the screen is for pty_await_shown.
 */
#ifndef TESTS_PTY_H
#define TESTS_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

enum { PTY_ROWS = 40, PTY_COLS = 120, PTY_LIMIT_MS = 60000, PTY_SEEN = 1 << 16 };

struct pty {
	pid_t pid;       /* 0 when no program runs */
	int master, slave;
	int limit_ms;    /* of an await; PTY_LIMIT_MS unless the test says more */
	char home[64];   /* VMDECK_HOME; its config and state are there */
	struct termios before;
	struct vt *screen;
	int rows, cols;  /* of the pty; the emulator follows when bytes come */
	char seen[PTY_SEEN + 1]; /* the last of what came since pty_forget, NULs as spaces */
	size_t n;
	/* May be set: is given every byte that comes, in order. */
	void (*heard)(void *arg, const char *bytes, size_t n);
	void *arg;
	/* May be set before the start: the program works in its home and finds no other
	 * program, so that keys pressed at random start and write nothing elsewhere. */
	bool bare;
	/* May be set before the start: the terminal says nothing when it is asked what it is
	 * (CSI c); else it answers at once, as nearly all do. */
	bool mute;
};

/* A home and a pty of PTY_ROWS x PTY_COLS. Whatever comes of it, pty_close ends it. */
bool pty_open(struct pty *p);

/* A file below the home, with its directories: "config/agents.json". */
bool pty_file(const struct pty *p, const char *name, const char *text);

/* Arguments behind the program's name, NULL at the end. It may be started again after
 * its end. */
bool pty_start(struct pty *p, const char *term, ...) __attribute__((sentinel));

/* The same program once more, beside the pty and without input or output: its exit code. */
int pty_verb(const struct pty *p, ...) __attribute__((sentinel));

void pty_size(struct pty *p, int rows, int cols);
bool pty_say(struct pty *p, const char *text);
bool pty_say_bytes(struct pty *p, const char *bytes, size_t n);

/* One read, waited for so long; false when nothing came. */
bool pty_read(struct pty *p, int ms);
/* What comes within so long, or until `text` (may be NULL) is among it: true then. */
bool pty_take(struct pty *p, int ms, const char *text);
/* What comes until it is quiet for so long. */
void pty_settle(struct pty *p, int quiet_ms);
/* Escape and nothing behind it: what is said next is no part of it, however late the
 * program comes to read. It must be one that changes the screen. */
bool pty_escape(struct pty *p);
void pty_forget(struct pty *p);

/* Until the text is among the bytes, or on the screen. What is there instead is printed. */
bool pty_await(struct pty *p, const char *text);
bool pty_await_shown(struct pty *p, const char *text);

bool pty_shows(const struct pty *p, const char *text);
void pty_row(const struct pty *p, int row, char *out, size_t cap);

/* Has it ended already? With which wait status? */
bool pty_ended(struct pty *p, int *status);
/* Waited for: its wait status; -1 when it had to be killed. */
int pty_finish(struct pty *p);
/* Is the terminal as it was before the program? */
bool pty_same_settings(const struct pty *p);

/* The program, sessions of its home, and the home go. May be called twice. */
void pty_close(struct pty *p);

#endif
