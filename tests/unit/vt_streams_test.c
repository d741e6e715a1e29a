/*
 * Recordings of real programs (tests/vt/streams) against the screens that tmux
 * and xterm.js made of them: one test per recording, oracle and moment. A
 * moment that differs on purpose is listed, with the reason, in
 * tests/vt/streams/differences. And any split of a recording gives the same
 * screen.
 */
#include <glob.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/vt/vt.h"
#include "tests/test.h"

enum { COLS = 120, ROWS = 40 };

static char *read_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;

	*n = 0;
	if (!f)
		return NULL;
	fseek(f, 0, SEEK_END);
	size_t size = (size_t)ftell(f);
	text = calloc(1, size + 1);
	rewind(f);
	if (text)
		*n = fread(text, 1, size, f);
	fclose(f);
	return text;
}

static struct vt *terminal(void)
{
	return vt_new(COLS, ROWS, 1 << 20);
}

/* Put a row with its SGR into a terminal, by which it is then compared. tmux
 * writes lines and corners in the second charset. */
static void load_row(struct vt *want, int row, const char *text, size_t n)
{
	char at[32];

	vt_write(want, at, (size_t)sprintf(at, "\033)0\017\033[%d;1H\033[m\033[2K", row + 1), 0);
	vt_write(want, text, n, 0);
}

static bool same_glyph(const struct vt_glyph *a, const struct vt_glyph *b)
{
	uint32_t x = a->n ? a->cp[0] : ' ', y = b->n ? b->cp[0] : ' ';
	int n = a->n > 1 ? a->n : 1, m = b->n > 1 ? b->n : 1;
	uint16_t attr = a->attr ^ b->attr;

	if (x != y || n != m || a->width != b->width || a->bg != b->bg)
		return false;
	if (n > 1 && memcmp(a->cp, b->cp, (size_t)n * sizeof(a->cp[0])) != 0)
		return false;
	/* Underline styles are not what the oracles tell. On a blank neither
	 * the colour of the text nor bold is to be seen. */
	attr &= ~(VT_UL_MASK | (x == ' ' ? VT_BOLD | VT_DIM | VT_ITALIC | VT_BLINK | VT_HIDDEN : 0));
	return !attr && (a->fg == b->fg || (x == ' ' && !(a->attr & (VT_REVERSE | VT_UNDERLINE | VT_STRIKE))));
}

/* Cells that differ; the first one in why. Of a row, only its first shown[row]
 * columns are known in full: tmux leaves out colours of blanks behind them. */
static int differing(struct vt *got, struct vt *want, const int *shown, char *why, size_t cap)
{
	static struct vt_glyph a[COLS], b[COLS];
	char ta[600], tb[600];
	int n = 0;

	for (int row = 0; row < ROWS; row++) {
		vt_line(got, vt_screen(got) + (uint64_t)row, a, COLS);
		vt_line(want, vt_screen(want) + (uint64_t)row, b, COLS);
		for (int col = 0; col < COLS; col++) {
			if (shown && col >= shown[row]) {
				b[col].bg = a[col].bg;
				b[col].attr = a[col].attr;
			}
			if (same_glyph(&a[col], &b[col]))
				continue;
			if (!n++) {
				vt_line_text(got, vt_screen(got) + (uint64_t)row, ta, sizeof(ta));
				vt_line_text(want, vt_screen(want) + (uint64_t)row, tb, sizeof(tb));
				snprintf(why, cap,
					 "%d,%d: attr %x/%x fg %x/%x bg %x/%x |%.150s| not |%.150s|",
					 row, col, a[col].attr, b[col].attr, a[col].fg, b[col].fg,
					 a[col].bg, b[col].bg, ta, tb);
			}
		}
	}
	return n;
}

/* The reason why this moment may differ, or NULL. A line of the list is
 * "NAME ORACLE OFFSET|* reason". */
static const char *excuse(const char *list, const char *name, const char *oracle, size_t offset)
{
	static char reason[200];

	for (const char *p = list; p && *p; p += strcspn(p, "\n") + 1) {
		char n[40], o[10], at[20];

		if (*p != '#' && sscanf(p, "%39s %9s %19s %199[^\n]", n, o, at, reason) == 4 &&
		    !strcmp(n, name) && !strcmp(o, oracle) &&
		    (at[0] == '*' || strtoul(at, NULL, 10) == offset))
			return reason;
		if (!p[strcspn(p, "\n")])
			break;
	}
	return NULL;
}

static int failures;

static void moment(struct vt *got, struct vt *want, const int *shown, const char *name,
		   const char *oracle, size_t offset, int row, int col, const char *list)
{
	char why[600] = "";
	struct vt_cursor c = vt_cursor(got);
	int n = differing(got, want, shown, why, sizeof(why));
	const char *reason = excuse(list, name, oracle, offset);

	if (!n && (c.row != row || c.col != col)) {
		snprintf(why, sizeof(why), "cursor %d,%d, not %d,%d", c.row, c.col, row, col);
		n = 1;
	}
	if (n && reason)
		printf("ok vt: %s at %zu as %s, but for: %s\n", name, offset, oracle, reason);
	else if (n)
		printf("not ok vt: %s at %zu as %s: %d cells differ, first %s\n", name, offset, oracle, n, why);
	else
		printf("ok vt: %s at %zu as %s\n", name, offset, oracle);
	failures |= n && !reason;
}

static void compare(const char *name, const char *raw, size_t raw_n, const char *oracle,
		    const char *text, const char *list)
{
	struct vt *got = terminal(), *want = terminal();
	size_t done = 0, offset = 0;
	int row = 0, col = 0, at = -1, shown[ROWS] = { 0 };

	for (const char *p = text; *p; p += strcspn(p, "\n") + 1) {
		size_t n = strcspn(p, "\n");

		if (!strncmp(p, "@ ", 2)) {
			if (at >= 0)
				moment(got, want, !strcmp(oracle, "tmux") ? shown : NULL, name, oracle, offset, row, col, list);
			sscanf(p, "@ %zu %d,%d", &offset, &row, &col);
			col = col < COLS ? col : COLS - 1; /* tmux, while a wrap is pending */
			offset = offset < raw_n ? offset : raw_n;
			vt_write(got, raw + done, offset - done, 0);
			done = offset;
			at = 0;
		} else if (!(n == 1 && *p == '=')) {
			load_row(want, at, p, n);
			shown[at++] = vt_cursor(want).col;
		} else {
			at++;
		}
	}
	if (at >= 0)
		moment(got, want, !strcmp(oracle, "tmux") ? shown : NULL, name, oracle, offset, row, col, list);
	vt_free(got);
	vt_free(want);
}

/* In pieces of all sorts: the same screen, history and answers. */
static void splits(const char *name, const char *raw, size_t n)
{
	static const size_t sizes[] = { 1, 2, 3, 7, 64, 4093 };
	struct vt *whole = terminal();
	char why[600] = "", a[VT_REPLY_CAP], b[VT_REPLY_CAP];
	bool same = true;

	vt_write(whole, raw, n, 0);

	size_t na = vt_replies(whole, a, sizeof(a));

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]) && same; i++) {
		struct vt *vt = terminal();

		for (size_t at = 0; at < n; at += sizes[i])
			vt_write(vt, raw + at, n - at < sizes[i] ? n - at : sizes[i], 0);
		same = !differing(vt, whole, NULL, why, sizeof(why)) &&
		       vt_screen(vt) == vt_screen(whole) && vt_first(vt) == vt_first(whole) &&
		       vt_cursor(vt).row == vt_cursor(whole).row &&
		       vt_cursor(vt).col == vt_cursor(whole).col &&
		       vt_replies(vt, b, sizeof(b)) == na && !memcmp(a, b, na);
		vt_free(vt);
	}
	vt_free(whole);
	printf(same ? "ok vt: %s in pieces\n" : "not ok vt: %s in pieces: %s\n", name, why);
	failures |= !same;
}

int main(void)
{
	static const char *const oracles[] = { "tmux", "xterm" };
	glob_t g;
	size_t n, list_n;
	char *list = read_file("tests/vt/streams/differences", &list_n);

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (glob("tests/vt/streams/*.raw", 0, NULL, &g) != 0) {
		printf("not ok vt streams: none found (run from the root of the tree)\n");
		return 1;
	}
	for (size_t i = 0; i < g.gl_pathc; i++) {
		char path[300], name[100];
		char *raw = read_file(g.gl_pathv[i], &n);
		size_t text_n;

		snprintf(name, sizeof(name), "%s", strrchr(g.gl_pathv[i], '/') + 1);
		*strrchr(name, '.') = '\0';
		printf("run vt: %s\n", name);
		for (int o = 0; o < 2; o++) {
			snprintf(path, sizeof(path), "tests/vt/streams/%s.%s", name, oracles[o]);

			char *text = read_file(path, &text_n);

			if (text)
				compare(name, raw, n, oracles[o], text, list);
			free(text);
		}
		splits(name, raw, n);
		free(raw);
	}
	globfree(&g);
	free(list);
	return failures;
}
