/*
 * A program of ours on a pty of its own, with a home of its own: what it writes is kept,
 * what it is sent are bytes, and its end is waited for. The program is $VMDECK.
 */
#ifndef TESTS_PTY_FIXTURE_H
#define TESTS_PTY_FIXTURE_H

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "tests/test.h"

enum { PTY_LIMIT_MS = 20000, PTY_SEEN = 1 << 16 };

struct pty_run {
	pid_t pid;
	int master, slave;
	struct termios before;
	char home[64];
	char seen[PTY_SEEN + 1]; /* the last of what came */
	size_t n;
};

static inline void pty_size(int fd, int rows, int cols)
{
	struct winsize w = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	ioctl(fd, TIOCSWINSZ, &w);
}

/* Its home and its pty; files may be written into the home before pty_start. */
static inline bool pty_begin(struct pty_run *r)
{
	memset(r, 0, sizeof(*r));
	snprintf(r->home, sizeof(r->home), "/tmp/vmdeck-pty-XXXXXX");
	if (!mkdtemp(r->home) || openpty(&r->master, &r->slave, NULL, NULL, NULL) < 0)
		return false;
	pty_size(r->master, 40, 120);
	tcgetattr(r->slave, &r->before);
	return true;
}

static inline bool pty_file(const struct pty_run *r, const char *name, const char *text)
{
	struct error err;
	char path[256];

	snprintf(path, sizeof(path), "%s/config", r->home);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/config/%s", r->home, name);
	return file_write(AT_FDCWD, path, text, strlen(text), 0600, &err) == 0;
}

/* argv[0] is replaced by the program's path. */
static inline bool pty_start(struct pty_run *r, const char *term, char *const argv[])
{
	const char *vmdeck = getenv("VMDECK");

	fflush(stdout);
	r->pid = fork();
	if (r->pid == 0) {
		setsid();
		ioctl(r->slave, TIOCSCTTY, 0);
		for (int i = 0; i < 3; i++)
			dup2(r->slave, i);
		close(r->master);
		close(r->slave);
		setenv("VMDECK_HOME", r->home, 1);
		setenv("TERM", term, 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execv(vmdeck, argv);
		_exit(99);
	}
	return r->pid > 0;
}

/* Another process of the program, without the pty: its exit code. */
static inline int pty_beside(const struct pty_run *r, char *const argv[])
{
	const char *vmdeck = getenv("VMDECK");
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		for (int i = 0; i < 3; i++)
			dup2(null, i);
		setenv("VMDECK_HOME", r->home, 1);
		execv(vmdeck, argv);
		_exit(99);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Take what it writes for so long, or until the text comes. */
static inline bool pty_take(struct pty_run *r, int ms, const char *text)
{
	uint64_t end = now_ms() + (uint64_t)ms;
	struct pollfd p = { .fd = r->master, .events = POLLIN };

	for (;;) {
		uint64_t now = now_ms();
		ssize_t n;

		if (text && strstr(r->seen, text))
			return true;
		if (poll(&p, 1, now < end ? (int)(end - now) : 0) <= 0)
			return false;
		if (r->n > PTY_SEEN / 2) {
			memmove(r->seen, r->seen + r->n - PTY_SEEN / 4, PTY_SEEN / 4);
			r->n = PTY_SEEN / 4;
		}
		n = read(r->master, r->seen + r->n, PTY_SEEN - r->n);
		if (n <= 0)
			return false;
		for (ssize_t i = 0; i < n; i++)
			if (!r->seen[r->n + (size_t)i])
				r->seen[r->n + (size_t)i] = ' ';
		r->n += (size_t)n;
		r->seen[r->n] = '\0';
	}
}

static inline void pty_forget(struct pty_run *r)
{
	r->n = 0;
	r->seen[0] = '\0';
}

static inline bool pty_send(struct pty_run *r, const char *bytes)
{
	return write(r->master, bytes, strlen(bytes)) == (ssize_t)strlen(bytes);
}

/* Its wait status; -1 when it had to be killed. The home goes. */
static inline int pty_finish(struct pty_run *r)
{
	struct error ignored;
	int status = -1;
	uint64_t end = now_ms() + PTY_LIMIT_MS;

	while (waitpid(r->pid, &status, WNOHANG) == 0 && now_ms() < end)
		pty_take(r, 20, NULL);
	if (now_ms() >= end) {
		kill(r->pid, SIGKILL);
		waitpid(r->pid, &status, 0);
		status = -1;
	}
	pty_take(r, 0, NULL);
	dir_remove(AT_FDCWD, r->home, &ignored);
	return status;
}

static inline bool pty_same_settings(const struct pty_run *r)
{
	struct termios now;

	tcgetattr(r->slave, &now);
	return now.c_iflag == r->before.c_iflag && now.c_oflag == r->before.c_oflag &&
	       now.c_lflag == r->before.c_lflag && now.c_cflag == r->before.c_cflag &&
	       memcmp(now.c_cc, r->before.c_cc, sizeof(now.c_cc)) == 0;
}

static inline void pty_done(struct pty_run *r)
{
	close(r->master);
	close(r->slave);
}

#endif
