/*
 * Themes: what files may say, what errors say back, and whether the shipped
 * ones can be read.
 */
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "tui/terminal/surface.h"
#include "tui/theme/builtin.h"
#include "tui/theme/color.h"
#include "tui/theme/file.h"
#include "tui/theme/theme.h"
#include "tui/view/theme_accent.h"

/* A home of its own under /tmp, with a themes directory. */
struct home {
	struct paths paths;
	char dir[64];
};

static int home_make(struct home *h)
{
	char path[PATH_MAX];

	memset(h, 0, sizeof(*h));
	strcpy(h->dir, "/tmp/vmdeck-theme-XXXXXX");
	if (!mkdtemp(h->dir))
		return -1;
	snprintf(h->paths.config, sizeof(h->paths.config), "%s", h->dir);
	snprintf(path, sizeof(path), "%s/themes", h->dir);
	return mkdir(path, 0700);
}

static void home_put(const struct home *h, const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/themes/%s.theme", h->dir, name);
	f = fopen(path, "w");
	if (f) {
		fputs(text, f);
		fclose(f);
	}
}

static void home_remove(const struct home *h)
{
	char cmd[128];

	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", h->dir);
	if (system(cmd) != 0)
		fprintf(stderr, "%s stays\n", h->dir);
}

static int parse(struct theme *t, const char *text, struct error *err)
{
	static struct theme_draft d;

	memset(&d, 0, sizeof(d));
	memset(t, 0, sizeof(*t));
	d.dark = true;
	if (theme_file_parse(&d, "x.theme", text, strlen(text), NULL, err) < 0)
		return -1;
	theme_file_resolve(&d, t);
	return 0;
}

static void reads_styles(void)
{
	struct theme t;
	struct error err;

	CHECK_INT(parse(&t,
			"# a comment\n"
			"$sea = #0080ff\n"
			"text = 252 on #101010   # and another\n"
			"border = $sea bold\n"
			"select = reverse underline\r\n"
			"error = bright-red on default italic dim",
			&err),
		  0);
	CHECK_INT(t.full[ROLE_TEXT].fg, VT_COLOR_INDEX | 252);
	CHECK_INT(t.full[ROLE_TEXT].bg, VT_COLOR_RGB | 0x101010);
	CHECK_INT(t.full[ROLE_BORDER].fg, VT_COLOR_RGB | 0x0080ff);
	CHECK_INT(t.full[ROLE_BORDER].bg, VT_COLOR_RGB | 0x101010);
	CHECK_INT(t.full[ROLE_BORDER].attr, VT_BOLD);
	CHECK_INT(t.full[ROLE_SELECT].attr, VT_REVERSE | VT_UNDERLINE);
	CHECK_INT(t.full[ROLE_SELECT].fg, VT_COLOR_INDEX | 252);
	CHECK_INT(t.full[ROLE_ERROR].fg, VT_COLOR_INDEX | 9);
	CHECK_INT(t.full[ROLE_ERROR].bg, VT_COLOR_DEFAULT);
	CHECK_INT(t.full[ROLE_ERROR].attr, VT_ITALIC | VT_DIM);
	/* what nobody said is the text's */
	CHECK_INT(t.full[ROLE_NOTICE].fg, VT_COLOR_INDEX | 252);
}

static void fewer_colours(void)
{
	struct theme t;
	struct error err;

	CHECK_INT(parse(&t,
			"text = default\n"
			"key = red bold\n"
			"mark = #ff0101 bold\n"
			"error = #00ff00 on #800000\n"
			"title = #0000ff\n"
			"title@16 = bright-cyan\n"
			"title@mono = underline\n",
			&err),
		  0);
	CHECK_INT(t.basic[ROLE_KEY].fg, VT_COLOR_INDEX | 1);
	CHECK_INT(t.basic[ROLE_MARK].fg, VT_COLOR_INDEX | 9);
	CHECK_INT(t.basic[ROLE_TITLE].fg, VT_COLOR_INDEX | 14);
	CHECK_INT(t.mono[ROLE_TITLE].attr, VT_UNDERLINE);
	CHECK_INT(t.mono[ROLE_KEY].attr, VT_BOLD);
	/* another background than the text's must still be seen */
	CHECK_INT(t.mono[ROLE_ERROR].attr, VT_REVERSE);
	for (int i = 0; i < ROLE_COUNT; i++) {
		CHECK(color_is_basic(t.basic[i].fg) && color_is_basic(t.basic[i].bg));
		CHECK_INT(t.mono[i].fg, VT_COLOR_DEFAULT);
		CHECK_INT(t.mono[i].bg, VT_COLOR_DEFAULT);
	}
}

static void wrong_lines(void)
{
	static const struct {
		const char *text, *msg, *hint;
	} cases[] = {
		{"\nbordr = red", "x.theme:2: unknown role \"bordr\"", "border"},
		{"border.focsu = red", "unknown role \"border.focsu\"", "border.focus"},
		{"border = gren", "x.theme:1: bad colour \"gren\"", "green"},
		{"border = 256", "bad colour \"256\"", "0-255"},
		{"border = -1", "bad colour \"-1\"", ""},
		{"border = #12345", "bad colour \"#12345\"", ""},
		{"border = #12345g", "bad colour", ""},
		{"border = red on", "\"on\" without a colour", ""},
		{"border = red blink", "unknown attribute \"blink\"", "reverse"},
		{"border red", "no '='", ""},
		{"border =", "nothing after '='", ""},
		{"= red", "nothing before '='", ""},
		{"a b = red", "more than one word before '='", ""},
		{"border@8 = red", "after @ comes 16 or mono", ""},
		{"border@mono = red", "attributes only", ""},
		{"border@16 = 17", "0-15 only", ""},
		{"$a = red\nborder = $b", "x.theme:2: no palette entry $b", "$a"},
		{"$a = $b", "takes one colour", ""},
		{"$ = red", "palette entry", ""},
		{"background = blue", "dark or light", ""},
		{"inherits = nord", "nothing to inherit from", ""},
	};
	struct theme t;
	struct error err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (parse(&t, cases[i].text, &err) == 0)
			CHECK_FAIL("accepted: %s", cases[i].text);
		if (!strstr(err.msg, cases[i].msg))
			CHECK_FAIL("\"%.200s\" lacks \"%s\"", err.msg, cases[i].msg);
		if (!strstr(err.hint, cases[i].hint))
			CHECK_FAIL("hint \"%.200s\" lacks \"%s\"", err.hint, cases[i].hint);
	}
}

static void nul_and_long_lines(void)
{
	static struct theme_draft d;
	struct error err;
	char line[400];

	CHECK_INT(theme_file_parse(&d, "x", "text\0= red", 10, NULL, &err), -1);
	CHECK(strstr(err.msg, "NUL"));
	memset(line, 'x', sizeof(line));
	CHECK_INT(theme_file_parse(&d, "x", line, sizeof(line), NULL, &err), -1);
	CHECK(strstr(err.msg, "more than 255 bytes"));
}

static void palette_is_late(void)
{
	struct home h;
	struct theme t, base;
	struct error err;

	CHECK_INT(home_make(&h), 0);
	home_put(&h, "mine", "inherits = default-dark\n$border = #ff8800\nkey = 5 italic\n");
	if (theme_load(&t, "mine", &h.paths, &err) < 0)
		CHECK_FAIL("%.300s", err.msg);
	CHECK_INT(theme_load(&base, "default-dark", &h.paths, &err), 0);
	home_remove(&h);
	CHECK_STR(t.name, "mine");
	CHECK(strstr(t.path, "/themes/mine.theme"));
	CHECK(base.path[0] == 0);
	CHECK_INT(t.full[ROLE_BORDER].fg, VT_COLOR_RGB | 0xff8800);
	CHECK_INT(t.full[ROLE_SCROLLBAR].fg, VT_COLOR_RGB | 0xff8800);
	/* 16 colours cannot show it: what was inherited stays */
	CHECK_INT(t.basic[ROLE_BORDER].fg, base.basic[ROLE_BORDER].fg);
	/* 16 colours can show it: no second line needed */
	CHECK_INT(t.basic[ROLE_KEY].fg, VT_COLOR_INDEX | 5);
	CHECK_INT(t.full[ROLE_ERROR].fg, base.full[ROLE_ERROR].fg);
}

static void loops_and_chains(void)
{
	struct home h;
	struct theme t;
	struct error err;
	char name[16], text[64];

	CHECK_INT(home_make(&h), 0);
	home_put(&h, "a", "inherits = b\n");
	home_put(&h, "b", "# b\ninherits = a\n");
	home_put(&h, "self", "inherits = self\n");
	home_put(&h, "late", "text = red\ninherits = nord\n");
	home_put(&h, "orphan", "inherits = nrod\n");
	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		snprintf(text, sizeof(text), "inherits = c%d\n", i + 1);
		home_put(&h, name, text);
	}
	CHECK_INT(theme_load(&t, "a", &h.paths, &err), -1);
	CHECK(strstr(err.msg, "a loop") && strstr(err.msg, "b.theme:2"));
	CHECK_INT(theme_load(&t, "self", &h.paths, &err), -1);
	CHECK(strstr(err.msg, "a loop"));
	CHECK_INT(theme_load(&t, "late", &h.paths, &err), -1);
	CHECK(strstr(err.msg, "late.theme:2") && strstr(err.msg, "before everything"));
	home_put(&h, "child", "inherits = broken\n");
	home_put(&h, "broken", "\n\nbordr = red\n");
	CHECK_INT(theme_load(&t, "child", &h.paths, &err), -1);
	CHECK(strstr(err.msg, "broken.theme:3: unknown role") && !strstr(err.msg, "child"));
	CHECK_INT(theme_load(&t, "orphan", &h.paths, &err), -1);
	CHECK(strstr(err.msg, "orphan.theme:1") && strstr(err.msg, "no theme \"nrod\""));
	CHECK(strstr(err.hint, "nord"));
	CHECK_INT(theme_load(&t, "c0", &h.paths, &err), -1);
	CHECK(strstr(err.msg, "more than 8 themes"));
	home_remove(&h);
}

static void by_path_and_name(void)
{
	struct home h;
	struct theme t;
	struct error err;
	char path[PATH_MAX];
	char **names;
	size_t n;
	bool seen = false;

	CHECK_INT(home_make(&h), 0);
	home_put(&h, "mine", "text = red\n");
	home_put(&h, "nord", "text = green\n");
	snprintf(path, sizeof(path), "%s/themes/mine.theme", h.dir);
	CHECK_INT(theme_load(&t, path, &h.paths, &err), 0);
	CHECK_STR(t.name, "mine");
	CHECK(strcmp(t.path, path) == 0);
	/* the user's own comes before the one compiled in */
	CHECK_INT(theme_load(&t, "nord", &h.paths, &err), 0);
	CHECK_INT(t.full[ROLE_TEXT].fg, VT_COLOR_INDEX | 2);
	CHECK_INT(theme_load(&t, "./nowhere.theme", &h.paths, &err), -1);
	CHECK_INT(err.code, ENOENT);
	CHECK_INT(theme_load(&t, "nordd", &h.paths, &err), -1);
	CHECK_INT(err.code, ENOENT);
	CHECK(strstr(err.hint, "\"nord\""));
	CHECK_INT(theme_load(&t, "", &h.paths, &err), -1);
	CHECK_INT(theme_load(&t, "..", &h.paths, &err), -1);
	names = theme_names(&h.paths, &n);
	for (size_t i = 0; i < n; i++) {
		seen = seen || strcmp(names[i], "mine") == 0;
		CHECK(i == 0 || strcmp(names[i - 1], names[i]) < 0);
	}

	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	CHECK(seen);
	home_remove(&h);
}

static void a_failed_load_changes_nothing(void)
{
	struct home h;
	struct theme t, before;
	struct error err;

	CHECK_INT(home_make(&h), 0);
	home_put(&h, "broken", "text = red\nborder = nocolour\n");
	CHECK_INT(theme_load(&t, "nord", &h.paths, &err), 0);
	before = t;
	CHECK_INT(theme_load(&t, "broken", &h.paths, &err), -1);
	CHECK(memcmp(&t, &before, sizeof(t)) == 0);
	home_remove(&h);
}

static void contrast_is_wcags(void)
{
	struct theme t = {.dark = true};

	CHECK_INT((int)(color_contrast(0x000000, 0xffffff) * 100), 2100);
	CHECK_INT((int)(color_contrast(0x777777, 0xffffff) * 100), 447);
	CHECK_INT((int)(color_contrast(0xff0000, 0xffffff) * 100), 399);
	CHECK_INT((int)theme_contrast(&t, VT_COLOR_DEFAULT, VT_COLOR_DEFAULT), 21);
	CHECK_INT(color_rgb(VT_COLOR_INDEX | 16, 0), 0x000000);
	CHECK_INT(color_rgb(VT_COLOR_INDEX | 231, 0), 0xffffff);
	CHECK_INT(color_rgb(VT_COLOR_INDEX | 67, 0), 0x5f87af);
	CHECK_INT(color_rgb(VT_COLOR_INDEX | 244, 0), 0x808080);
}

static void unreadable_is_found(void)
{
	struct theme t;
	struct error err;
	struct theme_finding f[THEME_FINDINGS];

	CHECK_INT(parse(&t, "text = #777777 on #888888\nborder = #ffffff\nkey = #000000\n", &err), 0);
	CHECK(theme_check(&t, f, THEME_FINDINGS) > 5);
	CHECK_INT(f[0].role, ROLE_TEXT);
	CHECK(f[0].contrast < 1.5 && f[0].wanted == 4.5);
	CHECK_INT(theme_check(&t, f, 1), 1);
}

static void a_light_terminal_gets_a_light_default(void)
{
	CHECK_STR(theme_default(NULL), "default-dark");
	CHECK_STR(theme_default(""), "default-dark");
	CHECK_STR(theme_default("15;0"), "default-dark");
	CHECK_STR(theme_default("12;8"), "default-dark");
	CHECK_STR(theme_default("7"), "default-dark");
	CHECK_STR(theme_default("0;15"), "default-light");
	CHECK_STR(theme_default("0;default;15"), "default-light");
	CHECK_STR(theme_default("0;7"), "default-light");
	CHECK_STR(theme_default("0;default"), "default-dark");
}

/* A role without a ground of its own has the box's, in a box. */
static void unreadable_in_a_box_is_found(void)
{
	struct theme t;
	struct error err;
	struct theme_finding f[THEME_FINDINGS];
	size_t n, in_boxes = 0;

	CHECK_INT(parse(&t, "text = #ffffff on #000000\nmodal = #000000 on #ffffff\ndim = #dddddd\n"
			    "key = #ffff00 on #000080\n", &err), 0);
	n = theme_check(&t, f, THEME_FINDINGS);
	for (size_t i = 0; i < n; i++) {
		CHECK(f[i].role != ROLE_KEY && f[i].role != ROLE_TEXT);
		in_boxes += f[i].role == ROLE_DIM && f[i].on == ROLE_MODAL;
	}
	CHECK_INT(in_boxes, 1);
}

static void shipped_can_be_read(void)
{
	static const char *const wanted[] = {
		"default-dark", "default-light", "terminal", "high-contrast", "monochrome",
		"colourblind", "nord", "gruvbox-dark", "gruvbox-light", "catppuccin-mocha",
		"catppuccin-latte", "solarized-dark", "solarized-light", "dracula",
		"tokyo-night", "rose-pine",
	};
	struct theme t;
	struct error err;
	struct theme_finding f[THEME_FINDINGS];
	struct paths none = {.config = "/nowhere"};
	size_t n = 0, bad = 0;
	char first[200] = "";

	for (const struct theme_builtin *b = theme_builtins; b->name; b++, n++) {
		if (theme_load(&t, b->name, &none, &err) < 0)
			CHECK_FAIL("%.300s", err.msg);
		size_t k = theme_check(&t, f, THEME_FINDINGS);

		for (size_t i = 0; i < k; i++)
			printf("  %s: %s on %s %.2f < %.1f\n", b->name, theme_role_names[f[i].role],
			       theme_role_names[f[i].on], f[i].contrast, f[i].wanted);
		bad += k;
		if (k && !first[0])
			snprintf(first, sizeof(first), "%s %s", b->name,
				 theme_role_names[f[0].role]);
	}
	if (bad)
		CHECK_FAIL("%zu roles are hard to read, first: %s", bad, first);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (theme_load(&t, wanted[i], &none, &err) < 0)
			CHECK_FAIL("%.300s", err.msg);
	CHECK_INT(n, sizeof(wanted) / sizeof(*wanted));
}

/* In shipped themes no two things that must be told apart look the same. */
static void shipped_tell_apart(void)
{
	static const enum theme_role pairs[][2] = {
		{ROLE_TEXT, ROLE_SELECT}, {ROLE_BORDER, ROLE_BORDER_FOCUS},
		{ROLE_TEXT, ROLE_MARK}, {ROLE_TITLE, ROLE_TYPING},
		{ROLE_MODAL, ROLE_MODAL_DANGER}, {ROLE_TEXT, ROLE_SEARCH_HIT},
		{ROLE_STATE_READY, ROLE_STATE_ASKS}, {ROLE_STATE_READY, ROLE_STATE_FAILED},
		{ROLE_CHECK_OK, ROLE_CHECK_FAIL}, {ROLE_KEY, ROLE_FOOTER},
	};
	struct theme t;
	struct error err;
	struct paths none = {.config = "/nowhere"};

	for (const struct theme_builtin *b = theme_builtins; b->name; b++) {
		CHECK_INT(theme_load(&t, b->name, &none, &err), 0);
		const struct theme_style *sets[] = {t.full, t.basic, t.mono};

		for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
			for (int k = 0; k < 3; k++) {
				const struct theme_style *x = &sets[k][pairs[i][0]];
				const struct theme_style *y = &sets[k][pairs[i][1]];

				if (x->fg == y->fg && x->bg == y->bg && x->attr == y->attr)
					CHECK_FAIL("%s, set %d: %s and %s", b->name, k,
						   theme_role_names[pairs[i][0]],
						   theme_role_names[pairs[i][1]]);
			}
		}
	}
}

/* docs/themes.md has a row for each role, as theme.h says it. */
static void manual_lists_the_roles(void)
{
	static char text[64 * 1024];
	FILE *f = fopen("docs/themes.md", "r");
	char row[256];
	size_t n;

	if (!f)
		CHECK_FAIL("docs/themes.md: %s", strerror(errno));
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	for (int i = 0; i < ROLE_COUNT; i++) {
		snprintf(row, sizeof(row), "| `%s` | %s |\n", theme_role_names[i], theme_role_helps[i]);
		if (!strstr(text, row))
			CHECK_FAIL("docs/themes.md lacks %s", row);
	}
}

/* --- Pictures: each role as it is painted, in each mode --- */

static const char *color_text(uint32_t c, char out[16])
{
	if ((c & VT_COLOR_KIND) == VT_COLOR_RGB)
		snprintf(out, 16, "#%06x", c & 0xffffff);
	else if ((c & VT_COLOR_KIND) == VT_COLOR_INDEX)
		snprintf(out, 16, "%u", c & 0xff);
	else
		snprintf(out, 16, "-");
	return out;
}

/* A frame with a line in each role, a key and an accent on some. */
static void paint_sample(struct surface *s)
{
	struct paint in = paint_box(paint_all(s), ROLE_BORDER), box;

	paint_text(paint_part(paint_all(s), 0, 2, 1, 20), 0, 0, ROLE_TITLE, " roles ");
	for (int i = 0; i < ROLE_COUNT; i++)
		paint_textf(in, i, 1, (enum theme_role)i, "%s", theme_role_names[i]);
	for (int i = 0; i < 4; i++)
		paint_text(in, i, 20, ROLE_STATE_READY, paint_sign(s, i % 2 ? "\u25cf" : "\u25d0", i % 2 ? "*" : "?"));
	accent_paint(in, ROLE_TEXT, 1, 4, "#ff8800");
	accent_paint(in, ROLE_NOTICE, 1, 6, "bright-magenta");
	box = paint_on(paint_part(in, 6, 24, 5, 16), ROLE_MODAL_DANGER);
	paint_clear(box);
	box = paint_box(box, ROLE_MODAL_DANGER);
	paint_text(box, 0, 1, ROLE_KEY, "y");
	paint_text(box, 0, 3, ROLE_MODAL_DANGER, "remove it");
	paint_restyle(box, 1, 0, box.cols, ROLE_SELECT);
	paint_textf(in, ROLE_COUNT, 1, ROLE_TEXT, "\u4e2d\u6587 e\u0301");
}

/* The text, then each row's runs of one look: first column, colours, attributes. */
static char *picture(const struct surface *s)
{
	AUTO_FREE char *text = surface_text(s);
	char *out = NULL, a[16], b[16];
	size_t n;
	FILE *f = open_memstream(&out, &n);

	fputs(text, f);
	for (int r = 0; r < s->rows; r++) {
		const struct vt_glyph *g = s->cells + r * s->cols;

		fprintf(f, "%2d", r);
		for (int c = 0; c < s->cols; c++)
			if (!c || g[c].fg != g[c - 1].fg || g[c].bg != g[c - 1].bg || g[c].attr != g[c - 1].attr)
				fprintf(f, "  %d:%s/%s/%x", c, color_text(g[c].fg, a), color_text(g[c].bg, b), g[c].attr);
		fputc('\n', f);
	}
	fclose(f);
	return out;
}

/* UPDATE_SCREENS=1 writes them: look at the diff. */
static void pictures_are_as_they_were(void)
{
	static const char *const modes[] = { "256", "16", "mono", "ascii" };
	static const char *const names[] = { "default-dark", "default-light", "terminal" };
	struct paths none = {.config = "/nowhere"};
	struct error err;

	for (int k = 0; k < 12; k++) {
		struct surface s = { .ascii = k % 4 == 3 };
		struct theme t;
		char path[128];
		size_t len;

		CHECK_INT(theme_load(&t, names[k / 4], &none, &err), 0);
		s.styles = k % 4 == 0 ? t.full : k % 4 == 1 ? t.basic : t.mono;
		CHECK_INT(surface_resize(&s, ROLE_COUNT + 3, 44, &err), 0);
		paint_clear(paint_all(&s));
		paint_sample(&s);

		AUTO_FREE char *got = picture(&s);

		surface_done(&s);
		snprintf(path, sizeof(path), "tests/screens/theme-%s-%s.txt", names[k / 4], modes[k % 4]);
		if (getenv("UPDATE_SCREENS"))
			CHECK_INT(file_write(AT_FDCWD, path, got, strlen(got), 0644, &err), 0);

		AUTO_FREE char *want = file_read(AT_FDCWD, path, 1 << 20, &len, &err);

		if (!want || strcmp(got, want) != 0)
			CHECK_FAIL("%s differs: UPDATE_SCREENS=1 writes it anew", path);
	}
}

/* An accent is not painted where it could not be read, nor on a name in reverse. */
static void accents_can_be_read(void)
{
	static struct theme_style styles[ROLE_COUNT];
	struct surface s = { .styles = styles };
	struct error err;

	styles[ROLE_TEXT] = (struct theme_style){ .fg = VT_COLOR_INDEX | 15, .bg = VT_COLOR_RGB | 0x202020 };
	styles[ROLE_MARK] = (struct theme_style){ .fg = VT_COLOR_INDEX | 15, .attr = VT_REVERSE };
	CHECK_INT(surface_resize(&s, 2, 4, &err), 0);
	paint_text(paint_all(&s), 0, 0, ROLE_TEXT, "text");
	paint_text(paint_all(&s), 1, 0, ROLE_MARK, "mark");
	accent_paint(paint_all(&s), 0, 0, 2, "#88ff88");
	accent_paint(paint_all(&s), 0, 2, 2, "#303030");
	accent_paint(paint_all(&s), 1, 0, 9, "#88ff88");
	accent_paint(paint_all(&s), 9, 0, 9, "#88ff88");
	accent_paint(paint_all(&s), 0, 0, 9, "nonsense");
	CHECK_INT(s.cells[0].fg, VT_COLOR_RGB | 0x88ff88);
	CHECK_INT(s.cells[2].fg, VT_COLOR_INDEX | 15);
	CHECK_INT(s.cells[4].fg, VT_COLOR_INDEX | 15);
	surface_done(&s);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{"theme: pictures of each mode", pictures_are_as_they_were},
		{"theme: accents can be read", accents_can_be_read},
		{"theme: reads colours, backgrounds, attributes", reads_styles},
		{"theme: 16 colours and none", fewer_colours},
		{"theme: wrong lines are named", wrong_lines},
		{"theme: NUL and long lines", nul_and_long_lines},
		{"theme: a palette entry changes what was inherited", palette_is_late},
		{"theme: loops, chains, orphans", loops_and_chains},
		{"theme: by path and by name", by_path_and_name},
		{"theme: a failed load changes nothing", a_failed_load_changes_nothing},
		{"theme: contrast is WCAG's", contrast_is_wcags},
		{"theme: what is hard to read is found", unreadable_is_found},
		{"theme: a light terminal gets a light default", a_light_terminal_gets_a_light_default},
		{"theme: what is hard to read in a box is found", unreadable_in_a_box_is_found},
		{"theme: shipped ones can be read", shipped_can_be_read},
		{"theme: shipped ones tell things apart", shipped_tell_apart},
		{"theme: the manual lists the roles", manual_lists_the_roles},
		{NULL, NULL},
	};

	return test_main(tests, argc, argv);
}
