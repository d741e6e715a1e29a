/*
 * The dashboard and the terminal it runs in, on a pty: what the terminal answers stays
 * here (figure 6), what leaves beside cells is ours (notifications), Escape is told from
 * the start of a key by its delay, nothing moves when nothing is to move, and modes are
 * set and taken back.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "tests/pty.h"
#include "tests/test.h"

static const char agents[] =
	"{ \"agents\": { \"sh\": { \"backend\": \"demo\", \"script\": \"shell\" },\n"
	"  \"keys\": { \"backend\": \"demo\", \"script\": \"keys\" },\n"
	"  \"cx\": { \"backend\": \"demo\", \"script\": \"codex\" } } }\n";

static struct pty r;

/* A home with that setting, an agent that runs, and the dashboard. */
static bool begin(const char *config, const char *agent)
{
	return pty_open(&r) && pty_file(&r, "config/agents.json", agents) && pty_file(&r, "config/config.json", config) &&
	       pty_verb(&r, "up", agent, NULL) == 0 && pty_start(&r, "xterm-256color", NULL) &&
	       pty_await(&r, "detach");
}

#define WITH(config, agent, body)                                                              \
	do {                                                                                   \
		if (!getenv("VMDECK"))                                                         \
			SKIP("$VMDECK, the program");                                          \
		if (begin(config, agent))                                                      \
			body();                                                                \
		else                                                                           \
			test_fail(__FILE__, __LINE__, "it does not begin: %.400s", r.seen);    \
		pty_close(&r);                                                                       \
	} while (0)

/* --- The question what its background is --- */

static const char question[] = "\033]11;?\033\\\033[c", light[] = "\033]11;rgb:ffff/ffff/ffff\033\\",
		  fence[] = "\033[?62;22c";
static const char light_only[] = "\033[38;5;25m"; /* $blue of default-light, in no other default */

static bool begin_asked(const char *config)
{
	if (!getenv("VMDECK"))
		return false;
	return pty_open(&r) && (r.mute = true) && pty_file(&r, "config/config.json", config) &&
	       pty_start(&r, "xterm-256color", NULL) && pty_await(&r, question);
}

/* Nothing of ours may be left for whoever has the terminal next. */
static bool nothing_left(void)
{
	struct termios t = r.before;
	int n = -1;

	t.c_lflag &= ~(tcflag_t)ICANON; /* so that what waits is counted, a line or not */
	tcsetattr(r.slave, TCSANOW, &t);
	return ioctl(r.slave, FIONREAD, &n) == 0 && n == 0;
}

static void ends(int want)
{
	int status = pty_finish(&r);

	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), want);
}

static bool turned_light(void)
{
	return pty_take(&r, 5000, light_only);
}

static void a_light_terminal_gets_the_light_theme(void)
{
	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(begin_asked("{}"));
	CHECK(pty_await(&r, "detach")); /* drawn without the answer */
	CHECK(!strstr(r.seen, light_only));
	pty_forget(&r);
	for (const char *c = light; *c; c++) { /* in pieces, each later than an Escape waits */
		CHECK(pty_say(&r, (char[]){ *c, '\0' }));
		pty_take(&r, 35, NULL);
	}
	CHECK(turned_light());
	CHECK(pty_say(&r, fence));
	CHECK(pty_say(&r, "q"));
	ends(0);
	CHECK(nothing_left());
	pty_close(&r);
}

/* Later than it is waited for: no change, and no keys either. */
static void a_late_answer_is_no_key(void)
{
	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(begin_asked("{}"));
	CHECK(pty_await(&r, "detach"));
	pty_take(&r, 2200, NULL);
	pty_forget(&r);
	CHECK(pty_say_bytes(&r, light, 12));
	pty_take(&r, 1500, NULL); /* longer than any other half is waited for */
	CHECK(pty_say(&r, light + 12));
	CHECK(pty_say(&r, fence));
	CHECK(pty_say(&r, "?"));
	CHECK(pty_await(&r, "While you type"));
	CHECK(!strstr(r.seen, light_only));
	CHECK(!pty_shows(&r, "filter /")); /* what a / in it would have opened */
	CHECK(pty_escape(&r) && pty_say(&r, "q"));
	ends(0);
	pty_close(&r);
}

/* Left at once, by a key or a signal, while the answer is on its way: it is waited for. */
static void an_answer_is_not_left_to_the_shell(void)
{
	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	for (int i = 0; i < 2; i++) {
		CHECK(begin_asked("{}"));
		if (i)
			kill(r.pid, SIGTERM);
		else
			CHECK(pty_say(&r, "q"));
		pty_take(&r, 300, NULL); /* it is on its way that long */
		CHECK(!pty_same_settings(&r));
		CHECK(pty_say(&r, light));
		CHECK(pty_say(&r, fence));
		ends(i ? 128 + SIGTERM : 0);
		CHECK(nothing_left());
		pty_close(&r);
	}
}

/* One that never answers holds nobody for long. */
static void without_an_answer_it_ends_all_the_same(void)
{
	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(begin_asked("{}"));
	CHECK(pty_await(&r, "detach"));
	CHECK(pty_say(&r, "q"));
	ends(0);
	CHECK(pty_same_settings(&r));
	pty_close(&r);
}

/* Not asked where somebody has chosen, nor where it would not matter. */
static void asks_only_where_it_matters(void)
{
	static const struct {
		const char *config, *name, *value, *term;
	} cases[] = {
		{ "{ \"theme\": \"nord\" }", "X", "", "xterm-256color" },
		{ "{}", "NO_COLOR", "1", "xterm-256color" },
		{ "{}", "COLORFGBG", "0;15", "xterm-256color" },
		{ "{}", "VMDECK_THEME", "nord", "xterm-256color" },
		{ "{}", "X", "", "linux" },
		{ "{}", "X", "", "vt100" },
	};

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		setenv(cases[i].name, cases[i].value, 1);
		if (!pty_open(&r) || !pty_file(&r, "config/config.json", cases[i].config) ||
		    !pty_start(&r, cases[i].term, NULL) || !pty_await(&r, "detach"))
			test_fail(__FILE__, __LINE__, "case %zu does not begin", i);
		else if (strstr(r.seen, "\033]11") || strstr(r.seen, "\033[c"))
			test_fail(__FILE__, __LINE__, "case %zu asks", i);
		unsetenv(cases[i].name);
		pty_close(&r);
	}
}

/* --- What the terminal sends --- */

static void answers_body(void)
{
	static const char *const answers[] = {
		"\033[?62;22c", "\033[>0;10;1c", "\033[0n", "\033[12;40R", "\033[1;40R",
		"\033]11;rgb:0000/1111/2222\033\\", "\033]10;rgb:ffff/ffff/ffff\a",
		"\033]52;c;cm0gLXJmIH4K\a", "\033[?2026;1$y", "\033P>|xterm(388)\033\\",
		"\033P1+r544e=787465726d\033\\", "\033[I", "\033[O", "\033[?1u", "\033[8;40;120t",
		"\033_Gi=1;OK\033\\",
	};

	CHECK(pty_say(&r, "\r"));
	CHECK(pty_await(&r, "typing into keys-1"));
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		CHECK(pty_say(&r, answers[i]));
	/* byte by byte, as over a slow line */
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		for (const char *c = answers[i]; *c; c++) {
			CHECK(pty_say(&r, (char[]){ *c, '\0' }));
			pty_take(&r, 1, NULL);
		}
	/* a paste that has an end marker in it: typed is what is around it */
	CHECK(pty_say(&r, "\033[200~one\033[201~two\033[201~"));
	pty_forget(&r);
	CHECK(pty_say(&r, "Z"));
	CHECK_INT(pty_verb(&r, "wait", "keys-1", "--for", "5a", NULL), 0);
	CHECK(pty_await(&r, "5a"));
}

/* The console shows the bytes that arrived. */
static void answers_check(void)
{
	char path[256], *log = NULL;
	struct error err;
	size_t n;

	answers_body();
	snprintf(path, sizeof(path), "%s/state/sessions/keys-1/console.log", r.home);
	for (uint64_t until = now_ms() + PTY_LIMIT_MS; !(log && strstr(log, "5a")) && now_ms() < until;) {
		free(log);
		pty_take(&r, 20, NULL);
		log = file_read(AT_FDCWD, path, 1 << 20, &n, &err);
	}
	CHECK(log);
	if (!strstr(log, "6f") || !strstr(log, "5a") || strstr(log, "1b") || strstr(log, "5b") || strstr(log, "52"))
		CHECK_FAIL("what arrived: %.600s", log);
	free(log);
}

static void answers_stay_here(void)
{
	WITH("{ \"escdelay\": 10000 }", "keys", answers_check);
}

/* --- Escape --- */

static void escape_acts_body(void)
{
	uint64_t began;

	CHECK(pty_say(&r, "?"));
	CHECK(pty_await(&r, "While you type"));
	pty_forget(&r);
	began = now_ms();
	CHECK(pty_say(&r, "\033"));
	CHECK(pty_await(&r, "detach"));
	printf("# a lone Escape acted after %llu ms (escdelay 25)\n", (unsigned long long)(now_ms() - began));
}

static void a_lone_escape_acts_at_once(void)
{
	WITH("{ \"escdelay\": 25 }", "sh", escape_acts_body);
}

/* Cut into two by a slow line, for less than the delay: one key, not Escape and letters. */
static void escape_waits_body(void)
{
	CHECK(pty_verb(&r, "up", "sh", NULL) == 0);
	CHECK(pty_await(&r, "sh-2"));
	CHECK(pty_say(&r, "g?"));
	CHECK(pty_await(&r, "While you type"));
	for (int i = 0; i < 3; i++) {
		CHECK(pty_say(&r, "\033"));
		pty_take(&r, 150, NULL);
		CHECK(pty_say(&r, "["));
		pty_take(&r, 150, NULL);
		CHECK(pty_say(&r, "B")); /* Down: the help goes on, and is not closed */
	}
	pty_take(&r, 200, NULL);
	pty_forget(&r);
	CHECK(pty_say(&r, "\014"));
	CHECK(pty_await(&r, "Esc")); /* the pager's own footer: it is still there */
	pty_forget(&r);
	CHECK(pty_say(&r, "\033"));
	CHECK(pty_await(&r, "detach"));
}

static void a_cut_key_is_one_key(void)
{
	WITH("{ \"escdelay\": 5000 }", "sh", escape_waits_body);
}

/* --- What leaves beside cells --- */

/* Every OSC in what came is one of those. */
static bool only_osc(const char *allowed, char *why, size_t cap)
{
	for (const char *p = r.seen; (p = strstr(p, "\033]")); p += 2) {
		size_t n = strcspn(p + 2, "\a\033");

		if (strncmp(p, question, strlen(question)) == 0)
			continue;
		if (strncmp(p + 2, allowed, n) != 0 || strlen(allowed) != n) {
			snprintf(why, cap, "OSC %.*s", (int)(n < 100 ? n : 100), p + 2);
			return false;
		}
	}
	return true;
}

static const char *expected;

static void notify_body(void)
{
	char why[160], full[80];

	/* one that has a title and notifications of its own: they do not go out */
	CHECK_INT(pty_verb(&r, "send", "sh-1", "--enter", "title evil\033]9;pwned\a", NULL), 0);
	CHECK_INT(pty_verb(&r, "up", "cx", NULL), 0);
	snprintf(full, sizeof(full), "\033]%s\a", expected);
	if (!pty_await(&r, full))
		CHECK_FAIL("no %s: %.600s", expected, r.seen);
	if (!only_osc(expected, why, sizeof(why)))
		CHECK_FAIL("%s", why);
	CHECK(strchr(r.seen, '\a'));
}

static void osc_9_tells_our_own_words(void)
{
	expected = "9;vmdeck: cx-1: asks";
	WITH("{ \"notify\": { \"osc\": \"9\" } }", "sh", notify_body);
}

static void osc_777_tells_our_own_words(void)
{
	expected = "777;notify;vmdeck;cx-1: asks";
	WITH("{ \"notify\": { \"osc\": \"777\" } }", "sh", notify_body);
}

static void silent_body(void)
{
	char why[160];

	CHECK_INT(pty_verb(&r, "up", "cx", NULL), 0);
	CHECK(pty_await(&r, "wait"));
	pty_take(&r, 300, NULL);
	if (!only_osc("", why, sizeof(why)))
		CHECK_FAIL("%s", why);
	for (size_t i = 0; i < r.n; i++)
		CHECK(r.seen[i] != '\a');
}

static void switched_off_nothing_is_told(void)
{
	WITH("{ \"notify\": { \"bell\": false, \"osc\": \"none\" } }", "sh", silent_body);
}

/* --- Motion --- */

/* Three seconds in which nothing is written: preflight has ended then, too. */
static bool quiet(int limit_ms)
{
	uint64_t end = now_ms() + (uint64_t)limit_ms, since = now_ms();

	while (now_ms() < end) {
		pty_forget(&r);
		pty_take(&r, 100, NULL);
		if (r.n)
			since = now_ms();
		else if (now_ms() - since >= 3000)
			return true;
	}
	return false;
}

static bool moves;

static void motion_body(void)
{
	moves = !quiet(7000);
}

static void still_body(void)
{
	moves = !quiet(PTY_LIMIT_MS);
}

/* Ages and figures go on by the second, or not: then at most with one of ten. */
static void nothing_moves_when_asked(void)
{
	WITH("{ \"motion\": true }", "sh", motion_body);
	CHECK(moves);
	WITH("{ \"motion\": false }", "sh", still_body);
	CHECK(!moves);
}

/* --- Modes --- */

static void modes_body(void)
{
	struct termios now;

	tcgetattr(r.slave, &now);
	CHECK(!(now.c_iflag & (IXON | IXOFF | ICRNL)));
	CHECK(!(now.c_lflag & (ECHO | ICANON | ISIG)));
	CHECK(strstr(r.seen, "\033[?1049h"));
	CHECK(strstr(r.seen, "\033[>0u")); /* kitty's keys as they were before anybody asked */
	CHECK(pty_say(&r, "q"));
	for (uint64_t until = now_ms() + PTY_LIMIT_MS; now_ms() < until && !strstr(r.seen, "\033[?1049l");)
		pty_take(&r, 50, NULL);
	pty_take(&r, 300, NULL);
	CHECK(strstr(r.seen, "\033[<u"));
	CHECK(strstr(r.seen, "\033[?2004l") && strstr(r.seen, "\033[?1002l"));
	CHECK(pty_same_settings(&r));
}

static void modes_are_set_and_taken_back(void)
{
	WITH("{ }", "sh", modes_body);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "answers_stay_here", answers_stay_here },
		{ "a_lone_escape_acts_at_once", a_lone_escape_acts_at_once },
		{ "a_cut_key_is_one_key", a_cut_key_is_one_key },
		{ "osc_9_tells_our_own_words", osc_9_tells_our_own_words },
		{ "osc_777_tells_our_own_words", osc_777_tells_our_own_words },
		{ "switched_off_nothing_is_told", switched_off_nothing_is_told },
		{ "nothing_moves_when_asked", nothing_moves_when_asked },
		{ "modes_are_set_and_taken_back", modes_are_set_and_taken_back },
		{ "a_light_terminal_gets_the_light_theme", a_light_terminal_gets_the_light_theme },
		{ "a_late_answer_is_no_key", a_late_answer_is_no_key },
		{ "an_answer_is_not_left_to_the_shell", an_answer_is_not_left_to_the_shell },
		{ "without_an_answer_it_ends_all_the_same", without_an_answer_it_ends_all_the_same },
		{ "asks_only_where_it_matters", asks_only_where_it_matters },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
