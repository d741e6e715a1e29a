/*
 * The whole program on a pty, with consoles that play hostile streams: what it writes
 * to the terminal obeys a strict grammar, and nothing outside the pane changes
 * (SECURITY.md, figures 1 and 2); what a terminal answers never reaches a guest
 * (figure 6). The streams are those of the fuzzer's corpus, of recorded programs, a
 * table of known attacks, and random ones made of their parts.
 */
#include <fcntl.h>
#include <glob.h>
#include <stdint.h>

#include "engine/base/file.h"
#include "engine/vt/vt.h"
#include "tests/pty.h"
#include "tests/test.h"
#include "tests/unit/grammar.h"

enum { ROWS = PTY_ROWS, COLS = PTY_COLS, STREAMS = 520, QUIET_MS = 20 };

/* --- The program under test --- */

struct run {
	struct pty pty;
	struct grammar grammar;
	unsigned bells;
};

/* A bell is the dashboard's own word that somebody asks: counted, and no violation. */
static void hear(void *arg, const char *bytes, size_t n)
{
	struct run *r = arg;

	for (size_t i = 0; i < n; i++)
		if (bytes[i] == '\a' && r->grammar.state == GROUND)
			r->bells++;
		else
			grammar_byte(&r->grammar, (uint8_t)bytes[i]);
}

static bool begin(struct run *r)
{
	static const char agents[] =
		"{ \"agents\": { \"left\": { \"backend\": \"demo\", \"script\": \"shell\" },\n"
		"  \"evil\": { \"backend\": \"demo\", \"script\": \"replay\" },\n"
		"  \"keys\": { \"backend\": \"demo\", \"script\": \"keys\" } } }\n";
	/* A busy host may let more than a key's time go by between two parts of an answer. */
	/* A theme was chosen: so the terminal is not asked, and no OSC has any business here. */
	static const char config[] = "{ \"theme\": \"default-dark\", \"motion\": false, \"escdelay\": 10000, \"notify\": { \"bell\": true } }";
	struct pty *p = &r->pty;

	memset(r, 0, sizeof(*r));
	if (!pty_open(p))
		return false;
	p->bare = true;
	p->heard = hear;
	p->arg = r;
	return pty_file(p, "config/agents.json", agents) && pty_file(p, "config/config.json", config) &&
	       /* how to get back was told before */
	       pty_file(p, "state/dashboard.json", "{ \"told_leader\": true }") &&
	       pty_verb(p, "up", "left", NULL) == 0 && pty_verb(p, "up", "evil", NULL) == 0 &&
	       pty_verb(p, "up", "keys", NULL) == 0 && pty_start(p, "xterm-256color", NULL);
}

/* --- Streams --- */

static const char *const attacks[] = {
	"\033]0;title\a", "\033]2;\033]52;c;aGk=\a\a", "\033]52;c;aGVsbG8=\a", "\033]52;c;?\a",
	"\033P1$r0m\033\\", "\033P+q544e\033\\", "\033_Gi=1;AAAA\033\\", "\033^x\033\\", "\033Xx\033\\",
	"\033]4;1;rgb:ff/00/00\a", "\033]10;?\a", "\033]11;?\a", "\033]104\a", "\033]1337;File=inline=1:AAAA\a",
	"\033]8;;http://evil/\alink\033]8;;\a", "\033]9;note\a", "\033]777;notify;a;b\a", "\033[c", "\033[>c",
	"\033[=c", "\033[6n", "\033[?6n", "\033[5n", "\033[x", "\033[21t", "\033[14t", "\033[18t", "\033[19t",
	"\033[?1049h", "\033[?47h", "\033[?1000h\033[?1003h", "\033[?2004h", "\033[>4;2m", "\033[>1u",
	"\033[!p", "\033c", "\033#8", "\033(0qqqq", "\033[20h", "\033[4h", "\033[3;10r", "\033[?6h\033[99;99H",
	"\033[2J\033[3J", "\033[99999b", "a\033[99999b", "\033[65535;65535H", "\033[1;2;3;4;5;6;7;8;9;10;11;12m",
	"\302\233" "31m", "\302\235" "0;x\302\234", "\302\220x\302\234", "\233" "31m", "\235" "0;x\a",
	"\342\200\256txt.exe", "\342\200\213", "\342\201\246x\342\201\251", "\356\200\200", "\363\240\201\201",
	"\357\273\277", "\360\237\221\250\342\200\215\360\237\221\251\342\200\215\360\237\221\247", "e\314\201\314\201\314\201\314\201\314\201\314\201\314\201",
	"\346\274\242\345\255\227", "\377\376\375", "\300\257", "\355\240\200", "\367\277\277\277",
	"\a\a\a\a\a\a\a\a", "\016\017\016abc", "\t\t\t\t\v\f\b\b\b", "\177\177", "\033[?5h", "\033[5m\033[8mhidden",
	"\033[38;2;1;2;3m\033[48;5;200mx", "\033[58;2;255;0;0m\033[4:3mcurly", "\033[s\033[u\0337\0338",
	"\033]133;A\a$ ", "\033[?2026hheld", "\033[?25l", "\033[1000A\033[1000B\033[1000C\033[1000D", "\033[0;0;0;0;0T",
	"\033Z", "\005", "\033[?69h\033[5;10s", "\033%G\033%@", "\033 F", "\033]50;?\a", "\033]l;x\033\\",
	"\033[200~not a paste\033[201~", "\033]0;\302\233" "31m\a", "\033[5i\033[4i", "\033[?1;2;4;6;7;12;25;66;1000;1004;2031h",
};
enum { ATTACKS = sizeof(attacks) / sizeof(attacks[0]) };

static uint32_t seed = 7;
static uint32_t rnd(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

/* The i-th, written to `path`; false when there are no more. */
static size_t make_stream(int i, const glob_t *files, char *out, size_t cap)
{
	size_t n = 0;
	struct error err;

	if (i < ATTACKS) {
		n = strlen(attacks[i]);
		memcpy(out, attacks[i], n);
		return n;
	}
	i -= ATTACKS;
	if (i < (int)files->gl_pathc) {
		char *text = file_read(AT_FDCWD, files->gl_pathv[i], 4 << 20, &n, &err);

		n = !text ? 0 : n > cap ? cap : n;
		memcpy(out, text ? text : "", n);
		free(text);
		return n;
	}
	for (int k = 0, parts = 2 + (int)rnd(60); k < parts && n + 256 < cap; k++) {
		const char *a = attacks[rnd(ATTACKS)];
		size_t len = strlen(a), cut = rnd(4) ? len : rnd((uint32_t)len + 1);

		memcpy(out + n, a, cut);
		n += cut;
		for (uint32_t m = rnd(6); m; m--)
			out[n++] = (char)(rnd(3) ? 32 + rnd(95) : rnd(256));
	}
	return n;
}

/* The cells of a part of the outer screen. */
struct part {
	int row, col, rows, cols;
};

static uint64_t digest(const struct run *r, struct part p)
{
	uint64_t h = 1469598103934665603ull;

	for (int row = p.row; row < p.row + p.rows; row++)
		for (int col = p.col; col < p.col + p.cols; col++) {
			struct vt_glyph g;

			vt_glyph(r->pty.screen, vt_screen(r->pty.screen) + (uint64_t)row, col, &g);
			for (int i = 0; i < g.n; i++)
				h = (h ^ g.cp[i]) * 1099511628211ull;
			h = (h ^ ((uint64_t)g.attr << 40 | g.fg)) * 1099511628211ull;
			h = (h ^ ((uint64_t)g.width << 40 | g.bg)) * 1099511628211ull;
		}
	return h;
}

/* Everything but the evil pane and what changes by itself: the top line, the ages and
 * states in the list, its title in the frame. */
static void outside(const struct run *r, struct part pane, uint64_t out[4])
{
	struct part others[4] = {
		{ 2, 6, ROWS - 4, 8 },                                         /* the list's names */
		{ 1, 27, pane.row - 2, pane.col - 28 },                         /* left of it... */
		{ pane.row, pane.col + pane.cols + 2, pane.rows, COLS - pane.col - pane.cols - 3 },
		{ ROWS - 1, 0, 1, COLS },                                       /* the footer */
	};

	for (int i = 0; i < 4; i++)
		out[i] = others[i].rows > 0 && others[i].cols > 0 ? digest(r, others[i]) : 0;
}

static struct run run;

static void play_hostile_streams(void)
{
	struct run *r = &run;
	struct part pane;
	char path[400], line[COLS * 8], *stream = malloc(1 << 20);
	uint64_t before[4], after[4];
	int changed = 0, played = 0, wanted = getenv("STREAMS") ? atoi(getenv("STREAMS")) : STREAMS;
	glob_t files = { 0 };
	struct error err;

	glob("tests/vt/streams/*.raw", 0, NULL, &files);
	glob("tests/fuzz/corpus/vt/*", GLOB_APPEND, NULL, &files);
	CHECK(stream && begin(r));
	CHECK(pty_await_shown(&r->pty, "type the path of a file") && pty_await_shown(&r->pty, "in hexadecimal"));
	pty_say(&r->pty, "|"); /* three columns: the evil one in the middle */
	CHECK(pty_await_shown(&r->pty, "keys-1"));
	pty_say(&r->pty, "2\r");
	CHECK(pty_await_shown(&r->pty, "typing into evil-1") && pty_await_shown(&r->pty, "gives back"));
	pty_settle(&r->pty, 300);
	pane = (struct part){ 2, 26 + 31 + 1, ROWS - 4, 29 };
	outside(r, pane, before);
	snprintf(path, sizeof(path), "%.63s/s", r->pty.home);
	for (int i = 0; i < wanted; i++) {
		size_t n = make_stream(i, &files, stream, 256 * 1024);

		CHECK(file_write(AT_FDCWD, path, stream, n, 0600, &err) == 0);
		snprintf(line, sizeof(line), "%s\r", path);
		pty_say(&r->pty, line);
		pty_settle(&r->pty, QUIET_MS);
		outside(r, pane, after);
		for (int k = 0; k < 4; k++)
			if (after[k] != before[k]) {
				changed++;
				if (changed == 1)
					fprintf(stderr, "# stream %d changes part %d\n", i, k);
				before[k] = after[k];
			}
		played++;
	}
	snprintf(line, sizeof(line), "replay %d", played);
	stream[0] = '\0';
	CHECK(file_write(AT_FDCWD, path, stream, 0, 0600, &err) == 0);
	snprintf(line, sizeof(line), "%s\r", path);
	pty_say(&r->pty, line);
	snprintf(line, sizeof(line), "replay %d", played + 1);
	CHECK(pty_await_shown(&r->pty, line)); /* each of them was really played */
	printf("# %d streams, %lu bytes to the terminal, %lu violations, %d parts outside changed, %u bells\n",
	       played, r->grammar.bytes, r->grammar.violations, changed, r->bells);
	globfree(&files);
	free(stream);
	if (r->grammar.violations)
		CHECK_FAIL("%lu violations, the first: %s", r->grammar.violations, r->grammar.first);
	CHECK_INT(changed, 0);
}

/* Figure 6. Whole, and cut in two at every byte. */
static void type_answers(void)
{
	static const char *const answers[] = {
		"\033[?62;22c", "\033[?1;2c", "\033[>41;354;0c", "\033P!|00000000\033\\", "\033[12;40R",
		"\033[1;1R", "\033[?12;40R", "\033[?2026;1$y", "\033[4;2$y", "\033]10;rgb:ffff/ffff/ffff\033\\",
		"\033]11;rgb:0000/0000/0000\a", "\033]4;1;rgb:cdcd/0000/0000\033\\", "\033]52;c;aGVsbG8=\a",
		"\033]52;c;aGVsbG8=\033\\", "\033P>|XTerm(370)\033\\", "\033P1+r544e=787465726d\033\\",
		"\033P1$r0m\033\\", "\033[?0u", "\033[?31u", "\033[8;40;120t", "\033[4;800;1200t", "\033]l\033\\",
		"\033[?997;1n", "\033[0n", "\033[3n", "\033_Gi=31;OK\033\\", "\033^x\033\\", "\033[I", "\033[O",
		"\033[?1;0;256S", "\033]99;i=1;x\033\\", "\033X1\033\\",
	};
	struct run *r = &run;
	char line[COLS * 8];
	size_t n = 0;

	CHECK(begin(r));
	CHECK(pty_await_shown(&r->pty, "type the path of a file") && pty_await_shown(&r->pty, "in hexadecimal"));
	pty_say(&r->pty, "3\r");
	CHECK(pty_await_shown(&r->pty, "typing into keys-1"));
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		size_t len = strlen(answers[i]);

		pty_say_bytes(&r->pty, answers[i], len);
		pty_settle(&r->pty, 3);
		for (size_t cut = 2; cut < len; cut++) { /* a lone Escape is a key */
			pty_say_bytes(&r->pty, answers[i], cut);
			pty_settle(&r->pty, 3);
			pty_say_bytes(&r->pty, answers[i] + cut, len - cut);
			pty_settle(&r->pty, 2);
			n++;
		}
	}
	/* the end marker inside a paste goes, and nothing of it is typed after it */
	pty_say(&r->pty, "\033[200~ab\033[201~cd\033[201~");
	pty_settle(&r->pty, 30);
	pty_say(&r->pty, "x");
	CHECK(pty_await_shown(&r->pty, "78 "));
	pty_settle(&r->pty, 50);
	for (int row = 0; row < ROWS; row++) {
		char *at;

		pty_row(&r->pty, row, line, sizeof(line));
		at = strstr(line, "61 62");
		if (!at)
			continue;
		CHECK(strncmp(at, "61 62 63 64 78", 14) == 0); /* abcd, x: no marker */
		n += 100000;
	}
	printf("# %zu answers in two parts, %zu whole\n", n % 100000, sizeof(answers) / sizeof(answers[0]));
	CHECK(n > 100000); /* what was typed came first of all: nothing before it */
	for (int row = 0; row < ROWS; row++) {
		pty_row(&r->pty, row, line, sizeof(line));
		CHECK(!strstr(line, "1b ") && !strstr(line, "5b ") && !strstr(line, "3b "));
	}
}

/* Each ends what it began, also when it fails in between. */
static void hostile_streams(void)
{
	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	play_hostile_streams();
	pty_close(&run.pty);
}

static void answers_stay_home(void)
{
	if (!getenv("VMDECK"))
		SKIP("$VMDECK, the program");
	type_answers();
	pty_close(&run.pty);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "hostile_streams", hostile_streams },
		{ "answers_stay_home", answers_stay_home },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
