/*
 * The dashboard itself on a pty: 10 000 changes of size from 1x1 to 500x500 with
 * keys in between, and the terminal given back whatever ends it (figure 37).
 * The program under test is $VMDECK, with a home of its own.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/loop.h"
#include "tests/pty.h"
#include "tests/test.h"

enum { RESIZES = 10000 };

static bool start(struct pty *r, const char *term)
{
	return pty_open(r) && pty_start(r, term, NULL);
}

static void storms_of_sizes(void)
{
	/* no n, Enter or S: nothing is launched or ended here */
	static const char keys[] = "jkgGpra/?\033:zo+_|-=[1v*UJK \t\033";
	struct pty r;
	uint32_t seed = 1;
	int status;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(start(&r, "xterm-256color"));
	CHECK(pty_await(&r, "detach"));
	for (int i = 0; i < RESIZES; i++) {
		seed = seed * 1664525 + 1013904223;
		pty_size(&r, 1 + (int)(seed >> 16) % (i % 3 ? 60 : 500),
			 1 + (int)(seed >> 8) % (i % 3 ? 160 : 500));
		if (i % 5 == 0 && !pty_say_bytes(&r, &keys[(seed >> 12) % (sizeof(keys) - 1)], 1))
			break;
		if (i % 50 == 0)
			pty_take(&r, 5, NULL);
	}
	pty_size(&r, 1, 1);
	pty_take(&r, 200, NULL);
	pty_size(&r, 40, 120);
	pty_take(&r, 100, NULL);
	pty_forget(&r);
	CHECK(pty_say(&r, "\014")); /* C-l: all of it anew */
	CHECK(pty_await(&r, "vmdeck"));
	kill(r.pid, SIGTERM);
	status = pty_finish(&r);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 128 + SIGTERM);
	CHECK(pty_same_settings(&r));
	pty_close(&r);
}

/* What leaves it, and what the terminal must have got by then. */
static void ended_by(int signo, bool fault)
{
	struct pty r;
	int status;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(start(&r, "xterm-256color"));
	CHECK(pty_await(&r, "detach"));
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
	pty_close(&r);
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
	struct pty r;
	int status;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(start(&r, "xterm-256color"));
	CHECK(pty_await(&r, "detach"));
	close(r.slave);
	close(r.master);
	r.slave = r.master = -1;
	for (uint64_t end = now_ms() + PTY_LIMIT_MS; !pty_ended(&r, &status);)
		if (now_ms() > end) {
			kill(r.pid, SIGKILL);
			CHECK_FAIL("it stays without a terminal");
		}
	pty_close(&r);
}

static void dumb_is_refused(void)
{
	struct pty r;
	int status;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(start(&r, "dumb"));
	status = pty_finish(&r);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 2);
	CHECK(strstr(r.seen, "vmdeck ls"));
	CHECK(!strchr(r.seen, '\033'));
	pty_close(&r);
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
