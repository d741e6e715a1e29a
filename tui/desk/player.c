#include "tui/desk/player.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/text.h"
#include "tui/terminal/draw.h"
#include "tui/terminal/input.h"
#include "tui/terminal/surface.h"
#include "tui/theme/theme.h"

const char player_keys[] =
	"Space pauses, Left and Right go 5 seconds, . goes to the next event, + and - change\n"
	"the speed, g begins again, q leaves.";

enum { FRAME_MS = 16, ESCDELAY = 25, HISTORY = 64 << 10, MAX_WAIT_MS = 1000 };
#define JUMP 5.0 /* seconds */

struct player {
	struct tape *tape;
	struct vt *vt;
	struct cast_event next; /* the one that is due next */
	bool ended;
	double at;       /* seconds from the beginning */
	uint64_t since;  /* now_us() when `at` was right; while it runs */
	bool paused;
	double speed;
	char mark[80];

	struct loop loop;
	struct signals signals;
	struct timer tick;
	struct input input;
	struct draw out;
	struct surface surface;
	struct theme theme;
	struct error err;
	bool broken;
};

static void stop_with(struct player *p, const struct error *err)
{
	p->err = *err;
	p->broken = true;
	loop_stop(&p->loop, -1);
}

/* --- The tape --- */

static void fetch(struct player *p)
{
	struct error err;
	int r = tape_next(p->tape, &p->next, &err);

	p->ended = r <= 0;
	if (r < 0)
		stop_with(p, &err);
}

static void apply(struct player *p)
{
	struct cast_event *e = &p->next;

	if (e->kind == CAST_OUTPUT)
		vt_write(p->vt, e->data, e->len, (uint64_t)(e->time * 1000));
	else if (e->kind == CAST_RESIZE)
		vt_resize(p->vt, e->cols, e->rows);
	else if (e->kind == CAST_MARK)
		text_clean_str(p->mark, sizeof(p->mark), e->data);
	cast_event_done(e);
}

/* Everything up to a time. */
static void play_to(struct player *p, double time)
{
	while (!p->ended && p->next.time <= time) {
		apply(p);
		fetch(p);
	}
	p->at = p->ended && p->tape->time < time ? p->tape->time : time;
	p->since = now_us();
}

static double now_at(const struct player *p)
{
	return p->paused ? p->at : p->at + (double)(now_us() - p->since) / 1e6 * p->speed;
}

static void begin_again(struct player *p)
{
	struct error err;

	cast_event_done(&p->next);
	vt_free(p->vt);
	p->vt = vt_new(p->tape->header.cols, p->tape->header.rows, HISTORY);
	p->mark[0] = '\0';
	p->at = 0;
	p->since = now_us();
	if (!p->vt) {
		error_set(&err, 0, "no memory for a screen");
		stop_with(p, &err);
		return;
	}
	vt_set_replay(p->vt, true);
	if (tape_rewind(p->tape, &err) < 0)
		stop_with(p, &err);
	else
		fetch(p);
}

static void go(struct player *p, double time)
{
	if (time < p->at)
		begin_again(p);
	if (p->vt && !p->broken)
		play_to(p, time < 0 ? 0 : time);
}

/* --- The screen --- */

static int pan(int cursor, int view, int canvas)
{
	int from = cursor >= view ? cursor - view + 1 : 0;

	return from > canvas - view && canvas > view ? canvas - view : from;
}

static void draw_screen(struct player *p, struct paint in)
{
	static struct vt_glyph row[VT_SIZE_MAX];
	const struct theme_style *text = &p->surface.styles[ROLE_TEXT];
	struct vt_cursor c = vt_cursor(p->vt);
	int top = pan(c.row, in.rows, vt_rows(p->vt)), left = pan(c.col, in.cols, vt_cols(p->vt));

	for (int r = 0; r < in.rows && top + r < vt_rows(p->vt); r++) {
		vt_line(p->vt, vt_screen(p->vt) + (uint64_t)(top + r), row, vt_cols(p->vt));
		for (int i = 0; i < in.cols && left + i < vt_cols(p->vt); i++) {
			struct vt_glyph g = row[left + i];

			if ((g.fg & VT_COLOR_KIND) == VT_COLOR_DEFAULT)
				g.fg = text->fg;
			if ((g.bg & VT_COLOR_KIND) == VT_COLOR_DEFAULT)
				g.bg = text->bg;
			paint_glyph(in, r, i, &g);
		}
	}
	if (c.visible)
		paint_cursor(in, c.row - top, c.col - left);
}

static void draw_status(struct player *p, struct paint line)
{
	const char *state = p->ended ? "end" : p->paused ? "paused" : "playing";
	char right[64];
	int used;

	line = paint_on(line, ROLE_FOOTER);
	paint_clear(line);
	used = paint_textf(line, 0, 1, ROLE_TITLE, "%s", p->tape->header.title[0] ?
							 p->tape->header.title : p->tape->name);
	used += 1 + paint_textf(line, 0, used + 3, ROLE_FOOTER, "%s  %d:%02d  %gx%s%s", state,
				(int)p->at / 60, (int)p->at % 60, p->speed, p->mark[0] ? "  " : "", p->mark);
	snprintf(right, sizeof(right), "Space pause  + - speed  q leave ");
	if (used + 6 + text_columns(right) < line.cols)
		paint_right(line, 0, ROLE_FOOTER, right);
}

static void draw_all(struct player *p)
{
	struct paint all = paint_all(&p->surface);

	if (p->broken)
		return;
	p->surface.cursor_row = p->surface.cursor_col = -1;
	paint_clear(all);
	if (all.rows > 1)
		draw_screen(p, paint_part(all, 0, 0, all.rows - 1, all.cols));
	draw_status(p, paint_part(all, all.rows - 1, 0, 1, all.cols));
	draw_show(&p->out, &p->surface);
}

/* When the next event is due, or the clock's next second. */
static void plan(struct player *p)
{
	double wait;
	struct error err;

	timer_stop(&p->tick);
	if (p->ended || p->paused || p->broken)
		return;
	wait = (p->next.time - p->at) / p->speed * 1000;
	wait = wait < FRAME_MS ? FRAME_MS : wait > MAX_WAIT_MS ? MAX_WAIT_MS : wait;
	if (timer_start(&p->loop, &p->tick, (uint64_t)wait, 0, &err) < 0)
		stop_with(p, &err);
}

static void show_now(struct player *p)
{
	draw_all(p);
	plan(p);
}

static void on_tick(struct timer *t)
{
	struct player *p = SOURCE_OWNER(t, struct player, tick);

	play_to(p, now_at(p));
	show_now(p);
}

/* --- Keys --- */

static void faster(struct player *p, double by)
{
	double speed = p->speed * by;

	if (speed >= PLAYER_SPEED_MIN && speed <= PLAYER_SPEED_MAX)
		p->speed = speed;
}

static void on_key(void *owner, struct key k)
{
	struct player *p = owner;
	char name[KEY_NAME_CAP];
	const char *s = key_name(k, name);

	play_to(p, now_at(p));
	if (p->broken)
		return;
	if (strcmp(s, "q") == 0 || strcmp(s, "Esc") == 0 || strcmp(s, "C-c") == 0)
		loop_stop(&p->loop, 0);
	else if (strcmp(s, "Space") == 0)
		p->paused = !p->paused;
	else if (strcmp(s, "+") == 0 || strcmp(s, "-") == 0)
		faster(p, s[0] == '+' ? 2 : 0.5);
	else if (strcmp(s, "Right") == 0 || strcmp(s, "l") == 0)
		go(p, p->at + JUMP);
	else if (strcmp(s, "Left") == 0 || strcmp(s, "h") == 0)
		go(p, p->at - JUMP);
	else if (strcmp(s, ".") == 0 && !p->ended)
		p->paused = true, go(p, p->next.time);
	else if (strcmp(s, "g") == 0)
		go(p, -1);
	else if (strcmp(s, "C-l") == 0)
		draw_anew(&p->out);
	show_now(p);
}

static void on_mouse(void *owner, const struct mouse *m)
{
	(void)owner;
	(void)m;
}

static void on_paste(void *owner, const char *text, size_t n, uint64_t dropped)
{
	(void)owner;
	(void)text;
	(void)n;
	(void)dropped;
}

static void on_closed(void *owner)
{
	loop_stop(&((struct player *)owner)->loop, 0);
}

static void on_signal(struct signals *s, int signo, pid_t sender)
{
	struct player *p = LIST_ITEM(s, struct player, signals);
	struct error err;

	(void)sender;
	if (signo != SIGWINCH) {
		loop_stop(&p->loop, 0);
		return;
	}
	if (draw_resize(&p->out, &err) < 0 ||
	    surface_resize(&p->surface, p->out.rows, p->out.cols, &err) < 0)
		stop_with(p, &err);
	else
		show_now(p);
}

/* --- Beginning and end --- */

static int begin(struct player *p, const struct player_options *o, struct error *err)
{
	static const struct decoder_events events = { on_key, on_mouse, on_paste };
	static const int list[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGWINCH, 0 };
	struct draw_options d = { .color = o->look->color, .ascii = o->look->ascii, .in = STDIN_FILENO };

	if (theme_load(&p->theme, o->look->theme ? o->look->theme : THEME_DEFAULT, o->look->paths, err) < 0 ||
	    loop_init(&p->loop, err) < 0 || signals_watch(&p->loop, &p->signals, list, err) < 0 ||
	    draw_init(&p->out, &d, err) < 0 ||
	    surface_resize(&p->surface, p->out.rows, p->out.cols, err) < 0 ||
	    input_init(&p->input, &p->loop, STDIN_FILENO, ESCDELAY, &events, on_closed, p, err) < 0)
		return -1;
	p->surface.ascii = p->out.ascii;
	p->surface.styles = p->out.palette == DRAW_FULL	 ? p->theme.full :
			    p->out.palette == DRAW_BASIC ? p->theme.basic :
							   p->theme.mono;
	begin_again(p);
	if (!p->broken)
		show_now(p);
	return 0;
}

static void finish(struct player *p)
{
	timer_stop(&p->tick);
	input_done(&p->input);
	draw_done(&p->out);
	signals_forget(&p->signals);
	loop_done(&p->loop);
	surface_done(&p->surface);
	cast_event_done(&p->next);
	vt_free(p->vt);
}

int player_run(struct tape *t, const struct player_options *o, struct error *err)
{
	struct player *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return error_set(err, 0, "no memory for the player");
	p->tape = t;
	p->speed = o->speed;
	p->tick.fn = on_tick;
	p->signals.fn = on_signal;
	p->loop.epoll = -1;
	r = begin(p, o, err);
	if (r == 0 && !p->broken)
		r = loop_run(&p->loop, err) < 0 && !p->broken ? -1 : 0;
	finish(p);
	if (p->broken) {
		*err = p->err;
		r = -1;
	}
	free(p);
	return r;
}
