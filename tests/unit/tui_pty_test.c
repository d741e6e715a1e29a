/*
 * The dashboard itself on a pty: 10 000 changes of size from 1x1 to 500x500 with
 * keys in between, and the terminal given back whatever ends it (figure 37).
 * The program under test is $VMDECK, with a home of its own.
 */
#include "tests/unit/pty_fixture.h"

enum { RESIZES = 10000 };

static bool start(struct pty_run *r, const char *term)
{
	char *argv[] = { (char *)"vmdeck", NULL };

	return pty_begin(r) && pty_start(r, term, argv);
}

static void storms_of_sizes(void)
{
	/* no n, Enter or S: nothing is launched or ended here */
	static const char keys[] = "jkgGpra/?\033:zo+_|-=[1v*UJK \t\033";
	struct pty_run r;
	uint32_t seed = 1;
	int status;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(start(&r, "xterm-256color"));
	CHECK(pty_take(&r, PTY_LIMIT_MS, "detach"));
	for (int i = 0; i < RESIZES; i++) {
		seed = seed * 1664525 + 1013904223;
		pty_size(r.master, 1 + (int)(seed >> 16) % (i % 3 ? 60 : 500),
			 1 + (int)(seed >> 8) % (i % 3 ? 160 : 500));
		if (i % 5 == 0 && write(r.master, &keys[(seed >> 12) % (sizeof(keys) - 1)], 1) != 1)
			break;
		if (i % 50 == 0)
			pty_take(&r, 5, NULL);
	}
	pty_size(r.master, 1, 1);
	pty_take(&r, 200, NULL);
	pty_size(r.master, 40, 120);
	pty_take(&r, 100, NULL);
	r.n = 0;
	r.seen[0] = '\0';
	CHECK(write(r.master, "\014", 1) == 1); /* C-l: all of it anew */
	CHECK(pty_take(&r, PTY_LIMIT_MS, "vmdeck"));
	kill(r.pid, SIGTERM);
	status = pty_finish(&r);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 128 + SIGTERM);
	CHECK(pty_same_settings(&r));
	pty_done(&r);
}

/* What leaves it, and what the terminal must have got by then. */
static void ended_by(int signo, bool fault)
{
	struct pty_run r;
	int status;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(start(&r, "xterm-256color"));
	CHECK(pty_take(&r, PTY_LIMIT_MS, "detach"));
	CHECK(!pty_same_settings(&r)); /* it is in raw mode */
	kill(r.pid, signo);
	status = pty_finish(&r);
	if (fault)
		CHECK((WIFSIGNALED(status) && WTERMSIG(status) == signo) ||
		      (WIFEXITED(status) && WEXITSTATUS(status))); /* a sanitiser exits */
	else
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 128 + signo);
	CHECK(pty_same_settings(&r));
	CHECK(strstr(r.seen, "\033[?1049l"));
	CHECK(strstr(r.seen, "\033[?2004l"));
	CHECK(strstr(r.seen, "\033[?1000l"));
	pty_done(&r);
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
	struct pty_run r;
	int status;
	struct error ignored;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(start(&r, "xterm-256color"));
	CHECK(pty_take(&r, PTY_LIMIT_MS, "detach"));
	close(r.slave);
	close(r.master);
	for (uint64_t end = now_ms() + PTY_LIMIT_MS; waitpid(r.pid, &status, WNOHANG) == 0;)
		if (now_ms() > end) {
			kill(r.pid, SIGKILL);
			CHECK_FAIL("it stays without a terminal");
		}
	dir_remove(AT_FDCWD, r.home, &ignored);
}

static void dumb_is_refused(void)
{
	struct pty_run r;
	int status;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(start(&r, "dumb"));
	status = pty_finish(&r);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 2);
	CHECK(strstr(r.seen, "vmdeck ls"));
	CHECK(!strchr(r.seen, '\033'));
	pty_done(&r);
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
