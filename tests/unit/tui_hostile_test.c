/*
 * Hostile consoles against the operator's terminal (figures 1 and 2): what a
 * guest writes goes through the emulator, the packed rows of the wire, a pane in
 * the middle of the screen and curses into a pty. On its other side every byte
 * must be of a strict grammar, and an emulator of our own must find all cells
 * outside of the pane as they were.
 *
 * The child draws, the parent reads. After each stream the child writes a mark
 * in between, the harmless ESC 7 three times, which curses never does: what the
 * parent has parsed by then is a whole frame.
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/vt/row.h"
#include "engine/vt/vt.h"
#include "tests/test.h"
#include "tests/unit/grammar.h"
#include "tui/terminal/draw.h"
#include "tui/view/pane.h"

enum { COLS = 120, ROWS = 40, CANVAS_COLS = 100, CANVAS_ROWS = 30, RANDOM = 400, PER_STREAM = 2500 };
static const struct { int row, col, rows, cols; } pane_at = { 6, 22, 22, 70 };

static const char frame_mark[] = "\0337\0337\0337";

/* --- The streams --- */

static const char *const snippets[] = {
	"\033[b", "\033c\033[b", "\xcc\x81\033[5b", "漢\033[99b", "\033[;;;;;;;;;;;;;;;;;;;;m",
	"\033[38:2:59:66:97;48:2:36:40:59;58:2:224:175:104;4:3m", "\033[10;10H\033[2147483646C",
	"\033[6n", "\033[c", "\033[>c", "\033[21t", "\033[18t", "\033[?996n", "\033P$qm\033\\",
	"\033]52;c;aGFsbG8=\a", "\033]52;c;?\a", "\033]0;title \033[31m\a", "\033]2;\xe2\x80\xae evil\033\\",
	"\033]7;file:///etc/passwd\a", "\033]8;;http://evil/\a link \033]8;;\a", "\033]9;note\a",
	"\033]777;notify;a;b\a", "\033]99;;x\033\\", "\033]1337;File=inline=1:AAAA\a", "\033]4;1;?\a",
	"\033]10;?\a", "\033]50;#1\a", "\033]104\a", "\033]133;A\a", "\033]7501;state=asks\a",
	"\033Pq#0;2;0;0;0#0~~@@vv@@~~\033\\", "\033P+q544e\033\\", "\033_Gf=24,a=T;AAAA\033\\",
	"\033^privacy\033\\", "\033Xsos\033\\", "\033[?1049h", "\033[?1049l", "\033[?1000;1002;1006h",
	"\033[?2004h", "\033[?2026h", "\033[?25l", "\033[?5h", "\033[5i", "\033[4i", "\033[0$}", "\033[20h",
	"\033[4h", "\033[3g", "\033[?69h\033[10;20s", "\033[5;10r", "\033[999;999H", "\033[-1;-1H",
	"\033#8", "\033(0lqqk\033(B", "\016\017", "\033N\033O", "\033Z", "\005", "\x9b" "31m", "\x9d" "0;x\x9c",
	"\xc2\x9b" "31m", "\xc2\x90q\xc2\x9c", "\xf4\x90\x80\x80", "\xed\xa0\x80", "\xc0\x80", "\xff\xfe",
	"\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad\xe2\x80\xae", "\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa9",
	"\xe2\x80\x8b\xe2\x80\x8c\xe2\x80\x8d\xe2\x80\x8e\xe2\x80\x8f", "\xef\xbb\xbf", "\xee\x80\x80",
	"\xf3\xa0\x80\x81\xf3\xa0\x81\xbf", "\xf3\xb0\x80\x80", "\xef\xbf\xbe", "\xe2\x80\xa8\xe2\x80\xa9",
	"👩‍💻👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪🇫🇷", "1️⃣", "❤️", "a\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87",
	"한글", "ﾊﾝｶｸ", "ก็็็็็็็", "\xd8\xa7\xd9\x84\xd8\xb9", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xc2\xad\xc2\xa0",
	"\t\t\t", "\b\b\b\b", "\r\n\v\f", "\a\a\a", "\033[2J\033[H", "\033[1;1H\033[100L", "\033[100M",
	"\033[50@", "\033[50P", "\033[50X", "\033[3S", "\033[3T", "\033D\033M\033E", "\0337\0338",
	"\033[8m hidden \033[m", "\033[7;5;9;53;21m", "\033[38;5;196;48;5;21m", "\033[48;2;1;2;3m",
	"\033[>4;2m", "\033[>7u\033[<u\033[?u", "\033[!p", "\033[61\"p", "\033[1\"q", "\033%G", "\033 F",
	"\033[2;3\"v", "\033[?1;2;3;4;5;6;7;8;9h", "plain text ", "日本語 ",
};
enum { SNIPPETS = sizeof(snippets) / sizeof(snippets[0]) };

struct streams {
	uint32_t seed;
	uint32_t cp; /* of the sweep through all of Unicode */
	size_t at;
	int corpus;  /* how far in the directory */
	char buf[256 * 1024];
};

static uint32_t next_random(struct streams *s)
{
	s->seed ^= s->seed << 13;
	s->seed ^= s->seed >> 17;
	s->seed ^= s->seed << 5;
	return s->seed;
}

static size_t from_corpus(struct streams *s)
{
	static const char dir[] = "tests/fuzz/corpus/vt";
	DIR *d = opendir(dir);
	struct dirent *e;
	ssize_t n = -1;
	int i = 0;

	while (d && (e = readdir(d))) {
		char path[512];
		int fd;

		if (e->d_name[0] == '.' || i++ != s->corpus)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		fd = open(path, O_RDONLY);
		n = read(fd, s->buf, sizeof(s->buf));
		close(fd);
		break;
	}
	if (d)
		closedir(d);
	s->corpus++;
	return n > 0 ? (size_t)n : 0;
}

static size_t mixture(struct streams *s)
{
	size_t n = 0, parts = 5 + next_random(s) % 200;

	for (size_t i = 0; i < parts; i++) {
		const char *snip = snippets[next_random(s) % SNIPPETS];
		size_t len = strlen(snip);

		if (next_random(s) % 8 == 0)
			len = next_random(s) % (len + 1); /* cut short */
		memcpy(s->buf + n, snip, len);
		n += len;
		if (next_random(s) % 4 == 0)
			s->buf[n++] = (char)next_random(s);
	}
	return n;
}

/* All code points, also those that UTF-8 forbids. */
static size_t sweep(struct streams *s)
{
	size_t n = 0;

	for (int i = 0; i < PER_STREAM && s->cp < 0x110000; i++, s->cp++) {
		uint32_t c = s->cp;

		if (c < 0x80) {
			s->buf[n++] = (char)c;
		} else if (c < 0x800) {
			s->buf[n++] = (char)(0xc0 | c >> 6);
			s->buf[n++] = (char)(0x80 | (c & 63));
		} else if (c < 0x10000) {
			s->buf[n++] = (char)(0xe0 | c >> 12);
			s->buf[n++] = (char)(0x80 | (c >> 6 & 63));
			s->buf[n++] = (char)(0x80 | (c & 63));
		} else {
			s->buf[n++] = (char)(0xf0 | c >> 18);
			s->buf[n++] = (char)(0x80 | (c >> 12 & 63));
			s->buf[n++] = (char)(0x80 | (c >> 6 & 63));
			s->buf[n++] = (char)(0x80 | (c & 63));
		}
	}
	return n;
}

/* The next stream's bytes in s->buf, 0 after the last. */
static size_t next_stream(struct streams *s)
{
	size_t n;

	if (s->at < SNIPPETS) {
		n = strlen(snippets[s->at]);
		memcpy(s->buf, snippets[s->at++], n);
		return n;
	}
	if (s->corpus >= 0 && (n = from_corpus(s)))
		return n;
	s->corpus = -1;
	if (s->at < SNIPPETS + RANDOM) {
		s->at++;
		return mixture(s);
	}
	return sweep(s);
}

/* --- The child: guest, wire, pane, curses --- */

static void through_the_wire(struct vt *vt, struct screen *screen)
{
	static uint8_t packed[VT_ROW_MAX(CANVAS_COLS)];
	struct vt_cursor cursor = vt_cursor(vt);

	for (int r = 0; r < CANVAS_ROWS; r++) {
		struct vt_glyph *row = screen->cells + (size_t)r * CANVAS_COLS;
		size_t n = vt_row_pack(vt, vt_screen(vt) + (uint64_t)r, packed, sizeof(packed));

		if (!n || vt_row_unpack(packed, n, row, CANVAS_COLS) < 0)
			exit(3);
	}
	screen->cursor_row = cursor.row;
	screen->cursor_col = cursor.col;
	screen->cursor_visible = cursor.visible;
	snprintf(screen->title, sizeof(screen->title), "%.127s", vt_title(vt));
}

static void fill(struct surface *s)
{
	for (int r = 0; r < s->rows; r++)
		for (int c = 0; c < s->cols; c++)
			paint_textf(paint_all(s), r, c, ROLE_TEXT, "%c", 'a' + (r * 7 + c) % 26);
}

static void child(int tty)
{
	static struct deck_session session;
	static struct streams streams = { .seed = 20260728 };
	static struct theme theme;
	struct draw_options o = { .color = COLOR_ALWAYS, .in = tty, .out = fdopen(dup(tty), "w") };
	struct pane_look look = { .number = 1, .selected = true, .leader = "C-]", .now = 100 };
	struct surface surface = { 0 };
	struct draw draw;
	struct error err;
	struct vt *vt = vt_new(CANVAS_COLS, CANVAS_ROWS, 1 << 16);
	size_t n;

	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	if (draw_init(&draw, &o, &err) < 0 || theme_load(&theme, THEME_DEFAULT, NULL, &err) < 0)
		exit(2);
	surface.styles = theme.full;
	surface_resize(&surface, draw.rows, draw.cols, &err);
	fill(&surface);
	session.open = session.alive = true;
	strcpy(session.id, "hostile-1");
	session.record.state = SESSION_READY;
	session.client.screen = (struct screen){
		.cols = CANVAS_COLS, .rows = CANVAS_ROWS, .end = CANVAS_ROWS,
		.cells = calloc((size_t)CANVAS_COLS * CANVAS_ROWS, sizeof(struct vt_glyph)),
	};
	while ((n = next_stream(&streams))) {
		vt_write(vt, streams.buf, n, 0);
		through_the_wire(vt, &session.client.screen);
		look.typing = n & 1;
		surface.cursor_row = -1;
		pane_draw(paint_part(paint_all(&surface), pane_at.row, pane_at.col, pane_at.rows,
				     pane_at.cols),
			  &session, &look);
		draw_show(&draw, &surface);
		if (write(tty, frame_mark, strlen(frame_mark)) != (ssize_t)strlen(frame_mark))
			exit(4);
	}
	draw_done(&draw);
	exit(0);
}

/* --- The parent: the cells --- */

static bool inside(int r, int c)
{
	return r >= pane_at.row && r < pane_at.row + pane_at.rows && c >= pane_at.col &&
	       c < pane_at.col + pane_at.cols;
}

static int changed_outside(const struct vt *outer)
{
	int n = 0;

	for (int r = 0; r < ROWS; r++)
		for (int c = 0; c < COLS; c++) {
			struct vt_glyph g;

			if (inside(r, c))
				continue;
			vt_glyph(outer, vt_screen(outer) + (uint64_t)r, c, &g);
			n += g.n != 1 || g.cp[0] != (uint32_t)('a' + (r * 7 + c) % 26);
		}
	return n;
}

struct watch {
	struct grammar grammar;
	struct vt *outer;
	int streams, changed; /* cells outside the pane, in all */
};

static void watch_byte(struct watch *w, uint8_t c)
{
	grammar_byte(&w->grammar, c);
	vt_write(w->outer, &c, 1, 0);
	if (w->grammar.saves < 3)
		return;
	w->grammar.saves = 0;
	w->streams++;
	w->changed += changed_outside(w->outer);
}

/* Until the child has closed its side. */
static void watch_child(struct watch *w, int tty)
{
	struct pollfd p = { .fd = tty, .events = POLLIN };
	uint8_t buf[65536];

	while (poll(&p, 1, 30000) > 0) {
		ssize_t n = read(tty, buf, sizeof(buf));

		if (n <= 0)
			return;
		for (ssize_t i = 0; i < n; i++)
			watch_byte(w, buf[i]);
	}
}

static void hostile_streams(void)
{
	struct winsize size = { .ws_row = ROWS, .ws_col = COLS };
	struct watch w = { .outer = vt_new(COLS, ROWS, 0) };
	int master, slave, status;
	pid_t pid;

	CHECK(openpty(&master, &slave, NULL, NULL, &size) == 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(master);
		child(slave);
	}
	close(slave);
	watch_child(&w, master);
	close(master);
	waitpid(pid, &status, 0);
	vt_free(w.outer);
	printf("# %d streams, %lu bytes out, %lu violations, %d cells outside changed\n", w.streams,
	       w.grammar.bytes, w.grammar.violations, w.changed);
	CHECK_INT(status, 0);
	if (w.grammar.violations)
		CHECK_FAIL("%lu violations, the first: %s", w.grammar.violations, w.grammar.first);
	CHECK_INT(w.changed, 0);
	CHECK(w.streams >= 900);
	CHECK(w.grammar.bytes > 100000);
}

/* The automaton must be able to fail. */
static void grammar_refuses(void)
{
	static const char *const bad[] = { "\033]0;x\a", "\033P1\033\\", "\xc2\x9b", "\x9b", "\a",
					   "\xe2\x80\xae", "\xe2\x80\x8b", "\033[6n", "\033[?1003h",
					   "\033c", "\xee\x80\x80", "\033_x", "\033(0", "\xef\xb8\x8f" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct grammar g = { 0 };

		for (const char *p = bad[i]; *p; p++)
			grammar_byte(&g, (uint8_t)*p);
		if (!g.violations)
			CHECK_FAIL("stream %zu passes", i);
	}
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "grammar_refuses", grammar_refuses },
		{ "hostile_streams", hostile_streams },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
