/*
 * The plain mode: its parts that are pure, and the whole of it on a terminal that can do
 * nothing but write lines (TERM=dumb), from a pipe and from a file. What it writes must
 * not have a single control but line ends, the bell and steps back over what is typed.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/vt/vt.h"
#include "tests/pty.h"
#include "tests/test.h"
#include "tui/linear/news.h"
#include "tui/linear/words.h"

static const char agents[] =
	"{ \"agents\": { \"sh\": { \"backend\": \"demo\", \"script\": \"shell\" },\n"
	"  \"cx\": { \"backend\": \"demo\", \"script\": \"codex\" },\n"
	"  \"loud\": { \"backend\": \"demo\", \"script\": \"noisy\" } } }\n";

/* --- Words --- */

static void words_as_a_shell_has_them(void)
{
	struct words w;
	struct error err;
	char many[400] = "";

	CHECK(words_split(&w, "  type 2  say \"a b\"'c d' \\\"e\\\" \\  ", &err) == 0);
	CHECK_INT(w.n, 6);
	CHECK_STR(w.at[1], "2");
	CHECK_STR(w.at[3], "a bc d");
	CHECK_STR(w.at[4], "\"e\"");
	CHECK_STR(w.at[5], " ");
	CHECK(!w.at[6]);
	CHECK_STR(words_rest(&w, "  type 2  say \"a b\"'c d' \\\"e\\\" \\  ", 2), "say \"a b\"'c d' \\\"e\\\" \\  ");
	CHECK_STR(words_rest(&w, "", 9), "");
	CHECK(words_split(&w, "", &err) == 0);
	CHECK_INT(w.n, 0);
	CHECK(words_split(&w, "type 1 it's", &err) < 0);
	CHECK(strstr(err.msg, "quote"));
	for (int i = 0; i < 100; i++)
		strcat(many, "a ");
	CHECK(words_split(&w, many, &err) < 0);
}

/* --- News --- */

struct heard {
	char text[4096];
};

static void hear(void *arg, const char *line)
{
	struct heard *h = arg;

	snprintf(h->text + strlen(h->text), sizeof(h->text) - strlen(h->text), "%s|", line);
}

/* A page as a console of 20 columns shows it. */
static struct page page_of(const char *bytes)
{
	struct vt *vt = vt_new(20, 8, 1 << 16);
	struct page p = { 0 };

	vt_write(vt, bytes, strlen(bytes), 0);
	page_clear(&p, vt_first(vt));
	for (uint64_t line = vt_first(vt); line < vt_end(vt); line++) {
		struct vt_glyph row[20];

		for (int c = 0; c < 20; c++)
			vt_glyph(vt, line, c, &row[c]);
		page_add(&p, row, 20, vt_line_wrapped(vt, line));
	}
	vt_free(vt);
	return p;
}

static void between(const char *before, const char *after, const char *news)
{
	struct page a = page_of(before), b = page_of(after);
	struct heard h = { "" };

	CHECK(news_tell(&a, &b, hear, &h));
	CHECK_STR(h.text, news);
	page_done(&a);
	page_done(&b);
}

static void what_is_new_is_told_once(void)
{
	between("", "one\r\ntwo\r\n", "one|two|");
	between("one\r\ntwo\r\n", "one\r\ntwo\r\n", "");
	between("one\r\n", "one\r\ntwo\r\n", "two|");
	/* as often as it is there */
	between("ok\r\n", "ok\r\nok\r\n", "ok|");
	between("$ ", "$ ls\r\na b\r\n$ ", "$ ls|a b|");
	between("7\r\n", "7\r\n8\r\n", "8|");
}

static void what_only_moves_or_turns_is_not(void)
{
	/* a spinner and a clock */
	between("⠋ Thinking 3s", "⠙ Thinking 4s", "");
	between("✻ Musing… (1s)", "✶ Musing… (12s)", "");
	/* a box that went down, with new text above it */
	between("╭────╮\r\n│ > type │\r\n╰────╯", "hello\r\n╭────╮\r\n│ > type │\r\n╰────╯", "hello|");
	/* sides of boxes are not read */
	between("", "╭────╮\r\n│ ask me │\r\n╰────╯", "ask me|");
	between("", "────────\r\n\r\n ▌\r\n", "");
}

static void broken_lines_are_whole(void)
{
	between("", "a line that is longer than its console", "a line that is longer than its console|");
	between("a line", "a line\r\nof twenty columns it is, twice", "of twenty columns it is, twice|");
}

/* --- On a terminal --- */

static bool plain_start(struct pty *r, const char *term)
{
	return pty_open(r) && pty_file(r, "config/agents.json", agents) && pty_start(r, term, "--plain", NULL);
}

/* Every byte of it; gives the first that is wrong, 0 when none is. */
static int wrong_byte(const struct pty *r)
{
	for (size_t i = 0; i < r->n; i++)
		if ((uint8_t)r->seen[i] < 0x20 && !strchr("\r\n\b\a", r->seen[i]))
			return (uint8_t)r->seen[i] ? (uint8_t)r->seen[i] : 256;
	return 0;
}

/* Sessions of its home, also of a test that failed. */
static void kill_sessions(struct pty *r)
{
	pty_verb(r, "kill", "--all", "--yes", NULL);
}

/* The body begins when it shows its prompt; it leaves it, and what it started goes. */
static void on_terminal(const char *term, void (*body)(struct pty *r))
{
	struct pty r;
	int status;

	CHECK(plain_start(&r, term));
	if (!pty_await(&r, "> "))
		test_fail(__FILE__, __LINE__, "no prompt");
	else
		body(&r);
	if (!test_now.failed && wrong_byte(&r))
		test_fail(__FILE__, __LINE__, "it wrote byte %d", wrong_byte(&r));
	kill_sessions(&r);
	if (test_now.failed)
		kill(r.pid, SIGTERM);
	status = pty_finish(&r);
	if (!test_now.failed && status != 0)
		test_fail(__FILE__, __LINE__, "it ended with status %x", (unsigned)status);
	if (!test_now.failed && !pty_same_settings(&r))
		test_fail(__FILE__, __LINE__, "the terminal is not as it was");
	pty_close(&r);
}

#define NEED_VMDECK()                                                                          \
	do {                                                                                   \
		if (!getenv("VMDECK"))                                                         \
			SKIP("$VMDECK, the program");                                          \
	} while (0)

static void a_conversation_body(struct pty *r)
{
	CHECK(strstr(r->seen, "no sessions"));
	CHECK(pty_say(r, "launch sh\r"));
	CHECK(pty_await(r, "1. sh-1 is ready"));
	CHECK(pty_say(r, "follow 1\r"));
	CHECK(pty_await(r, "no machine is running here"));
	pty_forget(r);
	CHECK(pty_say(r, "> echo one \"two\"\r"));
	CHECK(pty_await(r, "\none \"two\"\r\n"));
	/* one types: nobody speaks, until the line is done; rubbing out works */
	CHECK(pty_say(r, "lisx\177"));
	CHECK(pty_await(r, "lisx\b \b"));
	CHECK_INT(pty_verb(r, "up", "cx", NULL), 0);
	pty_take(r, 300, NULL);
	CHECK(!strstr(r->seen, "cx-1"));
	CHECK(pty_say(r, "t\r"));
	CHECK(pty_take(r, PTY_LIMIT_MS, "1. sh-1 (selected) is ready"));
	CHECK(pty_await(r, "2. cx-1"));
	CHECK(pty_await(r, "2. cx-1 asks: "));
	CHECK(pty_say(r, "next\r"));
	CHECK(pty_await(r, "following cx-1"));
	pty_forget(r);
	CHECK(pty_say(r, "read 1\r"));
	CHECK(pty_await(r, "one \"two\""));
	/* all lines to one session, a dot ends it */
	CHECK(pty_say(r, "type 1\r"));
	CHECK(pty_await(r, "\nsh-1> "));
	CHECK(pty_say(r, "echo three\r"));
	CHECK(pty_await(r, "\nthree\r\n"));
	CHECK(pty_say(r, ".\r"));
	CHECK(pty_await(r, "commands again"));
	pty_forget(r);
	CHECK(pty_say(r, "stop 1\r")); /* the verb asks on the terminal, and hears the answer */
	CHECK(pty_await(r, "stop sh-1? [y/N] "));
	CHECK(pty_say(r, "y\r"));
	CHECK(pty_await(r, "1. sh-1 ended: stopped"));
	CHECK(pty_say(r, "lst\r"));
	CHECK(pty_await(r, "\"lst\" is no word here"));
	CHECK(pty_say(r, "quit\r"));
}

static void a_conversation(void)
{
	NEED_VMDECK();
	on_terminal("dumb", a_conversation_body);
}

/* Also where a terminal could do more, it is not asked to. */
static void only_lines_on_any_terminal_body(struct pty *r)
{
	CHECK(pty_say(r, "launch sh\rwait 1 --state ready\rfollow 1\r"));
	CHECK(pty_await(r, "no machine is running here"));
	CHECK(pty_say(r, "> paint\rhelp\rhelp up\rls\r\033[A\033[1;5Dlist\r"));
	CHECK(pty_await(r, "--count")); /* of the page of up */
	CHECK(pty_take(r, PTY_LIMIT_MS, "1. sh-1 (selected)"));
	CHECK(pty_say(r, "\004")); /* C-d */
}

static void only_lines_on_any_terminal(void)
{
	NEED_VMDECK();
	on_terminal("xterm-256color", only_lines_on_any_terminal_body);
}

/* Much output: what is not heard is counted, and commands are obeyed meanwhile. */
static void a_flood_is_not_read_out_body(struct pty *r)
{
	CHECK(pty_say(r, "launch sh\rwait 1 --state ready\rfollow 1\r"));
	CHECK(pty_await(r, "no machine is running here"));
	CHECK(pty_say(r, "> flood 5000\r"));
	CHECK(pty_await(r, "lines went by)"));
	pty_forget(r);
	CHECK(pty_say(r, "list\r"));
	CHECK(pty_take(r, PTY_LIMIT_MS, "1. sh-1 (selected)"));
	CHECK(pty_say(r, "quit\r"));
}

static void a_flood_is_not_read_out(void)
{
	NEED_VMDECK();
	on_terminal("dumb", a_flood_is_not_read_out_body);
}

static void ended_by(int signo, bool fault)
{
	struct pty r;
	int status;

	CHECK(plain_start(&r, "dumb"));
	CHECK(pty_await(&r, "> "));
	CHECK(!pty_same_settings(&r));
	kill(r.pid, signo);
	status = pty_finish(&r);
	if (fault)
		CHECK((WIFSIGNALED(status) && WTERMSIG(status) == signo) ||
		      (WIFEXITED(status) && WEXITSTATUS(status)));
	else
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 128 + signo);
	CHECK(pty_same_settings(&r));
	pty_close(&r);
}

static void the_terminal_is_given_back(void)
{
	NEED_VMDECK();
	ended_by(SIGTERM, false);
	ended_by(SIGHUP, false);
	ended_by(SIGSEGV, true);
}

/* C-c takes back what is half typed, and does not end it. */
static void interrupted_it_goes_on_body(struct pty *r)
{
	CHECK(pty_say(r, "launch nonsen"));
	CHECK(pty_await(r, "nonsen"));
	CHECK(pty_say(r, "\003"));
	if (!pty_await(r, "nonsen\r\n> "))
		CHECK_FAIL("%s", r->seen);
	CHECK(pty_say(r, "list\r"));
	CHECK(pty_await(r, "no sessions"));
	CHECK(pty_say(r, "quit\r"));
}

static void interrupted_it_goes_on(void)
{
	NEED_VMDECK();
	on_terminal("dumb", interrupted_it_goes_on_body);
}

/* --- From a pipe and from a file --- */

static int scripted(const char *text, bool from_file, char *out, size_t cap)
{
	const char *vmdeck = getenv("VMDECK");
	struct pty r;
	char path[128];
	int in[2], from, to[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	if (!pty_open(&r) || !pty_file(&r, "config/agents.json", agents) || !pty_file(&r, "script", text) ||
	    pipe(in) < 0 || pipe(to) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/script", r.home);
	from = from_file ? open(path, O_RDONLY) : in[0];
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(from, 0);
		dup2(to[1], 1);
		dup2(to[1], 2);
		close(in[1]);
		close(to[0]);
		setenv("VMDECK_HOME", r.home, 1);
		execl(vmdeck, vmdeck, "--plain", NULL);
		_exit(99);
	}
	close(to[1]);
	close(in[0]);
	if (!from_file && write(in[1], text, strlen(text)) < 0)
		return -1;
	close(in[1]);
	while ((got = read(to[0], out + n, cap - 1 - n)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	close(to[0]);
	waitpid(pid, &status, 0);
	pty_close(&r);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_script_does_the_same(void)
{
	static const char script[] = "launch sh\nwait 1 --state ready\ntype 1 echo from a script\n"
				     "wait 1 --for \"from a script\"\nread 1\nkill 1 --yes\nlist";
	char out[16384];

	NEED_VMDECK();
	for (int file = 0; file < 2; file++) {
		CHECK_INT(scripted(script, file, out, sizeof(out)), 0);
		CHECK(strstr(out, "1. sh-1 is ready"));
		CHECK(strstr(out, "\nfrom a script\n"));
		CHECK(strstr(out, "1. sh-1 ended: killed"));
		CHECK(strstr(out, "no session runs; 1 ended"));
		CHECK(!strchr(out, '\033') && !strchr(out, '\r') && !strstr(out, "> "));
	}
}

static void its_code_is_that_of_the_last(void)
{
	char out[16384];

	NEED_VMDECK();
	CHECK_INT(scripted("list\nkill nobody --yes\n", false, out, sizeof(out)), 4);
	CHECK_INT(scripted("kill nobody --yes\nlist\n", false, out, sizeof(out)), 0);
	CHECK_INT(scripted("follow 7\n", false, out, sizeof(out)), 4);
	CHECK_INT(scripted("type \"\n", false, out, sizeof(out)), 2);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "words_as_a_shell_has_them", words_as_a_shell_has_them },
		{ "what_is_new_is_told_once", what_is_new_is_told_once },
		{ "what_only_moves_or_turns_is_not", what_only_moves_or_turns_is_not },
		{ "broken_lines_are_whole", broken_lines_are_whole },
		{ "a_conversation", a_conversation },
		{ "only_lines_on_any_terminal", only_lines_on_any_terminal },
		{ "a_flood_is_not_read_out", a_flood_is_not_read_out },
		{ "the_terminal_is_given_back", the_terminal_is_given_back },
		{ "interrupted_it_goes_on", interrupted_it_goes_on },
		{ "a_script_does_the_same", a_script_does_the_same },
		{ "its_code_is_that_of_the_last", its_code_is_that_of_the_last },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
