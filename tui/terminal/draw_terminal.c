/* The terminal taken and given back: which one it is, what it can do, its modes and size. */
#include "tui/terminal/draw.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/base/text.h"

/* Last: term.h has macros named lines, columns, bell and newline. */
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>

enum { SIDE_MAX = 1000, PLAIN_PAIR = 1 };

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

void draw_mouse(struct draw *d, bool on)
{
	d->mouse = on;
	if (d->screen && d->xterm)
		say(d, on ? mouse_on : mouse_off);
}
