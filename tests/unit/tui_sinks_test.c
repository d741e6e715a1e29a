/*
 * Every place where text of others reaches the operator (figure 7): each is fed a string
 * that would steer a terminal, and what comes out must have none of it. A verb's output
 * must be plain lines, the dashboard's of the grammar of grammar.h; and most rows must show
 * the harmless part of the string, so that a sink that is not reached does not count.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "tests/pty.h"
#include "tests/test.h"
#include "tests/unit/grammar.h"

/* Escapes, C0, C1 (as a byte and as UTF-8), bidi, zero width, private use, a tag. */
#define RAW "evil\033[31m\033]0;x\a\b\r\x9b" "1m\xc2\x9b\xe2\x80\xae\xe2\x80\x8b\xee\x80\x80\xf3\xa0\x81\x81" "tail"
#define ESCAPED "evil\\u001b[31m\\u001b]0;x\\u0007\\b\\r\\u009b\\u202e\\u200b\\ue000\\udb40\\udc41tail"

/* --- A home full of it --- */

static struct pty home;
static char bad_theme[128], bad_manifest[128], a_cast[128];

/* In the record of a session that has ended, "key": "" or whatever gets the string. */
static bool plant_record(const char *id)
{
	static const char *const keys[] = { "cause", "hint", "note", "label", "image", "guards", "net" };
	char path[256], out[16384] = "", *text;
	struct error err;
	size_t n;

	snprintf(path, sizeof(path), "%s/state/sessions/%s/session.json", home.home, id);
	text = file_read(AT_FDCWD, path, 1 << 16, &n, &err);
	for (char *line = text ? strtok(text, "\n") : NULL; line; line = strtok(NULL, "\n")) {
		bool planted = false;

		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && !planted; i++) {
			char start[32];

			snprintf(start, sizeof(start), "\t\"%s\":", keys[i]);
			planted = strncmp(line, start, strlen(start)) == 0;
			if (planted)
				snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s \"" ESCAPED "\"%s\n",
					 start, line[strlen(line) - 1] == ',' ? "," : "");
		}
		if (!planted)
			snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s\n", line);
	}
	free(text);
	snprintf(path, sizeof(path), "state/sessions/%s/session.json", id);
	return strstr(out, "evil") && pty_file(&home, path, out);
}

static bool prepare(void)
{
	return pty_open(&home) &&
	       pty_file(&home, "config/agents.json", "{ \"agents\": { \"sh\": { \"backend\": \"demo\", \"script\": \"shell\","
					   " \"title\": \"" ESCAPED "\", \"label\": \"evil\\u001b[31m\\u202e\" } } }") &&
	       pty_file(&home, "bad.json", "{ \"agents\": { \"a\": { \"" ESCAPED "\": 1 } } }") &&
	       pty_file(&home, "bad.theme", "inherits = " RAW "\n" RAW " = red\n") &&
	       pty_file(&home, "a.cast", "{\"version\":2,\"width\":80,\"height\":24,\"title\":\"" ESCAPED "\"}\n"
			       "[0.1,\"o\",\"evil\\r\\n" ESCAPED "\\r\\n\"]\n[0.2,\"m\",\"" ESCAPED "\"]\n") &&
	       pty_verb(&home, "up", "sh", NULL) == 0 &&
	       pty_verb(&home, "send", "sh-1", "--enter", "title " RAW, NULL) == 0 &&
	       pty_verb(&home, "send", "sh-1", "--enter", "echo evil", NULL) == 0 &&
	       pty_verb(&home, "wait", "sh-1", "--for", "evil", NULL) == 0 &&
	       pty_verb(&home, "kill", "sh-1", "--yes", NULL) == 0 && plant_record("sh-1") &&
	       pty_file(&home, "state/sessions/sh-1/console.log", "evil\n" RAW "\n") &&
	       pty_file(&home, "state/sessions/sh-1/boot.log", "evil\n" RAW "\n") &&
	       pty_file(&home, "state/sessions/sh-1/supervisor.log", "evil\n" RAW "\n") &&
	       pty_file(&home, "state/sessions/sh-1/network.json",
		     "{ \"schema\": 1, \"network\": \"allowlist\", \"allow\": [], \"up\": false, \"down\": \"" ESCAPED "\","
		     " \"names\": [], \"providers\": [], \"events\": [ { \"kind\": \"refused\", \"name\": \"" ESCAPED
		     "\", \"port\": 443, \"why\": \"" ESCAPED "\", \"count\": 3, \"first\": 1, \"last\": 2 } ] }") &&
	       pty_file(&home, "state/sessions/sh-1/changes.json",
		     "{ \"changes\": [ { \"path\": \"/" ESCAPED "\", \"kind\": \"added\", \"type\": \"f\","
		     " \"size\": 3, \"mtime\": 4 } ], \"added\": 1, \"modified\": 0, \"deleted\": 0, \"bytes\": 3,"
		     " \"more\": 0 }") &&
	       pty_file(&home, "state/sessions/" RAW "/session.json", "{}") &&
	       pty_file(&home, "data/images/evil/image.json",
		     "{ \"name\": \"evil\", \"format\": \"ext4\", \"size\": 4096, \"sha256\": \"" ESCAPED "\","
		     " \"created\": \"" ESCAPED "\", \"source\": \"" ESCAPED "\", \"cpu\": \"default\","
		     " \"agent\": { \"argv\": [\"" ESCAPED "\"], \"user\": \"root\", \"cwd\": \"/root\" } }") &&
	       pty_file(&home, "data/images/evil/root.ext4", "no file system");
}

/* --- Verbs --- */

static const struct sink {
	const char *what;
	const char *argv[8];
	bool shows; /* the harmless part must come out */
	const char *in; /* what is typed into it, or NULL */
} sinks[] = {
	{ "a record's cause and remedy", { "ls", "--all" }, true, NULL },
	{ "a record, as JSON", { "ls", "--all", "--json" }, true, NULL },
	{ "a directory of sessions with such a name", { "gc", "--dry-run" }, false, NULL },
	{ "a console log", { "logs", "sh-1" }, true, NULL },
	{ "a kernel's log", { "logs", "sh-1", "--boot" }, true, NULL },
	{ "a supervisor's log", { "logs", "sh-1", "--events" }, true, NULL },
	{ "a last screen", { "screen", "sh-1" }, true, NULL },
	{ "a last screen and its title, as JSON", { "screen", "sh-1", "--json" }, true, NULL },
	{ "names that were refused", { "events", "sh-1" }, true, NULL },
	{ "names that were refused, as JSON", { "events", "sh-1", "--json" }, true, NULL },
	{ "a policy and its state", { "policy", "sh-1" }, true, NULL },
	{ "files that changed", { "changes", "sh-1" }, true, NULL },
	{ "a path that is asked about", { "diff", "sh-1", "/" RAW }, false, NULL },
	{ "a manifest's titles", { "agents" }, true, NULL },
	{ "a manifest, as JSON", { "agents", "--json" }, true, NULL },
	{ "an unknown key of a manifest", { "check", bad_manifest }, true, NULL },
	{ "a file that is not there", { "check", "/" RAW }, true, NULL },
	{ "a session that is not there", { "screen", RAW }, false, NULL },
	{ "... to type into", { "send", RAW, "x" }, false, NULL },
	{ "... to end", { "kill", "--yes", RAW }, false, NULL },
	{ "... to copy from", { "cp", RAW ":/x", "/tmp/x" }, false, NULL },
	{ "an agent that is not there", { "up", RAW }, true, NULL },
	{ "a name for a session", { "up", "sh", "--name", RAW }, true, NULL },
	{ "a size", { "up", "sh", "--size", RAW }, true, NULL },
	{ "an image's description", { "image", "ls" }, true, NULL },
	{ "... as JSON", { "image", "ls", "--json" }, true, NULL },
	{ "an image that is broken", { "image", "verify", "evil" }, true, NULL },
	{ "a file to import", { "image", "import", "/" RAW, "--name", "x" }, true, NULL },
	{ "an image that is not there", { "image", "rm", RAW, "--yes" }, false, NULL },
	{ "a theme's lines", { "theme", "check", bad_theme }, true, NULL },
	{ "a theme that is not there", { "theme", "check", RAW }, true, NULL },
	{ "a verb", { RAW }, true, NULL },
	{ "an option", { "ls", "--" RAW }, true, NULL },
	{ "a verb to be helped with", { "help", RAW }, true, NULL },
	{ "a shell", { "completion", RAW }, true, NULL },
	{ "a text waited for in vain", { "wait", "sh-1", "--for", RAW, "--timeout", "1" }, false, NULL },
	{ "a state", { "wait", "sh-1", "--state", RAW }, true, NULL },
	{ "a rule", { "allow", "sh-1", RAW }, true, NULL },
	{ "a recording's text", { "play", a_cast, "--text" }, true, NULL },
	{ "a recording that is not there", { "play", "/" RAW }, true, NULL },
	{ "settings' places, and what the environment says", { "info" }, true, NULL },
	{ "preflight of an agent that is not there", { "doctor", RAW }, true, NULL },
	{ "preflight's evidence", { "doctor" }, true, NULL },
	{ "... as JSON", { "doctor", "--json" }, true, NULL },
	{ "the plain mode's list", { "--plain" }, true, "list all\n" },
	{ "the plain mode's answers", { "--plain" }, true, RAW "\nfollow " RAW "\nlaunch " RAW "\n" },
	{ "the plain mode's reading", { "--plain" }, true, "read sh-1\nlogs sh-1\nevents sh-1\n" },
};

static size_t run(const struct sink *s, char *out, size_t cap)
{
	char *argv[10] = { (char *)"vmdeck" };
	int to[2], in[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	for (int i = 0; i < 8 && s->argv[i]; i++)
		argv[i + 1] = (char *)(uintptr_t)s->argv[i];
	if (pipe(to) < 0 || pipe(in) < 0)
		return 0;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(in[0], 0);
		dup2(to[1], 1);
		dup2(to[1], 2);
		close(in[1]);
		close(to[0]);
		setenv("VMDECK_HOME", home.home, 1);
		setenv("VMDECK_THEME", RAW, 1);
		setenv("https_proxy", "http://" RAW ":1", 1);
		setenv("TERM", RAW, 1);
		execv(getenv("VMDECK"), argv);
		_exit(99);
	}
	close(to[1]);
	close(in[0]);
	if (s->in && write(in[1], s->in, strlen(s->in)) < 0)
		n = 0;
	close(in[1]);
	while ((got = read(to[0], out + n, cap - 1 - n)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	close(to[0]);
	waitpid(pid, &status, 0);
	return n;
}

/* Lines of what may be printed, and nothing else. */
static bool plain_lines(const char *out, size_t n, char *why, size_t cap)
{
	struct grammar g = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (out[i] == '\033' || out[i] == '\r' || out[i] == '\b' || out[i] == '\a' || !out[i]) {
			snprintf(why, cap, "byte %d behind \"%.40s\"", out[i], out + (i > 40 ? i - 40 : 0));
			return false;
		}
		grammar_byte(&g, (uint8_t)out[i]);
	}
	snprintf(why, cap, "%.150s", g.first);
	return !g.violations;
}

static void verbs_print_plain_lines(void)
{
	static char out[1 << 20];
	char why[200];
	int n = 0;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	for (size_t i = 0; i < sizeof(sinks) / sizeof(sinks[0]); i++, n++) {
		size_t len = run(&sinks[i], out, sizeof(out));

		if (!plain_lines(out, len, why, sizeof(why)))
			CHECK_FAIL("%s (%s): %s", sinks[i].what, sinks[i].argv[0], why);
		if (sinks[i].shows && !strstr(out, "evil"))
			CHECK_FAIL("%s (%s) is not reached: %.200s", sinks[i].what, sinks[i].argv[0], out);
	}
	printf("# %d sinks of verbs\n", n);
}

/* What is written to be read later: text, and JSON without a control in it. */
static void files_are_plain(void)
{
	static const char *const saved[] = { "state/sessions/sh-1/out.txt" };
	char path[256], why[200], *text;
	struct error err;
	size_t n;

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	snprintf(path, sizeof(path), "%s/%s", home.home, saved[0]);
	pty_verb(&home, "record", "sh-1", "save", path, NULL);
	text = file_read(AT_FDCWD, path, 1 << 20, &n, &err);
	CHECK(text && n > 0);
	CHECK(plain_lines(text, n, why, sizeof(why)));
	free(text);
	snprintf(path, sizeof(path), "%s/report.json", home.home);
	pty_verb(&home, "doctor", "--report", path, NULL);
	text = file_read(AT_FDCWD, path, 1 << 20, &n, &err);
	CHECK(!text || plain_lines(text, n, why, sizeof(why)));
	free(text);
}

/* --- The dashboard --- */

static const struct view {
	const char *what, *keys, *shows;
} views[] = {
	{ "the list and the panes", "", "sh-1" },
	{ "an ended session's pane", "1z", "evil" },
	{ "all figures", "z_", "net in/out" },
	{ "refused names", "+1!", "evil" },
	{ "all network events", "\t", "evil" },
	{ "changes", "\033c", "evil" },
	{ "the console log", "\033L", "evil" },
	{ "the kernel's log", "\t", "kernel log" },
	{ "the supervisor's events", "\t", "evil" },
	{ "the palette", "\033:", "go to" },
	{ "a line that is typed", "\033/evil\033", "sh-1" },
	{ "the picker", "n", "evil" },
	{ "preflight", "\033p", "check" },
	{ "a question", "\033d", "Remove" },
	{ "looking back", "\033[", "evil" },
	{ "help", "q?", "leader" },
	{ "themes", "\033t", "theme" },
	{ "grouped by label", "\033O", "grouped" },
};

static void hear(void *arg, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		grammar_byte(arg, (uint8_t)bytes[i]);
}

static void the_dashboard_keeps_its_grammar(void)
{
	struct grammar g = { 0 };

	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	CHECK(pty_file(&home, "config/config.json", "{ \"theme\": \"default-dark\", \"escdelay\": 5, \"motion\": false }"));
	unsetenv("VMDECK_THEME");
	home.heard = hear;
	home.arg = &g;
	CHECK(pty_start(&home, "xterm-256color", NULL));
	CHECK(pty_await(&home, "detach"));
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		pty_forget(&home);
		for (const char *k = views[i].keys; *k; k++) {
			char key[2] = { *k, '\0' };

			CHECK(*k == '\033' ? pty_escape(&home) : pty_say(&home, key));
			pty_take(&home, 20, NULL);
		}
		CHECK(pty_say(&home, "\014")); /* all of it anew */
		if (!pty_await(&home, views[i].shows))
			CHECK_FAIL("%s: \"%s\" is not shown", views[i].what, views[i].shows);
		pty_take(&home, 100, NULL);
		if (g.violations)
			CHECK_FAIL("%s: %s", views[i].what, g.first);
	}
	kill(home.pid, SIGTERM);
	pty_finish(&home);
	home.heard = NULL;
	if (g.violations)
		CHECK_FAIL("at the end: %s", g.first);
	printf("# %zu sinks of the dashboard, %lu bytes\n", sizeof(views) / sizeof(views[0]), g.bytes);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "verbs_print_plain_lines", verbs_print_plain_lines },
		{ "files_are_plain", files_are_plain },
		{ "the_dashboard_keeps_its_grammar", the_dashboard_keeps_its_grammar },
		{ NULL, NULL },
	};
	int failed = 0;

	if (getenv("VMDECK") && !prepare()) {
		printf("not ok tui_sinks: the home was not made\n");
		argc = 0;
	}
	snprintf(a_cast, sizeof(a_cast), "%s/a.cast", home.home);
	snprintf(bad_theme, sizeof(bad_theme), "%s/bad.theme", home.home);
	snprintf(bad_manifest, sizeof(bad_manifest), "%s/bad.json", home.home);
	failed = argc ? test_main(tests, argc, argv) : 1;
	pty_close(&home);
	return failed;
}
