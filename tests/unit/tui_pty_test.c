/*
 * The dashboard itself on a pty: 10 000 changes of size from 1x1 to 500x500 with
 * keys in between, and the terminal given back whatever ends it (figure 37).
 * The program under test is $VMDECK, with a home of its own.
 */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "tests/test.h"

enum { RESIZES = 10000, LIMIT_MS = 20000, SEEN = 1 << 16 };

struct run {
	pid_t pid;
	int master, slave;
	struct termios before;
	char home[64];
	char seen[SEEN + 1]; /* the last of what came */
	size_t n;
};

static void set_size(int fd, int rows, int cols)
{
	struct winsize w = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	ioctl(fd, TIOCSWINSZ, &w);
}

static bool start(struct run *r, const char *term)
{
	const char *vmdeck = getenv("VMDECK");

	memset(r, 0, sizeof(*r));
	snprintf(r->home, sizeof(r->home), "/tmp/vmdeck-pty-XXXXXX");
	if (!mkdtemp(r->home) || openpty(&r->master, &r->slave, NULL, NULL, NULL) < 0)
		return false;
	set_size(r->master, 40, 120);
	tcgetattr(r->slave, &r->before);
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
		execl(vmdeck, vmdeck, NULL);
		_exit(99);
	}
	return r->pid > 0;
}

/* Take what it writes for so long, or until the text comes. */
static bool take(struct run *r, int ms, const char *text)
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
		if (r->n > SEEN / 2) {
			memmove(r->seen, r->seen + r->n - SEEN / 4, SEEN / 4);
			r->n = SEEN / 4;
		}
		n = read(r->master, r->seen + r->n, SEEN - r->n);
		if (n <= 0)
			return false;
		for (ssize_t i = 0; i < n; i++)
			if (!r->seen[r->n + (size_t)i])
				r->seen[r->n + (size_t)i] = ' ';
		r->n += (size_t)n;
		r->seen[r->n] = '\0';
	}
}

static int finish(struct run *r)
{
	struct error ignored;
	int status = -1;
	uint64_t end = now_ms() + LIMIT_MS;

	while (waitpid(r->pid, &status, WNOHANG) == 0 && now_ms() < end)
		take(r, 20, NULL);
	if (now_ms() >= end) {
		kill(r->pid, SIGKILL);
		waitpid(r->pid, &status, 0);
		status = -1;
	}
	take(r, 0, NULL);
	dir_remove(AT_FDCWD, r->home, &ignored);
	return status;
}

static bool same_settings(const struct run *r)
{
	struct termios now;

	tcgetattr(r->slave, &now);
	return now.c_iflag == r->before.c_iflag && now.c_oflag == r->before.c_oflag &&
	       now.c_lflag == r->before.c_lflag && now.c_cflag == r->before.c_cflag &&
	       memcmp(now.c_cc, r->before.c_cc, sizeof(now.c_cc)) == 0;
}

static void done(struct run *r)
{
	close(r->master);
	close(r->slave);
}

static void storms_of_sizes(void)
{
	/* no n, Enter or S: nothing is launched or ended here */
	static const char keys[] = "jkgGpra/?\033:zo+_|-=[1v*UJK \t\033";
	struct run r;
	uint32_t seed = 1;
	int status;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(start(&r, "xterm-256color"));
	CHECK(take(&r, LIMIT_MS, "detach"));
	for (int i = 0; i < RESIZES; i++) {
		seed = seed * 1664525 + 1013904223;
		set_size(r.master, 1 + (int)(seed >> 16) % (i % 3 ? 60 : 500),
			 1 + (int)(seed >> 8) % (i % 3 ? 160 : 500));
		if (i % 5 == 0 && write(r.master, &keys[(seed >> 12) % (sizeof(keys) - 1)], 1) != 1)
			break;
		if (i % 50 == 0)
			take(&r, 5, NULL);
	}
	set_size(r.master, 1, 1);
	take(&r, 200, NULL);
	set_size(r.master, 40, 120);
	take(&r, 100, NULL);
	r.n = 0;
	r.seen[0] = '\0';
	CHECK(write(r.master, "\014", 1) == 1); /* C-l: all of it anew */
	CHECK(take(&r, LIMIT_MS, "vmdeck"));
	kill(r.pid, SIGTERM);
	status = finish(&r);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 128 + SIGTERM);
	CHECK(same_settings(&r));
	done(&r);
}

/* What leaves it, and what the terminal must have got by then. */
static void ended_by(int signo, bool fault)
{
	struct run r;
	int status;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(start(&r, "xterm-256color"));
	CHECK(take(&r, LIMIT_MS, "detach"));
	CHECK(!same_settings(&r)); /* it is in raw mode */
	kill(r.pid, signo);
	status = finish(&r);
	if (fault)
		CHECK((WIFSIGNALED(status) && WTERMSIG(status) == signo) ||
		      (WIFEXITED(status) && WEXITSTATUS(status))); /* a sanitiser exits */
	else
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 128 + signo);
	CHECK(same_settings(&r));
	CHECK(strstr(r.seen, "\033[?1049l"));
	CHECK(strstr(r.seen, "\033[?2004l"));
	CHECK(strstr(r.seen, "\033[?1000l"));
	done(&r);
}

static void restored_after_term(void)
{
	ended_by(SIGTERM, false);
}

static void restored_after_hup(void)
{
	ended_by(SIGHUP, false);
}

static void restored_after_int(void)
{
	ended_by(SIGINT, false);
}

static void restored_after_segv(void)
{
	ended_by(SIGSEGV, true);
}

static void restored_after_abrt(void)
{
	ended_by(SIGABRT, true);
}

static void ends_with_its_terminal(void)
{
	struct run r;
	int status;
	struct error ignored;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(start(&r, "xterm-256color"));
	CHECK(take(&r, LIMIT_MS, "detach"));
	close(r.slave);
	close(r.master);
	for (uint64_t end = now_ms() + LIMIT_MS; waitpid(r.pid, &status, WNOHANG) == 0;)
		if (now_ms() > end) {
			kill(r.pid, SIGKILL);
			CHECK_FAIL("it stays without a terminal");
		}
	dir_remove(AT_FDCWD, r.home, &ignored);
}

static void dumb_is_refused(void)
{
	struct run r;
	int status;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(start(&r, "dumb"));
	status = finish(&r);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 2);
	CHECK(strstr(r.seen, "vmdeck ls"));
	CHECK(!strchr(r.seen, '\033'));
	done(&r);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "storms_of_sizes", storms_of_sizes },
		{ "restored_after_term", restored_after_term },
		{ "restored_after_hup", restored_after_hup },
		{ "restored_after_int", restored_after_int },
		{ "restored_after_segv", restored_after_segv },
		{ "restored_after_abrt", restored_after_abrt },
		{ "ends_with_its_terminal", ends_with_its_terminal },
		{ "dumb_is_refused", dumb_is_refused },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
