#include "tui/terminal/draw.h"

#include <assert.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "engine/base/text.h"
#include "engine/vt/vt.h"

/* Last: term.h has macros named lines, columns, bell and newline. */
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>

enum { CCHAR_MAX = 5, SIDE_MAX = 1000, PLAIN_PAIR = 1 };

static const char modes_on[] = "\033[?2004h";
static const char modes_off[] = "\033[?2004l";
static const char keys_push[] = "\033[>0u"; /* kitty's protocol: legacy keys... */
static const char keys_pop[] = "\033[<u";   /* ... and what was before */
static const char mouse_on[] = "\033[?1000h\033[?1002h\033[?1006h";
static const char mouse_off[] = "\033[?1006l\033[?1002l\033[?1000l";

static void say(struct draw *d, const char *s)
{
	fputs(s, d->out);
	fflush(d->out);
}

/* --- Which terminal --- */

static bool known_terminal(const char *term, int fd)
{
	int ret = 0;

	if (setupterm(term, fd, &ret) != OK)
		return false;
	return true;
}

static bool can_show(const char *term)
{
	const char *cup = tigetstr("cup");

	return strcmp(term, "dumb") != 0 && cup && cup != (char *)-1;
}

static int refuse(const char *term, struct error *err)
{
	error_set(err, 0, "the terminal \"%.40s\" cannot show a dashboard", term);
	err->code = ENOTTY;
	error_hint(err, "`vmdeck ls` lists the sessions, `vmdeck up AGENT` launches; "
			"or set TERM to what your terminal is");
	return -1;
}

/* The name that terminfo shall be asked for. */
static const char *choose_terminal(struct draw *d, int fd, struct error *err)
{
	static const char fallback[] = "xterm-256color";
	const char *term = getenv("TERM");

	if (term && *term && known_terminal(term, fd)) {
		if (can_show(term))
			return term;
		refuse(term, err);
		return NULL;
	}
	if (term && strcmp(term, "dumb") == 0) {
		refuse(term, err);
		return NULL;
	}
	if (!known_terminal(fallback, fd)) {
		error_set(err, 0, "terminfo knows neither TERM=%.40s nor %s", term ? term : "",
			  fallback);
		err->code = ENOTTY;
		error_hint(err, "install ncurses-base (Debian), or set TERMINFO");
		return NULL;
	}
	if (term && *term) {
		char clean[48];

		text_clean(clean, sizeof(clean), term, strlen(term), false);
		snprintf(d->notice, sizeof(d->notice), "TERM=%s is not known here: taken for %s",
			 clean, fallback);
	} else {
		snprintf(d->notice, sizeof(d->notice), "TERM is not set: taken for %s", fallback);
	}
	return fallback;
}

static const char *capability(const char *name)
{
	const char *s = tigetstr(name);

	return s == (char *)-1 ? NULL : s;
}

/* --- In and out --- */

static void choose_colors(struct draw *d, enum color_mode mode)
{
	const char *no = getenv("NO_COLOR");

	d->palette = DRAW_MONO;
	if (mode == COLOR_NEVER || (mode == COLOR_AUTO && no && *no) || !has_colors())
		return;
	start_color();
	use_default_colors();
	if (COLORS < 8)
		return;
	d->palette = COLORS >= 256 ? DRAW_FULL : DRAW_BASIC;
	d->rgb = COLORS > 256 && (tigetflag("RGB") > 0 || tigetnum("RGB") > 0 || capability("RGB"));
}

/* Curses ends each run of attributes with sgr0 and begins it with sgr, which in xterm's
 * entries choose a character set as well: 3 bytes each time, and nothing of ours ever chose
 * another. The strings are curses' own copy, and what is left of them is shorter. */
static void trim_capabilities(void)
{
	static const char off[] = "\033(B\033[m", sets[] = "%?%p9%t\033(0%e\033(B%;\033[0%?";
	static const char kept[] = "\033[%?";
	char *sgr0 = tigetstr("sgr0"), *sgr = tigetstr("sgr");

	if (!sgr0 || sgr0 == (char *)-1 || strcmp(sgr0, off) != 0 || !sgr || sgr == (char *)-1 ||
	    strncmp(sgr, sets, strlen(sets)) != 0)
		return;
	memmove(sgr0, sgr0 + 3, strlen(off) - 3 + 1);
	memmove(sgr + strlen(kept), sgr + strlen(sets), strlen(sgr + strlen(sets)) + 1);
	memcpy(sgr, kept, strlen(kept));
}

/* Text in the terminal's own colours has a pair of that, not pair 0: to that curses goes back
 * colour by colour and then by sgr0, which ends them all anyway. */
static void choose_plain(struct draw *d)
{
	cchar_t blank;

	if (d->palette == DRAW_MONO || init_extended_pair(PLAIN_PAIR, -1, -1) == ERR)
		return;
	d->plain = PLAIN_PAIR;
	setcchar(&blank, L" ", 0, (short)d->plain, &d->plain);
	bkgrndset(&blank); /* what a cleared screen has */
}

static void prepare_restore(struct draw *d)
{
	if (d->xterm) {
		tty_add(&d->tty, mouse_off);
		tty_add(&d->tty, modes_off);
		tty_add(&d->tty, keys_pop);
	}
	tty_add(&d->tty, capability("sgr0"));
	tty_add(&d->tty, capability("op"));
	tty_add(&d->tty, capability("cnorm"));
	tty_add(&d->tty, capability("rmcup"));
	if (!capability("rmcup"))
		tty_add(&d->tty, "\r\n");
}

static void not_curses(int signo)
{
	(void)signo;
}

static void set_modes(struct draw *d)
{
	raw();
	noecho();
	nonl();
	if (!d->xterm)
		return;
	say(d, modes_on);
	if (!d->pushed)
		say(d, keys_push);
	d->pushed = true;
	if (d->mouse)
		say(d, mouse_on);
}

/* Curses leaves SIGTSTP alone when it finds a handler there; else it would change it
 * twice around each frame, for a handler of its own that we never let run. */
static void *new_screen(const char *term, FILE *out)
{
	struct sigaction before, mine = { .sa_handler = not_curses };
	void *screen;

	sigaction(SIGTSTP, &mine, &before);
	screen = newterm(term, out, stdin);
	sigaction(SIGTSTP, &before, NULL);
	return screen;
}

int draw_init(struct draw *d, const struct draw_options *o, struct error *err)
{
	const char *term;
	TERMINAL *looked;

	*d = (struct draw){ .out = o->out ? o->out : stdout, .mouse = o->mouse, .anew = true };
	if (!isatty(fileno(d->out)) || !isatty(o->in)) {
		error_set(err, ENOTTY, "the dashboard");
		error_hint(err, "`vmdeck ls` and `vmdeck --help` work without a terminal");
		return -1;
	}
	setlocale(LC_CTYPE, "");
	d->ascii = o->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	term = choose_terminal(d, fileno(d->out), err);
	looked = cur_term;
	if (!term || tty_save(&d->tty, o->in, err) < 0) {
		del_curterm(looked);
		return -1;
	}
	d->tty.fd = fileno(d->out);
	d->screen = new_screen(term, d->out); /* has a terminal of its own now */
	if (looked != cur_term)
		del_curterm(looked);
	if (!d->screen)
		return refuse(term, err);
	d->xterm = capability("kmous");
	trim_capabilities();
	prepare_restore(d);
	tty_arm(&d->tty);
	choose_colors(d, o->color);
	choose_plain(d);
	typeahead(-1);
	intrflush(stdscr, FALSE);
	leaveok(stdscr, FALSE);
	scrollok(stdscr, FALSE);
	set_modes(d);
	if (draw_resize(d, err) < 0) {
		draw_done(d);
		return -1;
	}
	return 0;
}

void draw_done(struct draw *d)
{
	if (!d->screen)
		return;
	draw_leave(d);
	tty_disarm();
	tcsetattr(d->tty.fd, TCSADRAIN, &d->tty.before);
	delscreen(d->screen);
	d->screen = NULL;
	surface_done(&d->shown);
}

void draw_leave(struct draw *d)
{
	if (d->xterm) {
		say(d, mouse_off);
		say(d, modes_off);
		if (d->pushed)
			say(d, keys_pop);
		d->pushed = false;
	}
	curs_set(1);
	endwin();
	fflush(d->out);
}

void draw_return(struct draw *d)
{
	reset_prog_mode();
	set_modes(d);
	refresh();
	draw_anew(d);
}

int draw_resize(struct draw *d, struct error *err)
{
	struct winsize w = { 0 };
	int rows = LINES, cols = COLS;

	if (ioctl(fileno(d->out), TIOCGWINSZ, &w) == 0 && w.ws_row && w.ws_col) {
		rows = w.ws_row;
		cols = w.ws_col;
	}
	rows = rows < 1 ? 1 : rows > SIDE_MAX ? SIDE_MAX : rows;
	cols = cols < 1 ? 1 : cols > SIDE_MAX ? SIDE_MAX : cols;
	if (surface_resize(&d->shown, rows, cols, err) < 0)
		return -1;
	if (rows != LINES || cols != COLS)
		resizeterm(rows, cols);
	d->rows = rows;
	d->cols = cols;
	draw_anew(d);
	return 0;
}

void draw_anew(struct draw *d)
{
	d->anew = true;
}

/* --- Colours --- */

static unsigned distance(uint32_t a, uint32_t b)
{
	int r = (int)(a >> 16 & 255) - (int)(b >> 16 & 255);
	int g = (int)(a >> 8 & 255) - (int)(b >> 8 & 255);
	int bl = (int)(a & 255) - (int)(b & 255);

	return (unsigned)(r * r + g * g + bl * bl);
}

static uint32_t rgb_of_index(unsigned i)
{
	static const uint32_t basic[16] = {
		0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
		0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
	};
	static const uint8_t level[6] = { 0, 95, 135, 175, 215, 255 };

	if (i < 16)
		return basic[i];
	if (i >= 232)
		return (8 + (i - 232) * 10) * 0x010101u;
	i -= 16;
	return (uint32_t)level[i / 36] << 16 | (uint32_t)level[i / 6 % 6] << 8 | level[i % 6];
}

static unsigned cube_step(unsigned v)
{
	return v < 48 ? 0 : v < 115 ? 1 : (v - 35) / 40;
}

/* The nearest of the cube and the greys: slots that nobody re-colours. */
static int index_of_rgb(uint32_t rgb)
{
	unsigned r = rgb >> 16 & 255, g = rgb >> 8 & 255, b = rgb & 255;
	unsigned cube = 16 + 36 * cube_step(r) + 6 * cube_step(g) + cube_step(b);
	unsigned mean = (r + g + b) / 3;
	unsigned grey = 232 + (mean > 238 ? 23 : mean < 8 ? 0 : (mean - 3) / 10);

	return (int)(distance(rgb, rgb_of_index(grey)) < distance(rgb, rgb_of_index(cube)) ? grey
											   : cube);
}

static int basic_of_rgb(uint32_t rgb, int n)
{
	int best = 0;

	for (int i = 1; i < n; i++)
		if (distance(rgb, rgb_of_index((unsigned)i)) <
		    distance(rgb, rgb_of_index((unsigned)best)))
			best = i;
	return best;
}

/* The number that curses knows a colour by; -1 is the terminal's own. *bright is
 * set where only bold can tell it. */
static int color_number(const struct draw *d, uint32_t color, bool *bright)
{
	uint32_t kind = color & VT_COLOR_KIND, value = color & 0xffffff;

	if (kind == VT_COLOR_DEFAULT)
		return -1;
	if (d->rgb) {
		if (kind == VT_COLOR_INDEX && value < 8)
			return (int)value;
		if (kind == VT_COLOR_INDEX)
			value = rgb_of_index(value & 255);
		return (int)(value < 8 ? 0 : value); /* below 8 are the palette's */
	}
	if (d->palette == DRAW_FULL)
		return kind == VT_COLOR_INDEX ? (int)(value & 255) : index_of_rgb(value);
	if (kind == VT_COLOR_INDEX && value >= 16)
		value = rgb_of_index(value & 255);
	else if (kind == VT_COLOR_INDEX) {
		if ((int)value < COLORS)
			return (int)value;
		*bright = true;
		return (int)value & 7;
	}
	return basic_of_rgb(value, COLORS >= 16 ? 16 : 8);
}

static attr_t attributes(const struct vt_glyph *g)
{
	static const struct {
		uint16_t vt;
		attr_t curses;
	} map[] = {
		{ VT_BOLD, A_BOLD },   { VT_DIM, A_DIM },         { VT_UNDERLINE, A_UNDERLINE },
		{ VT_BLINK, A_BLINK }, { VT_REVERSE, A_REVERSE }, { VT_ITALIC, A_ITALIC },
	};
	attr_t a = 0;

	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (g->attr & map[i].vt)
			a |= map[i].curses;
	return a;
}

static attr_t style_of(struct draw *d, const struct vt_glyph *g, int *pair)
{
	bool bright = false, unused = false;
	attr_t a = attributes(g);
	int fg, bg;

	*pair = 0;
	if (d->palette == DRAW_MONO)
		return a;
	fg = color_number(d, g->fg, &bright);
	bg = color_number(d, g->bg, &unused);
	*pair = fg < 0 && bg < 0 ? d->plain : alloc_pair(fg, bg);
	if (*pair < 0)
		*pair = 0;
	return bright ? a | A_BOLD : a;
}

/* --- Glyphs --- */

/* What is drawn for a cell: at most CCHAR_MAX code points and a NUL, in as many
 * columns as the result says, which may be fewer than the cell has. */
static int glyph_text(const struct draw *d, const struct vt_glyph *g, wchar_t out[CCHAR_MAX + 1])
{
	uint32_t cp[VT_GLYPH_MAX];
	int n = vt_glyph_plain(g, cp), len = 0, width;

	out[1] = L'\0';
	if (n <= 0 || g->attr & VT_HIDDEN) {
		out[0] = L' ';
		return 1;
	}
	width = wcwidth((wchar_t)cp[0]);
	if (!text_allowed(cp[0]) || width < 1 || width > g->width || (d->ascii && cp[0] > 0x7e)) {
		out[0] = d->ascii ? L'?' : 0xfffd;
		return 1;
	}
	out[len++] = (wchar_t)cp[0];
	for (int i = 1; i < n && len < CCHAR_MAX; i++)
		if (!d->ascii && text_allowed(cp[i]) && wcwidth((wchar_t)cp[i]) == 0 && cp[i] != 0x200d)
			out[len++] = (wchar_t)cp[i];
	out[len] = L'\0';
	return width;
}

static void put_cell(struct draw *d, int row, int col, const struct vt_glyph *g)
{
	wchar_t text[CCHAR_MAX + 1];
	int pair, width = glyph_text(d, g, text);
	attr_t a = style_of(d, g, &pair);
	cchar_t c;

	if (setcchar(&c, text, a, (short)pair, &pair) == ERR)
		return;
	if (width == 1)
		mvadd_wchnstr(row, col, &c, 1);
	else
		mvadd_wch(row, col, &c);
	if (width == 1 && g->width == 2) {
		setcchar(&c, L" ", a, (short)pair, &pair);
		mvadd_wchnstr(row, col + 1, &c, 1);
	}
}

static bool same(const struct vt_glyph *a, const struct vt_glyph *b)
{
	static_assert(sizeof(*a) == 40, "five words: cp, then n to ul");
	uint64_t x[5], y[5];

	/* Mostly nothing changed, and the store is the same to the last bit. */
	memcpy(x, a, sizeof(x));
	memcpy(y, b, sizeof(y));
	if (!((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]) | (x[4] ^ y[4])))
		return true;
	if (a->n != b->n || a->width != b->width || a->attr != b->attr || a->fg != b->fg ||
	    a->bg != b->bg)
		return false;
	return memcmp(a->cp, b->cp, a->n * sizeof(a->cp[0])) == 0;
}

static void show_row(struct draw *d, int row, const struct vt_glyph *want, struct vt_glyph *have)
{
	for (int c = 0; c < d->cols; c++) {
		if (!d->anew && same(&want[c], &have[c]))
			continue;
		have[c] = want[c];
		if (want[c].width == 0)
			continue; /* came with its left half */
		put_cell(d, row, c, &want[c]);
		if (want[c].width == 2 && c + 1 < d->cols) {
			have[c + 1] = want[c + 1];
			c++;
		}
	}
}

void draw_show(struct draw *d, struct surface *s)
{
	if (s->rows != d->rows || s->cols != d->cols)
		return; /* of before a resize */
	if (d->anew)
		clearok(stdscr, TRUE);
	for (int r = 0; r < d->rows; r++) {
		if (!d->anew && !s->touched[r])
			continue;
		show_row(d, r, s->cells + (size_t)r * (size_t)d->cols,
			 d->shown.cells + (size_t)r * (size_t)d->cols);
		s->touched[r] = false;
	}
	d->anew = false;
	if ((s->cursor_row >= 0) != d->cursor) {
		d->cursor = s->cursor_row >= 0;
		curs_set(d->cursor);
	}
	if (d->cursor)
		move(s->cursor_row, s->cursor_col);
	refresh();
}

void draw_mouse(struct draw *d, bool on)
{
	d->mouse = on;
	if (d->screen && d->xterm)
		say(d, on ? mouse_on : mouse_off);
}

void draw_notify(struct draw *d, enum notify_osc how, const char *text)
{
	char clean[80];
	size_t n = 0;

	for (; *text && n + 1 < sizeof(clean); text++)
		if (*text >= ' ' && *text < 0x7f && *text != ';')
			clean[n++] = *text;
	clean[n] = '\0';
	if (how == NOTIFY_OSC_9)
		fprintf(d->out, "\033]9;vmdeck: %s\a", clean);
	else if (how == NOTIFY_OSC_777)
		fprintf(d->out, "\033]777;notify;vmdeck;%s\a", clean);
	fflush(d->out);
}

void draw_bell(struct draw *d)
{
	(void)d;
	beep();
}

bool draw_clipboard(struct draw *d, const char *text, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	if (n > DRAW_CLIPBOARD_MAX)
		return false;
	if (!d->out)
		return true; /* a desk without a terminal */
	fputs("\033]52;c;", d->out);
	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)(uint8_t)text[i] << 16;

		if (i + 1 < n)
			v |= (uint32_t)(uint8_t)text[i + 1] << 8;
		if (i + 2 < n)
			v |= (uint8_t)text[i + 2];
		fputc(digits[v >> 18], d->out);
		fputc(digits[v >> 12 & 63], d->out);
		fputc(i + 1 < n ? digits[v >> 6 & 63] : '=', d->out);
		fputc(i + 2 < n ? digits[v & 63] : '=', d->out);
	}
	fputc('\a', d->out);
	fflush(d->out);
	return true;
}
