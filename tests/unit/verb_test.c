/*
 * The command line: the table is sound, words are taken apart as it says, the
 * manual is what the table makes, and nothing that is printed steers a terminal.
 */
#include "tests/test.h"

#include <errno.h>
#include <stdarg.h>
#include <fcntl.h>
#include <unistd.h>

#include "tui/plain.h"
#include "tui/verbs/verb.h"

/* stdout or stderr into a file while a test looks. */
struct caught {
	int fd, saved, file;
};

static void catch_begin(struct caught *c, int fd)
{
	fflush(NULL);
	c->fd = fd;
	c->saved = dup(fd);
	c->file = fileno(tmpfile());
	dup2(c->file, fd);
}

static void catch_end(struct caught *c, char *out, size_t cap)
{
	ssize_t n;

	fflush(NULL);
	dup2(c->saved, c->fd);
	close(c->saved);
	n = pread(c->file, out, cap - 1, 0);
	out[n > 0 ? n : 0] = '\0';
}

static void table_is_sound(void)
{
	for (size_t i = 0; verbs[i]; i++) {
		const struct verb *v = verbs[i];

		CHECK(v->name && v->help && v->args && v->run);
		CHECK(verb_find(v->name) == v);
		CHECK(v->max == -1 || v->max >= v->min);
		if (v->help[strlen(v->help) - 1] == '.')
			CHECK_FAIL("%s: help ends with a stop", v->name);
		for (int a = 0; v->options[a].name; a++) {
			const struct verb_option *o = &v->options[a];

			CHECK(o->help && o->help[0]);
			if (o->letter == 'h' || strcmp(o->name, "help") == 0)
				CHECK_FAIL("%s: -h is taken", v->name);
			for (int b = 0; b < a; b++) {
				if (strcmp(v->options[b].name, o->name) == 0 ||
				    (o->letter && v->options[b].letter == o->letter))
					CHECK_FAIL("%s: --%s twice", v->name, o->name);
			}
		}
	}
}

/* What UX.md asks: every reading verb has --json, destructive ones --yes. */
static void promised_options(void)
{
	static const struct {
		const char *verb, *option;
	} wanted[] = {
		{"ls", "json"},	    {"screen", "json"}, {"agents", "json"}, {"image", "json"},
		{"doctor", "json"}, {"keys", "json"},	{"theme", "json"},  {"info", "json"},
		{"up", "json"},	    {"gc", "json"},	{"stop", "yes"},    {"kill", "yes"},
		{"restart", "yes"}, {"rm", "yes"},	{"gc", "yes"},	    {"gc", "dry-run"},
		{"up", "cold"},	    {"up", "no-wait"},	{"logs", "boot"},   {"logs", "follow"},
		{"stop", "all"},    {"doctor", "strict"}, {"send", "enter"}, {"wait", "timeout"},
	};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		const struct verb *v = verb_find(wanted[i].verb);
		bool found = false;

		CHECK(v);
		for (int o = 0; v->options[o].name; o++)
			found = found || strcmp(v->options[o].name, wanted[i].option) == 0;
		if (!found)
			CHECK_FAIL("%s lacks --%s", wanted[i].verb, wanted[i].option);
	}
}

enum { NAME, COUNT, QUIET };
static int nothing(struct call *c)
{
	(void)c;
	return 0;
}
static const struct verb sample = {
	.name = "sample",
	.args = "A [B]",
	.help = "a sample",
	.min = 1,
	.max = 2,
	.options = {
		[NAME] = {"name", 'n', "NAME", "x"},
		[COUNT] = {"count", 0, "N", "x"},
		[QUIET] = {"quiet", 'q', NULL, "x"},
	},
	.run = nothing,
};
static const struct verb plain = {
	.name = "plain", .args = "A CMD...", .help = "x", .min = 1, .max = -1, .plain = true,
	.options = {[NAME] = {"name", 'n', "NAME", "x"}}, .run = nothing,
};

enum { WORDS = 8, TALK = 4096 };

/* Parse a NULL-ended list of words; gives verb_parse's answer. */
static int parse(struct call *c, const struct verb *v, const char *const *words, int *code, char *said)
{
	static char *argv[WORDS + 2];
	struct caught err;
	int argc = 1, r;

	argv[0] = (char *)(uintptr_t)v->name;
	for (; *words && argc <= WORDS; words++)
		argv[argc++] = (char *)(uintptr_t)*words;
	argv[argc] = NULL;
	catch_begin(&err, STDERR_FILENO);
	r = verb_parse(c, v, argc, argv, code);
	catch_end(&err, said, TALK);
	return r;
}

static void takes_words_apart(void)
{
	struct call c = {0};
	char said[TALK];
	int code;

	CHECK_INT(parse(&c, &sample, (const char *[]){"a", "--name", "x", "-q", "b", NULL}, &code, said), 0);
	CHECK_INT(c.n_args, 2);
	CHECK_STR(c.args[0], "a");
	CHECK_STR(c.args[1], "b");
	CHECK_STR(c.values[NAME], "x");
	CHECK(call_has(&c, QUIET) && !call_has(&c, COUNT));

	CHECK_INT(parse(&c, &sample, (const char *[]){"-nx", "--count=7", "--", "-q", NULL}, &code, said), 0);
	CHECK_INT(c.n_args, 1);
	CHECK_STR(c.args[0], "-q");
	CHECK(!call_has(&c, QUIET));
	CHECK_INT(call_number(&c, COUNT, 1, 9, 3), 7);
	CHECK_INT(call_number(&c, QUIET, 1, 9, 3), 3);

	/* somebody else's options are left alone */
	CHECK_INT(parse(&c, &plain, (const char *[]){"-n", "x", "s", "ls", "-l", "--help", NULL}, &code, said), 0);
	CHECK_INT(c.n_args, 4);
	CHECK_STR(c.args[3], "--help");
}

static void refuses_words(void)
{
	static const struct {
		const char *words[4];
		const char *says;
	} cases[] = {
		{{NULL}, "needs A [B]"},
		{{"a", "b", "c", NULL}, "\"c\" is too much"},
		{{"a", "--nmae", "x", NULL}, "the nearest is --name"},
		{{"a", "-z", NULL}, "unknown option -z"},
		{{"a", "--name", NULL}, "--name needs a value"},
		{{"a", "-n", NULL}, "--name needs a value"},
		{{"a", "--quiet=yes", NULL}, "unknown option --quiet"},
		{{"a", "--\033[31m", NULL}, "unknown option"},
	};
	struct call c = {0};
	char said[TALK];
	int code;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CHECK_INT(parse(&c, &sample, cases[i].words, &code, said), -1);
		CHECK_INT(code, EXIT_USAGE);
		if (!strstr(said, cases[i].says) || !strstr(said, "\n  fix: "))
			CHECK_FAIL("\"%.200s\" lacks \"%s\"", said, cases[i].says);
		CHECK(!strchr(said, '\033'));
	}
}

static void refuses_numbers(void)
{
	static const char *const bad[] = {"", "x", "7x", "0", "10", "-1", "99999999999999999999"};
	struct call c = {.verb = &sample};
	struct caught err;
	char said[TALK];

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		long long n;

		c.values[COUNT] = bad[i];
		catch_begin(&err, STDERR_FILENO);
		n = call_number(&c, COUNT, 1, 9, 3);
		catch_end(&err, said, sizeof(said));
		CHECK_INT(n, -1);
		CHECK(strstr(said, "is not a number from 1 to 9"));
	}
}

static void unknown_verb_is_usage(void)
{
	struct caught err;
	char said[TALK];
	char *argv[] = {(char *)(uintptr_t)"vmdeck", (char *)(uintptr_t)"doctr", NULL};
	int code;

	catch_begin(&err, STDERR_FILENO);
	code = verb_main(2, argv);
	catch_end(&err, said, sizeof(said));
	CHECK_INT(code, EXIT_USAGE);
	CHECK(strstr(said, "no verb \"doctr\"") && strstr(said, "vmdeck doctor"));
}

static FILE *manual_file; /* verb_put_fn has no argument for it */

static void __attribute__((format(printf, 1, 2))) manual_put(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(manual_file, fmt, ap);
	va_end(ap);
}

static void manual_is_the_table(void)
{
	char *made = NULL;
	size_t n = 0, len;
	static char have[256 * 1024];
	FILE *f = fopen("docs/verbs.md", "r");

	if (!f)
		CHECK_FAIL("docs/verbs.md: %s", strerror(errno));
	len = fread(have, 1, sizeof(have) - 1, f);
	have[len] = '\0';
	fclose(f);
	manual_file = open_memstream(&made, &n);
	verb_manual(manual_put);
	fclose(manual_file);
	for (size_t i = 0; i <= n; i++) {
		if (have[i] == made[i])
			continue;
		test_fail(__FILE__, __LINE__, "differs at byte %zu, \"%.40s\": vmdeck help --manual > docs/verbs.md",
			  i, made + i);
		break;
	}
	free(made);
}

static void nothing_steers_the_terminal(void)
{
	struct caught out;
	struct error err = {.code = ENOENT};
	char said[TALK];

	catch_begin(&out, STDOUT_FILENO);
	say("a\033]0;x\a b\xc2\x9b" "31m c\xe2\x80\xae" "d\x7f\n");
	catch_end(&out, said, sizeof(said));
	CHECK_STR(said, "a\xef\xbf\xbd]0;x\xef\xbf\xbd b\xef\xbf\xbd" "31m c\xef\xbf\xbd" "d\xef\xbf\xbd\n");

	snprintf(err.msg, sizeof(err.msg), "x\033[2J");
	snprintf(err.hint, sizeof(err.hint), "y\033c");
	catch_begin(&out, STDERR_FILENO);
	CHECK_INT(talk_error(&err), EXIT_NOT_FOUND);
	catch_end(&out, said, sizeof(said));
	CHECK_STR(said, "vmdeck: x\xef\xbf\xbd[2J\n  fix: y\xef\xbf\xbd" "c\n");

	cJSON *j = cJSON_CreateObject();
	cJSON_AddStringToObject(j, "k", "\033\xc2\x9b\xe2\x80\xae\n");
	catch_begin(&out, STDOUT_FILENO);
	say_json(j);
	catch_end(&out, said, sizeof(said));
	CHECK(!strchr(said, '\033') && !strstr(said, "\xc2\x9b") && !strstr(said, "\xe2\x80\xae"));
	CHECK(strstr(said, "\\u001b") && strstr(said, "\"schema\""));
}

static void errors_have_exit_codes(void)
{
	static const struct {
		int code, exit;
	} cases[] = {
		{0, EXIT_FAILED}, {ENOSPC, EXIT_FAILED}, {ENOENT, EXIT_NOT_FOUND},
		{EEXIST, EXIT_CONFLICT}, {EBUSY, EXIT_CONFLICT}, {ETIMEDOUT, EXIT_TIMED_OUT},
		{EACCES, EXIT_DENIED}, {EPERM, EXIT_DENIED}, {ENOTTY, EXIT_USAGE},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct error err = {.code = cases[i].code};

		CHECK_INT(exit_of(&err), cases[i].exit);
	}
}

/* Lines of a log, joined by "|". */
static void join(void *arg, const char *line, size_t n)
{
	char *out = arg;

	strncat(out, line, n);
	strcat(out, "|");
}

static const char *plain_of(const char *bytes, size_t n, size_t step)
{
	static char out[16384];
	struct plain p;

	out[0] = '\0';
	plain_init(&p, join, out);
	for (size_t i = 0; i < n; i += step)
		plain_add(&p, bytes + i, n - i < step ? n - i : step);
	plain_flush(&p);
	return out;
}

static void logs_become_lines(void)
{
	static const struct {
		const char *bytes, *lines;
	} cases[] = {
		{"one\r\ntwo\n", "one|two|"},
		{"no end", "no end|"},
		{"\033[1;31mred\033[0m\n", "red|"},
		{"10%\r20%\r30%\n", "30%|"},
		{"abc\b\bx\n", "ax|"},
		{"\033]0;title\adone\n", "done|"},
		{"\033]0;title\033\\done\n", "done|"},
		{"\033P1$r\033\\x\033_apc\033\\y\033^pm\033\\z\n", "xyz|"},
		{"\033(Ba\033=b\0337c\n", "abc|"},
		{"top\033[5;1Hbelow\n", "top|below|"},
		{"a\033[2Jb\n", "a|b|"},
		{"\033]0;never ends\nnext\n", "|next|"},
		{"\033[31\nnext\n", "|next|"},
		{"\033[31\030x\n", "x|"},
		{"\xc3\xa9\b.\n", ".|"},
		{"a\tb\a\001\n", "a b|"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (size_t step = 1; step <= 64; step *= 8) {
			const char *got = plain_of(cases[i].bytes, strlen(cases[i].bytes), step);

			if (strcmp(got, cases[i].lines) != 0)
				CHECK_FAIL("case %zu: \"%s\", not \"%s\"", i, got, cases[i].lines);
		}
	}
}

static void count_bytes(void *arg, const char *line, size_t n)
{
	size_t *longest = arg;

	(void)line;
	if (n > *longest)
		*longest = n;
}

static void long_lines_are_broken(void)
{
	static struct plain p;
	size_t longest = 0;

	plain_init(&p, count_bytes, &longest);
	for (int i = 0; i < 3 * PLAIN_LINE; i++)
		plain_add(&p, "x", 1);
	plain_flush(&p);
	CHECK_INT(longest, PLAIN_LINE);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{"verb: the table is sound", table_is_sound},
		{"verb: the options that were promised", promised_options},
		{"verb: takes words apart", takes_words_apart},
		{"verb: refuses wrong words, with a fix", refuses_words},
		{"verb: refuses what is no number", refuses_numbers},
		{"verb: an unknown verb names the nearest", unknown_verb_is_usage},
		{"verb: docs/verbs.md is what the table makes", manual_is_the_table},
		{"verb: nothing printed steers the terminal", nothing_steers_the_terminal},
		{"verb: errors have their exit codes", errors_have_exit_codes},
		{"verb: logs become lines", logs_become_lines},
		{"verb: long log lines are broken", long_lines_are_broken},
		{NULL, NULL},
	};

	return test_main(tests, argc, argv);
}
