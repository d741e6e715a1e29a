#include "tui/desk/player.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/desk/player_view.h"
#include "tui/terminal/draw.h"
#include "tui/terminal/input.h"
#include "tui/terminal/surface.h"
#include "tui/theme/theme.h"

enum { FRAME_MS = 16, ESCDELAY = 25, MAX_WAIT_MS = 1000 };
#define JUMP 5.0 /* seconds */

struct player {
	struct playback play;
	uint64_t since;  /* now_us() when play.at was right; while it runs */
	bool paused;
	double speed;

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

static double now_at(const struct player *p)
{
	return p->paused ? p->play.at : p->play.at + (double)(now_us() - p->since) / 1e6 * p->speed;
}

static void go(struct player *p, double time)
{
	struct error err;

	if (playback_go(&p->play, time, &err) < 0)
		stop_with(p, &err);
	p->since = now_us();
}

static void draw_all(struct player *p)
{
	const struct tape *t = p->play.tape;
	struct player_look look = { t->header.title[0] ? t->header.title : t->name, p->paused, p->speed };

	if (p->broken)
		return;
	player_view_draw(&p->surface, &p->play, &look);
	draw_show(&p->out, &p->surface);
}

/* When the next event is due, or the clock's next second. */
static void plan(struct player *p)
{
	double wait;
	struct error err;

	timer_stop(&p->tick);
	if (p->play.ended || p->paused || p->broken)
		return;
	wait = (p->play.next.time - p->play.at) / p->speed * 1000;
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

	go(p, now_at(p));
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

	go(p, now_at(p));
	if (p->broken)
		return;
	if (strcmp(s, "q") == 0 || strcmp(s, "Esc") == 0 || strcmp(s, "C-c") == 0)
		loop_stop(&p->loop, 0);
	else if (strcmp(s, "Space") == 0)
		p->paused = !p->paused;
	else if (strcmp(s, "+") == 0 || strcmp(s, "-") == 0)
		faster(p, s[0] == '+' ? 2 : 0.5);
	else if (strcmp(s, "Right") == 0 || strcmp(s, "l") == 0)
		go(p, p->play.at + JUMP);
	else if (strcmp(s, "Left") == 0 || strcmp(s, "h") == 0)
		go(p, p->play.at - JUMP);
	else if (strcmp(s, ".") == 0 && !p->play.ended)
		p->paused = true, go(p, p->play.next.time);
	else if (strcmp(s, "g") == 0)
		go(p, 0);
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

static int begin(struct player *p, struct tape *t, const struct player_options *o, struct error *err)
{
	static const struct decoder_events events = { on_key, on_mouse, on_paste, NULL };
	static const int list[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGWINCH, 0 };
	struct draw_options d = { .color = o->look->color, .ascii = o->look->ascii, .in = STDIN_FILENO };
	const char *theme = o->look->theme ? o->look->theme : theme_default(getenv("COLORFGBG"));

	if (theme_load(&p->theme, theme, o->look->paths, err) < 0 ||
	    loop_init(&p->loop, err) < 0 || signals_watch(&p->loop, &p->signals, list, err) < 0 ||
	    draw_init(&p->out, &d, err) < 0 ||
	    surface_resize(&p->surface, p->out.rows, p->out.cols, err) < 0 ||
	    input_init(&p->input, &p->loop, STDIN_FILENO, ESCDELAY, &events, on_closed, p, err) < 0)
		return -1;
	p->surface.ascii = p->out.ascii;
	p->surface.styles = p->out.palette == DRAW_FULL	 ? p->theme.full :
			    p->out.palette == DRAW_BASIC ? p->theme.basic :
							   p->theme.mono;
	if (playback_begin(&p->play, t, err) < 0)
		return -1;
	p->since = now_us();
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
	playback_done(&p->play);
}

int player_run(struct tape *t, const struct player_options *o, struct error *err)
{
	struct player *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return error_set(err, 0, "no memory for the player");
	p->speed = o->speed;
	p->tick.fn = on_tick;
	p->signals.fn = on_signal;
	p->loop.epoll = -1;
	r = begin(p, t, o, err);
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
