#include "tui/desk/dashboard.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/session/sessions.h"
#include "engine/session/standby.h"
#include "tui/demo.h"
#include "tui/desk/desk.h"

enum {
	TICK_MS = 1000,
	CALM_SECONDS = 10, /* without motion */
	DEMO_END_MS = 4000,
};

int64_t desk_now(const struct desk *d)
{
	return d->clock ? d->clock : time(NULL);
}

void desk_leave(struct desk *d, int status)
{
	loop_stop(&d->loop, status);
}

/* --- Events --- */

static void on_preflight(struct preflight *p)
{
	struct desk *d = p->owner;

	if (desk_on_top(d, &d->picker.view))
		desk_fill_picker(d);
	desk_changed(d);
}

static bool runs_something(const struct deck *deck)
{
	for (size_t i = 0; i < deck->n; i++)
		if (deck->sessions[i]->alive)
			return true;
	return false;
}

/* It opens by itself only when something blocks, never under somebody's fingers
 * and never over consoles that they came to see: the top line says it too. */
static void on_preflight_finished(struct preflight *p)
{
	struct desk *d = p->owner;

	if (preflight_blocked(p) && !d->used && !d->n_views && !runs_something(&d->deck)) {
		d->used = true;
		preflight_open(p, &d->stage);
		desk_push(d, &p->view);
	}
	on_preflight(p);
}

void desk_look_templates(struct desk *d)
{
	char text[440];

	switch (templates_look(&d->templates, d->paths)) {
	case TEMPLATES_SAME:
		return;
	case TEMPLATES_MOVED:
		desk_changed(d);
		return;
	case TEMPLATES_FAILED:
		snprintf(text, sizeof(text), "no template was made: %s", d->templates.why);
		desk_notice(d, true, text, "sessions start cold; the log view has it, too");
		return;
	}
}

/* Ages and figures; without motion only the ages of minutes matter. */
static void on_tick(struct timer *t)
{
	struct desk *d = SOURCE_OWNER(t, struct desk, tick);

	host_look(&d->host);
	desk_follow_theme(d);
	desk_look_templates(d);
	if (d->notice.until && now_ms() >= d->notice.until) {
		d->notice.until = 0;
		desk_changed(d);
	}
	if (d->deck.figures)
		deck_sort(&d->deck);
	if (d->deck.figures || d->settings.motion || desk_now(d) % CALM_SECONDS == 0)
		desk_changed(d);
}

static void on_closed(void *owner)
{
	desk_leave(owner, 128 + SIGHUP);
}

void desk_resize(struct desk *d)
{
	struct error err;

	if (draw_resize(&d->out, &err) < 0 ||
	    surface_resize(&d->surface, d->out.rows, d->out.cols, &err) < 0) {
		desk_leave(d, 1);
		return;
	}
	d->drag.what = DRAG_NONE;
	desk_changed(d);
}

void desk_suspend(struct desk *d)
{
	if (!d->out.screen)
		return;
	if (getsid(getppid()) != getsid(0)) { /* no shell that could continue us */
		desk_notice(d, false, "there is no shell to go back to", "");
		return;
	}
	background_drain(&d->background, STDIN_FILENO);
	draw_leave(&d->out);
	kill(0, SIGSTOP);
	draw_return(&d->out); /* SIGCONT brought us here */
	desk_resize(d);
}

static void on_signal(struct signals *s, int signo, pid_t sender)
{
	struct desk *d = LIST_ITEM(s, struct desk, signals);

	(void)sender;
	if (d->outside.running && (signo == SIGWINCH || signo == SIGTSTP || signo == SIGCONT))
		return; /* the terminal is not ours; all is looked at again when it is */
	if (signo == SIGWINCH) {
		desk_resize(d);
	} else if (signo == SIGTSTP) {
		desk_suspend(d);
	} else if (signo == SIGCONT) { /* of a stop that we did not see: whose modes are on? */
		draw_return(&d->out);
		desk_resize(d);
	} else {
		desk_leave(d, 128 + signo);
	}
}

/* --- Beginning --- */

static void begin_settings(struct desk *d)
{
	struct error err;

	d->stage = (struct stage){ &desk_stage_ops, &d->settings.bindings };
	if (settings_load(&d->settings, d->paths, &err) < 0)
		desk_error(d, &err);
	if (d->options->still)
		d->settings.motion = false;
	order_load(&d->order, d->paths);
	if (desk_load_agents(d, &err) < 0)
		desk_error(d, &err);
	if (!d->options->demo) {
		standby_want(d->paths, d->settings.standby > 0 ? (unsigned)d->settings.standby : 0, &err);
		desk_standby(d);
	}
}

int desk_begin(struct desk *d, const struct dashboard_options *o, struct error *err)
{
	*d = (struct desk){ .options = o, .paths = o->paths, .loop.epoll = -1, .standby_fd = -1 };
	desk_pace_begin(d);
	begin_settings(d);
	d->preflight.changed = on_preflight;
	d->preflight.finished = on_preflight_finished;
	d->preflight.owner = d;
	if (loop_init(&d->loop, err) < 0)
		return -1;
	output_init(&d->output, &d->loop);
	templates_init(&d->templates, time(NULL));
	build_init(&d->build, &d->loop, &d->stage, desk_built, d);
	if (preflight_init(&d->preflight, &d->loop, d->paths, err) < 0 || desk_gate(d, err) < 0 ||
	    deck_init(&d->deck, &d->loop, d->paths, &d->order, &desk_deck_events, d, err) < 0)
		return -1;
	host_look(&d->host);
	return 0;
}

static int begin_screen(struct desk *d, struct error *err)
{
	struct draw_options o = {
		.color = d->options->color,
		.ascii = d->options->ascii || d->settings.ascii,
		.mouse = d->settings.mouse,
		.in = STDIN_FILENO,
	};

	if (draw_init(&d->out, &o, err) < 0)
		return -1;
	d->mouse_given = !d->settings.mouse;
	d->surface.ascii = d->out.ascii;
	if (surface_resize(&d->surface, d->out.rows, d->out.cols, err) < 0 ||
	    desk_first_theme(d, err) < 0)
		return -1;
	if (d->out.notice[0])
		desk_notice(d, false, d->out.notice, "");
	return 0;
}

static int begin_signals(struct desk *d, struct error *err)
{
	static const int list[] = { SIGTERM, SIGHUP,  SIGINT,  SIGQUIT,
				    SIGWINCH, SIGTSTP, SIGCONT, 0 };

	d->signals.fn = on_signal;
	d->tick.fn = on_tick;
	if (signals_watch(&d->loop, &d->signals, list, err) < 0)
		return -1;
	return timer_start(&d->loop, &d->tick, TICK_MS, TICK_MS, err);
}

static void begin_attach(struct desk *d)
{
	struct error err;

	if (!deck_find(&d->deck, d->options->attach)) {
		error_set(&err, 0, "no session \"%.40s\"", d->options->attach);
		desk_error(d, &err);
		return;
	}
	desk_select(d, d->options->attach);
	desk_zoom(d);
	desk_type(d, true);
}

/* It waits for nobody; but what the terminal has answered by now is looked at, so that a light
 * one does not first see the dark theme. Composed before, as a key may have come with it. */
static void first_frame(struct desk *d)
{
	struct error ignored;

	if (background_waits(&d->background)) {
		d->all = true;
		desk_compose(d);
		loop_turn(&d->loop, 0, &ignored);
	}
	d->all = true;
	desk_draw(d);
}

static int begin(struct desk *d, struct error *err)
{
	if (begin_signals(d, err) < 0 || begin_screen(d, err) < 0 ||
	    input_init(&d->input, &d->loop, STDIN_FILENO, d->settings.escdelay,
		       &desk_input_events, on_closed, d, err) < 0)
		return -1;
	desk_ask_background(d);
	desk_watch_themes(d);
	deck_scan(&d->deck);
	if (d->options->attach)
		begin_attach(d);
	if (d->options->demo) {
		size_t n = 0;

		while (demo_agents[n])
			n++;
		desk_launch(d, demo_agents, n);
	}
	first_frame(d);
	if (!d->options->attach)
		desk_preflight(d); /* after the first frame: it costs a few forks */
	return 0;
}

/* --- Ending --- */

static bool any_alive(const struct desk *d)
{
	for (size_t i = 0; i < d->deck.n; i++)
		if (d->deck.sessions[i]->alive)
			return true;
	return false;
}

/* The demo's sessions are its own: gone with it. */
static void end_demo(struct desk *d)
{
	uint64_t deadline = now_ms() + DEMO_END_MS;
	struct error ignored;

	for (size_t i = 0; i < d->deck.n; i++)
		if (d->deck.sessions[i]->open)
			client_kill(&d->deck.sessions[i]->client);
	while (any_alive(d) && now_ms() < deadline)
		if (loop_turn(&d->loop, 100, &ignored) < 0)
			break;
	for (size_t i = 0; i < d->deck.n; i++)
		session_remove(d->paths, d->deck.sessions[i]->id, &ignored);
}

void desk_end(struct desk *d)
{
	background_drain(&d->background, STDIN_FILENO);
	input_done(&d->input);
	desk_pace_end(d);
	build_done(&d->build);
	draw_done(&d->out);
	if (d->options->demo && d->deck.loop)
		end_demo(d);
	timer_stop(&d->tick);
	theme_watch_done(&d->theme_watch);
	outside_done(&d->outside);
	gate_done(&d->gate);
	preflight_done(&d->preflight);
	deck_done(&d->deck);
	drop_fd(&d->standby_fd);
	pager_done(&d->pager);
	palette_done(&d->palette);
	refused_done(&d->refused);
	output_done(&d->output);
	manifest_done(&d->manifest);
	surface_done(&d->surface);
	signals_forget(&d->signals);
	loop_done(&d->loop);
}

int dashboard_run(const struct dashboard_options *o, struct error *err)
{
	AUTO_FREE struct desk *d = calloc(1, sizeof(*d));
	int status;

	if (!d)
		return error_set(err, ENOMEM, "dashboard");
	status = desk_begin(d, o, err);
	if (status == 0)
		status = begin(d, err);
	if (status == 0) /* a key may have ended it before its first frame */
		status = d->loop.stop ? d->loop.result : loop_run(&d->loop, err);
	desk_end(d);
	return status;
}
