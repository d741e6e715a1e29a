#include "tui/linear/linear.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "tui/linear/parts.h"
#include "tui/talk.h"

/* --- One turn: say what there is to say, then take the next line --- */

static void ring(struct linear *l)
{
	if (l->settings.bell && notify_bell(&l->notify, now_ms()))
		line_bell(&l->line);
}

static void speak(struct linear *l)
{
	if (tell_changes(&l->tell, &l->deck, false, linear_say, l))
		ring(l);
	follow_ask(&l->follow, &l->deck);
}

static void prompt(struct linear *l)
{
	char text[SESSION_ID_MAX + 4];

	snprintf(text, sizeof(text), "%s> ", l->typing);
	fflush(stdout);
	line_prompt(&l->line, text);
}

static void on_turn(struct later *w)
{
	struct linear *l = LIST_ITEM(w, struct linear, turn);
	char text[WORDS_LINE];

	if (l->running || line_busy(&l->line))
		return;
	speak(l);
	if (line_next(&l->line, text)) {
		linear_do(l, text);
		linear_soon(l);
	} else if (line_over(&l->line)) {
		linear_leave(l);
	} else if (!l->running) {
		prompt(l);
	}
	if (say_broken())
		linear_leave(l);
}

static void on_line(void *owner)
{
	linear_soon(owner);
}

/* --- The deck --- */

static void on_changed(struct deck *d)
{
	linear_soon(d->owner);
}

static void on_frame(struct deck_session *s)
{
	follow_frame(&((struct linear *)s->deck->owner)->follow, s);
}

static void on_ready(void *owner)
{
	linear_soon(owner);
}

static void on_bell(struct deck_session *s)
{
	(void)s; /* its state tells, when it means something */
}

/* Its last words, when it ends: from its archive. */
static void on_state(struct deck_session *s, enum session_state before)
{
	struct linear *l = s->deck->owner;

	(void)before;
	if (!session_alive(s->record.state))
		follow_frame(&l->follow, s);
	linear_soon(l);
}

static void on_lines(struct deck_session *s, uint32_t request, uint64_t line, int rows, int cols,
		     const struct vt_glyph *cells)
{
	struct linear *l = s->deck->owner;

	if (!follow_lines(&l->follow, s, request, line, rows, cols, cells))
		return;
	if (line_busy(&l->line) || l->running) {
		l->follow.due = true; /* then asked again: it may have moved on */
		return;
	}
	follow_tell(&l->follow, linear_say, l);
	linear_soon(l);
}

static void on_found(struct deck_session *s, uint32_t request, bool found, uint64_t line, int col,
		     int len)
{
	(void)s, (void)request, (void)found, (void)line, (void)col, (void)len;
}

static void on_network(struct deck_session *s, uint32_t request, const struct network_status *n)
{
	(void)s, (void)request, (void)n;
}

static void on_done(struct deck_session *s, uint32_t request, const struct error *err)
{
	if (err && request == s->keyboard)
		linear_fail(s->deck->owner, EXIT_CONFLICT, "%s: nothing was typed", err->msg);
	if (err)
		follow_failed(&((struct linear *)s->deck->owner)->follow, s, request);
}

static void on_restart(struct deck_session *s)
{
	(void)s; /* only the dashboard restarts by itself */
}

static const struct deck_events deck_events = {
	.changed = on_changed, .frame = on_frame, .bell = on_bell, .state = on_state,
	.lines = on_lines, .found = on_found, .network = on_network, .done = on_done,
	.restart = on_restart,
};

/* --- Beginning and ending --- */

static void stop_here(struct linear *l)
{
	struct error err;

	line_break(&l->line);
	line_pause(&l->line);
	raise(SIGSTOP);
	if (line_resume(&l->line, &err) < 0)
		linear_leave(l);
	linear_soon(l);
}

static void on_signal(struct signals *s, int signo, pid_t sender)
{
	struct linear *l = LIST_ITEM(s, struct linear, signals);

	(void)sender;
	if (signo == SIGTSTP) {
		if (!l->running)
			stop_here(l);
	} else if (signo != SIGINT) {
		loop_stop(&l->loop, 128 + signo);
	} else if (!l->running && l->line.terminal) { /* a verb that runs has it, too */
		line_drop(&l->line);
		l->typing[0] = '\0';
		linear_soon(l);
	} else if (!l->running) {
		loop_stop(&l->loop, 128 + signo);
	}
}

static int begin(struct linear *l, struct error *err)
{
	static const int list[] = { SIGINT, SIGTERM, SIGHUP, SIGTSTP, 0 };

	l->signals.fn = on_signal;
	l->turn.fn = on_turn;
	if (loop_init(&l->loop, err) < 0 || signals_watch(&l->loop, &l->signals, list, err) < 0)
		return -1;
	if (settings_load(&l->settings, l->paths, err) < 0)
		talk_error(err);
	order_load(&l->order, l->paths);
	follow_init(&l->follow, &l->loop, on_ready, l);
	if (deck_init(&l->deck, &l->loop, l->paths, &l->order, &deck_events, l, err) < 0)
		return -1;
	deck_scan(&l->deck);
	tell_changes(&l->tell, &l->deck, true, linear_say, l);
	say("vmdeck, plain mode. \"help\" lists the words, \"quit\" leaves; sessions go on.\n");
	tell_list(&l->tell, &l->deck, false, "", linear_say, l);
	if (line_init(&l->line, &l->loop, STDIN_FILENO, l->settings.escdelay, on_line, l, err) < 0)
		return -1;
	linear_soon(l);
	return 0;
}

static void end(struct linear *l)
{
	line_end(&l->line);
	if (l->running)
		child_forget(&l->verb);
	if (l->deck.loop)
		deck_done(&l->deck);
	follow_done(&l->follow);
	tell_done(&l->tell);
	later_cancel(&l->turn);
	signals_forget(&l->signals);
	loop_done(&l->loop);
}

int linear_run(const struct paths *paths, const struct linear_verb *verbs, struct error *err)
{
	AUTO_FREE struct linear *l = calloc(1, sizeof(*l));
	int code;

	if (!l)
		return error_set(err, ENOMEM, "plain mode");
	l->paths = paths;
	l->verbs = verbs;
	setenv("TERM", "dumb", 1); /* what verbs show of their progress is lines, too */
	code = begin(l, err);
	if (code == 0)
		code = loop_run(&l->loop, err);
	end(l);
	return code;
}
