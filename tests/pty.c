#include "tests/pty.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/vt/vt.h"

enum { ARGS = 16 };

bool pty_open(struct pty *p)
{
	memset(p, 0, sizeof(*p));
	p->master = p->slave = -1;
	p->limit_ms = PTY_LIMIT_MS;
	snprintf(p->home, sizeof(p->home), "/tmp/vmdeck-pty-XXXXXX");
	if (!mkdtemp(p->home)) {
		p->home[0] = '\0';
		return false;
	}
	p->screen = vt_new(PTY_COLS, PTY_ROWS, 0);
	if (!p->screen || openpty(&p->master, &p->slave, NULL, NULL, NULL) < 0)
		return false;
	/* Children that are not told of the pty must not hold it. */
	fcntl(p->master, F_SETFD, FD_CLOEXEC);
	fcntl(p->slave, F_SETFD, FD_CLOEXEC);
	pty_size(p, PTY_ROWS, PTY_COLS);
	tcgetattr(p->slave, &p->before);
	return true;
}

bool pty_file(const struct pty *p, const char *name, const char *text)
{
	char path[256];
	struct error err;

	snprintf(path, sizeof(path), "%s/%s", p->home, name);
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	unlink(path);
	return file_write(AT_FDCWD, path, text, strlen(text), 0600, &err) == 0;
}

/* --- Programs --- */

static void collect(char *argv[ARGS + 2], va_list ap)
{
	int n = 0;

	argv[n++] = (char *)"vmdeck";
	while (n <= ARGS && (argv[n] = va_arg(ap, char *)))
		n++;
	argv[n] = NULL;
}

static void on_tty(const struct pty *p, const char *term)
{
	setsid();
	ioctl(p->slave, TIOCSCTTY, 0);
	for (int i = 0; i < 3; i++)
		dup2(p->slave, i);
	setenv("TERM", term, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	if (!p->bare)
		return;
	setenv("PATH", "/nonexistent", 1);
	setenv("TMPDIR", p->home, 1);
	if (chdir(p->home) < 0)
		_exit(98);
}

bool pty_start(struct pty *p, const char *term, ...)
{
	char *argv[ARGS + 2];
	va_list ap;

	va_start(ap, term);
	collect(argv, ap);
	va_end(ap);
	pty_forget(p);
	fflush(stdout);
	p->pid = fork();
	if (p->pid == 0) {
		on_tty(p, term);
		setenv("VMDECK_HOME", p->home, 1);
		execv(getenv("VMDECK"), argv);
		_exit(99);
	}
	return p->pid > 0;
}

int pty_verb(const struct pty *p, ...)
{
	char *argv[ARGS + 2];
	va_list ap;
	pid_t pid;
	int status;

	va_start(ap, p);
	collect(argv, ap);
	va_end(ap);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		for (int i = 0; i < 3; i++)
			dup2(null, i);
		setenv("VMDECK_HOME", p->home, 1);
		execv(getenv("VMDECK"), argv);
		_exit(99);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* --- In and out --- */

void pty_size(struct pty *p, int rows, int cols)
{
	struct winsize w = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	p->rows = rows;
	p->cols = cols;
	ioctl(p->master, TIOCSWINSZ, &w);
}

bool pty_say_bytes(struct pty *p, const char *bytes, size_t n)
{
	return write(p->master, bytes, n) == (ssize_t)n;
}

bool pty_say(struct pty *p, const char *text)
{
	return pty_say_bytes(p, text, strlen(text));
}

/* The last of it, so that a search stays short. */
static void keep(struct pty *p, const char *bytes, size_t n)
{
	if (p->n + n > PTY_SEEN) {
		memmove(p->seen, p->seen + p->n - PTY_SEEN / 4, PTY_SEEN / 4);
		p->n = PTY_SEEN / 4;
	}
	for (size_t i = 0; i < n; i++)
		p->seen[p->n++] = bytes[i] ? bytes[i] : ' ';
	p->seen[p->n] = '\0';
}

bool pty_read(struct pty *p, int ms)
{
	struct pollfd poll_for = { .fd = p->master, .events = POLLIN };
	char buf[PTY_SEEN / 2];
	ssize_t n;

	if (poll(&poll_for, 1, ms) <= 0)
		return false;
	n = read(p->master, buf, sizeof(buf));
	if (n <= 0)
		return false;
	keep(p, buf, (size_t)n);
	/* Only now: ten thousand sizes need not wrap the emulator's lines as often. */
	if (vt_rows(p->screen) != p->rows || vt_cols(p->screen) != p->cols)
		vt_resize(p->screen, p->cols, p->rows);
	vt_write(p->screen, buf, (size_t)n, now_ms());
	if (!p->mute && memmem(buf, (size_t)n, "\033[c", 3))
		pty_say(p, "\033[?62;22c");
	if (p->heard)
		p->heard(p->arg, buf, (size_t)n);
	return true;
}

bool pty_take(struct pty *p, int ms, const char *text)
{
	uint64_t end = now_ms() + (uint64_t)ms;

	for (;;) {
		uint64_t now = now_ms();

		if (text && strstr(p->seen, text))
			return true;
		if (!pty_read(p, now < end ? (int)(end - now) : 0))
			return false;
	}
}

bool pty_escape(struct pty *p)
{
	uint64_t end = now_ms() + (uint64_t)p->limit_ms;
	int unread = 1;

	while (pty_read(p, 0) && now_ms() < end)
		;
	if (!pty_say(p, "\033"))
		return false;
	while (unread > 0 && now_ms() < end) {
		pty_read(p, 5);
		if (ioctl(p->slave, FIONREAD, &unread) < 0)
			return false;
	}
	pty_read(p, 5000); /* what comes of it */
	pty_take(p, 100, NULL);
	return unread == 0;
}

void pty_settle(struct pty *p, int quiet_ms)
{
	uint64_t end = now_ms() + (uint64_t)p->limit_ms;

	while (pty_read(p, quiet_ms) && now_ms() < end)
		;
}

void pty_forget(struct pty *p)
{
	p->n = 0;
	p->seen[0] = '\0';
}

/* --- The screen --- */

void pty_row(const struct pty *p, int row, char *out, size_t cap)
{
	vt_line_text(p->screen, vt_screen(p->screen) + (uint64_t)row, out, cap);
}

bool pty_shows(const struct pty *p, const char *text)
{
	char row[4096];

	for (int i = 0; i < vt_rows(p->screen); i++) {
		pty_row(p, i, row, sizeof(row));
		if (strstr(row, text))
			return true;
	}
	return false;
}

static void dump(const struct pty *p, const char *text)
{
	char row[4096];

	fprintf(stderr, "# \"");
	for (; *text; text++)
		fputc((unsigned char)*text < ' ' ? '~' : *text, stderr);
	fprintf(stderr, "\" does not come within %d ms; the screen:\n", p->limit_ms);
	for (int i = 0; i < vt_rows(p->screen); i++) {
		pty_row(p, i, row, sizeof(row));
		fprintf(stderr, "# %2d|%s\n", i, row);
	}
}

bool pty_await(struct pty *p, const char *text)
{
	if (pty_take(p, p->limit_ms, text))
		return true;
	dump(p, text);
	return false;
}

bool pty_await_shown(struct pty *p, const char *text)
{
	uint64_t end = now_ms() + (uint64_t)p->limit_ms;

	while (!pty_shows(p, text)) {
		if (now_ms() >= end) {
			dump(p, text);
			return false;
		}
		pty_read(p, 20);
	}
	return true;
}

/* --- The end --- */

bool pty_ended(struct pty *p, int *status)
{
	if (p->pid <= 0 || waitpid(p->pid, status, WNOHANG) != p->pid)
		return false;
	p->pid = 0;
	return true;
}

int pty_finish(struct pty *p)
{
	uint64_t end = now_ms() + (uint64_t)p->limit_ms;
	int status = -1;

	if (p->pid <= 0)
		return -1;
	while (!pty_ended(p, &status)) {
		if (now_ms() >= end) {
			kill(p->pid, SIGKILL);
			waitpid(p->pid, NULL, 0);
			p->pid = 0;
			return -1;
		}
		pty_take(p, 20, NULL);
	}
	pty_take(p, 0, NULL);
	return status;
}

bool pty_same_settings(const struct pty *p)
{
	struct termios now;

	tcgetattr(p->slave, &now);
	return now.c_iflag == p->before.c_iflag && now.c_oflag == p->before.c_oflag &&
	       now.c_lflag == p->before.c_lflag && now.c_cflag == p->before.c_cflag &&
	       memcmp(now.c_cc, p->before.c_cc, sizeof(now.c_cc)) == 0;
}

void pty_close(struct pty *p)
{
	char sessions[128];
	struct error ignored;

	if (!p->home[0]) /* never opened, or closed before */
		return;
	if (p->pid > 0) {
		kill(p->pid, SIGTERM);
		pty_finish(p);
	}
	snprintf(sessions, sizeof(sessions), "%s/state/sessions", p->home);
	if (access(sessions, F_OK) == 0)
		pty_verb(p, "kill", "--all", "--yes", NULL);
	dir_remove(AT_FDCWD, p->home, &ignored);
	if (p->master >= 0)
		close(p->master);
	if (p->slave >= 0)
		close(p->slave);
	vt_free(p->screen);
	p->screen = NULL;
	p->home[0] = '\0';
}
