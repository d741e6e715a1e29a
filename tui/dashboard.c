#include "tui/dashboard.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/base/text.h"
#include "engine/session/sessions.h"
#include "tui/demo.h"
#include "tui/desk.h"

enum {
	FRAME_MS = 16,       /* at most 60 a second */
	ECHO_FRAME_MS = 2,
	ECHO_MS = 100,
	TICK_MS = 1000,
	NOTICE_MS = 6000,
	ERROR_MS = 15000,
	BELL_MS = 1000,
	DEMO_END_MS = 4000,
};

/* --- The pace of drawing --- */

static void draw_frame(struct desk *d)
{
	timer_stop(&d->draw_soon);
	later_cancel(&d->draw_now);
	d->due = false;
	desk_compose(d);
	draw_show(&d->out, &d->surface);
	d->drawn_at = now_ms();
}

static void on_draw_now(struct later *l)
{
	draw_frame(LIST_ITEM(l, struct desk, draw_now));
}

static void on_draw_soon(struct timer *t)
{
	draw_frame(SOURCE_OWNER(t, struct desk, draw_soon));
}

/* At once when the last frame is old enough, so that an echo does not wait. */
static void draw_after(struct desk *d, uint64_t least)
{
	uint64_t since = now_ms() - d->drawn_at;
	struct error ignored;

	if (!d->out.screen) /* the demo's sessions end after the screen */
		return;
	if (since >= least)
		loop_later(&d->loop, &d->draw_now);
	else if (!d->due)
		timer_start(&d->loop, &d->draw_soon, least - since, 0, &ignored);
	d->due = true;
}

void desk_pane_changed(struct desk *d)
{
	draw_after(d, FRAME_MS);
}

void desk_changed(struct desk *d)
{
	d->all = true;
	desk_pane_changed(d);
}

/* --- Notices, views, themes --- */

void desk_notice(struct desk *d, bool bad, const char *text, const char *hint)
{
	text_clean_str(d->notice.text, sizeof(d->notice.text), text);
	text_clean_str(d->notice.hint, sizeof(d->notice.hint), hint);
	d->notice.bad = bad;
	d->notice.until = now_ms() + (bad ? ERROR_MS : NOTICE_MS);
	desk_changed(d);
}

void desk_error(struct desk *d, const struct error *err)
{
	desk_notice(d, true, err->msg, err->hint);
}

void desk_push(struct desk *d, struct view *v)
{
	for (int i = 0; i < d->n_views; i++)
		if (d->views[i] == v)
			return;
	if (d->n_views < DESK_VIEWS)
		d->views[d->n_views++] = v;
	desk_changed(d);
}

static struct desk *desk_of(struct stage *s)
{
	return LIST_ITEM(s, struct desk, stage);
}

static void stage_close(struct stage *s, struct view *v)
{
	struct desk *d = desk_of(s);
	int n = 0;

	for (int i = 0; i < d->n_views; i++)
		if (d->views[i] != v)
			d->views[n++] = d->views[i];
	d->n_views = n;
	desk_changed(d);
}

static void stage_push(struct stage *s, struct view *v)
{
	desk_push(desk_of(s), v);
}

static void stage_changed(struct stage *s)
{
	desk_changed(desk_of(s));
}

static void stage_notice(struct stage *s, bool bad, const char *text, const char *hint)
{
	desk_notice(desk_of(s), bad, text, hint);
}

static void stage_copy(struct stage *s, const char *text, size_t n, const char *what)
{
	struct desk *d = desk_of(s);
	char line[512];

	if (!draw_clipboard(&d->out, text, n)) {
		desk_notice(d, true, "too long for the clipboard", "64 KiB are the most");
		return;
	}
	snprintf(line, sizeof(line), "copied: %.480s", what);
	desk_notice(d, false, line, "");
}

static const struct stage_ops stage_ops = { stage_close, stage_push, stage_changed, stage_notice,
					     stage_copy };

static int64_t changed_at(const char *path)
{
	struct stat st;

	if (!path[0] || stat(path, &st) < 0)
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

static void use_theme(struct desk *d)
{
	d->surface.styles = d->out.palette == DRAW_FULL	 ? d->theme.full :
			    d->out.palette == DRAW_BASIC ? d->theme.basic :
							   d->theme.mono;
	d->theme_changed = changed_at(d->theme.path);
	desk_changed(d);
}

int desk_theme(struct desk *d, const char *name, struct error *err)
{
	struct theme next;

	if (theme_load(&next, name, d->paths, err) < 0)
		return -1;
	d->theme = next;
	use_theme(d);
	return 0;
}

/* A theme being edited is followed; a broken one keeps the old. */
static void follow_theme(struct desk *d)
{
	int64_t now = changed_at(d->theme.path);
	struct error err;
	char path[sizeof(d->theme.path)];

	if (!now || now == d->theme_changed)
		return;
	d->theme_changed = now;
	memcpy(path, d->theme.path, sizeof(path));
	if (desk_theme(d, path, &err) < 0)
		desk_error(d, &err);
}

static int first_theme(struct desk *d, struct error *err)
{
	const char *env = getenv("VMDECK_THEME");
	const char *name = d->options->theme	 ? d->options->theme :
			   env && *env		 ? env :
			   d->settings.theme[0]	 ? d->settings.theme :
			   d->order.theme[0]	 ? d->order.theme :
						   THEME_DEFAULT;
	struct error why;

	if (desk_theme(d, name, &why) == 0)
		return 0;
	if (desk_theme(d, THEME_DEFAULT, err) < 0)
		return -1;
	desk_error(d, &why);
	return 0;
}

/* --- Events --- */

void desk_leave(struct desk *d, int status)
{
	loop_stop(&d->loop, status);
}

static void on_deck_changed(struct deck *deck)
{
	struct desk *d = deck->owner;

	desk_settle(d);
	desk_changed(d);
}

/* What comes right after a key in the pane that one types into is its echo: it
 * does not wait for the others' pace. */
static void on_frame(struct deck_session *s)
{
	struct desk *d = s->deck->owner;
	bool echo = d->typing && strcmp(s->id, d->selected) == 0 &&
		    now_ms() - d->typed_at < ECHO_MS;

	draw_after(d, echo ? ECHO_FRAME_MS : FRAME_MS);
}

static void on_bell(struct deck_session *s)
{
	struct desk *d = s->deck->owner;
	uint64_t now = now_ms();

	if (now - d->last_bell < BELL_MS || !d->out.screen)
		return;
	d->last_bell = now;
	draw_bell(&d->out);
}

static void on_lines(struct deck_session *s, uint32_t request, uint64_t line, int rows, int cols,
		     const struct vt_glyph *cells)
{
	struct desk *d = s->deck->owner;
	bool copied;

	if (!scroll_lines(&s->scroll, &s->client, request, line, rows, cols, cells, &copied))
		return;
	s->dirty = true;
	if (copied) {
		char what[64];

		snprintf(what, sizeof(what), "%zu bytes", s->scroll.copied.len);
		stage_copy(&d->stage, (const char *)bytes_front(&s->scroll.copied),
			   s->scroll.copied.len, what);
	}
	desk_changed(d);
}

static void on_found(struct deck_session *s, uint32_t request, bool found, uint64_t line, int col,
		     int len)
{
	struct desk *d = s->deck->owner;
	int rows, cols;

	desk_inside(d, desk_tile_of(d, s->id), &rows, &cols);
	switch (scroll_found(&s->scroll, &s->client, request, found, line, col, len, rows)) {
	case SCROLL_NOTHING:
		desk_notice(d, false, "not found", s->scroll.needle);
		break;
	case SCROLL_WRAPPED:
		desk_notice(d, false, "went on at the other end", "");
		break;
	default:
		break;
	}
	s->dirty = true;
	desk_changed(d);
}

static void on_restart(struct deck_session *s)
{
	desk_restart(s->deck->owner, s);
}

static const struct deck_events deck_events = {
	.changed = on_deck_changed,
	.frame = on_frame,
	.bell = on_bell,
	.lines = on_lines,
	.found = on_found,
	.restart = on_restart,
};

static void on_preflight(struct preflight *p)
{
	struct desk *d = p->owner;

	if (d->n_views && d->views[d->n_views - 1] == &d->picker.view)
		desk_fill_picker(d);
	desk_changed(d);
}

/* It opens by itself only when something blocks, once, and never under
 * somebody's fingers. */
static void on_preflight_finished(struct preflight *p)
{
	struct desk *d = p->owner;

	if (preflight_blocked(p) && !d->preflight_shown && !d->n_views && !d->typing) {
		d->preflight_shown = true;
		preflight_open(p, &d->stage);
		desk_push(d, &p->view);
	}
	on_preflight(p);
}

static void on_built(struct build *b)
{
	struct desk *d = b->owner;

	d->card_known = false; /* look again */
	desk_notice(d, b->failed, b->failed ? "the build failed" : "kernel and image are ready", "");
}

static void on_tick(struct timer *t)
{
	struct desk *d = SOURCE_OWNER(t, struct desk, tick);

	host_look(&d->host);
	follow_theme(d);
	if (d->notice.until && now_ms() >= d->notice.until)
		d->notice.until = 0;
	desk_changed(d);
}

static void on_closed(void *owner)
{
	desk_leave(owner, 128 + SIGHUP);
}

static void resize(struct desk *d)
{
	struct error err;

	if (draw_resize(&d->out, &err) < 0 ||
	    surface_resize(&d->surface, d->out.rows, d->out.cols, &err) < 0) {
		desk_leave(d, 1);
		return;
	}
	desk_changed(d);
}

void desk_suspend(struct desk *d)
{
	if (getsid(getppid()) != getsid(0)) { /* no shell that could continue us */
		desk_notice(d, false, "there is no shell to go back to", "");
		return;
	}
	draw_leave(&d->out);
	kill(0, SIGSTOP);
	draw_return(&d->out); /* SIGCONT brought us here */
	resize(d);
}

static void on_signal(struct signals *s, int signo, pid_t sender)
{
	struct desk *d = LIST_ITEM(s, struct desk, signals);

	(void)sender;
	if (signo == SIGWINCH)
		resize(d);
	else if (signo == SIGTSTP)
		desk_suspend(d);
	else if (signo == SIGCONT)
		draw_anew(&d->out), desk_changed(d);
	else
		desk_leave(d, 128 + signo);
}

/* --- Beginning --- */

static void begin_settings(struct desk *d)
{
	struct error err;

	if (settings_load(&d->settings, d->paths, &err) < 0)
		desk_error(d, &err);
	d->stage = (struct stage){ &stage_ops, &d->settings.bindings };
	order_load(&d->order, d->paths);
	if (desk_load_agents(d, &err) < 0)
		desk_error(d, &err);
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
	d->surface.ascii = d->out.ascii;
	if (surface_resize(&d->surface, d->out.rows, d->out.cols, err) < 0 ||
	    first_theme(d, err) < 0)
		return -1;
	if (d->out.notice[0])
		desk_notice(d, false, d->out.notice, "");
	return 0;
}

static int begin_loop(struct desk *d, struct error *err)
{
	static const int list[] = { SIGTERM, SIGHUP,  SIGINT,  SIGQUIT,
				    SIGWINCH, SIGTSTP, SIGCONT, 0 };

	d->signals.fn = on_signal;
	d->draw_now.fn = on_draw_now;
	d->draw_soon.fn = on_draw_soon;
	d->tick.fn = on_tick;
	d->preflight.changed = on_preflight;
	d->preflight.finished = on_preflight_finished;
	d->preflight.owner = d;
	if (loop_init(&d->loop, err) < 0 || signals_watch(&d->loop, &d->signals, list, err) < 0 ||
	    timer_start(&d->loop, &d->tick, TICK_MS, TICK_MS, err) < 0)
		return -1;
	build_init(&d->build, &d->loop, &d->stage, on_built, d);
	return preflight_init(&d->preflight, &d->loop, d->paths, err);
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
	d->mode = LAYOUT_ZOOM;
	desk_type(d, true);
}

static int begin(struct desk *d, struct error *err)
{
	if (begin_loop(d, err) < 0 || begin_screen(d, err) < 0 ||
	    deck_init(&d->deck, &d->loop, d->paths, &d->order, &deck_events, d, err) < 0 ||
	    input_init(&d->input, &d->loop, STDIN_FILENO, d->settings.escdelay,
		       &desk_input_events, on_closed, d, err) < 0)
		return -1;
	host_look(&d->host);
	deck_scan(&d->deck);
	if (d->options->attach)
		begin_attach(d);
	if (d->options->demo) {
		size_t n = 0;

		while (demo_agents[n])
			n++;
		desk_launch(d, demo_agents, n);
	}
	draw_frame(d);
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

static void end(struct desk *d)
{
	input_done(&d->input);
	timer_stop(&d->draw_soon);
	later_cancel(&d->draw_now);
	build_done(&d->build);
	draw_done(&d->out);
	if (d->options->demo && d->deck.loop)
		end_demo(d);
	timer_stop(&d->tick);
	preflight_done(&d->preflight);
	deck_done(&d->deck);
	pager_done(&d->pager);
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
	d->options = o;
	d->paths = o->paths;
	d->loop.epoll = -1;
	begin_settings(d);
	status = begin(d, err);
	if (status == 0)
		status = loop_run(&d->loop, err);
	end(d);
	return status;
}
