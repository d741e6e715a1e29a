#include "tui/desk/desk.h"

#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "engine/base/text.h"

/* The views over the panes, and the notices between them and the footer. */

enum { NOTICE_MS = 6000, ERROR_MS = 15000 };

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

const char *desk_way(const struct desk *d, enum action a, char out[KEY_WAY_CAP])
{
	return bindings_way(&d->settings.bindings, a, out);
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

bool desk_on_top(const struct desk *d, const struct view *v)
{
	return d->n_views && d->views[d->n_views - 1] == v;
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

/* Only where one looks back can the text be written to a file instead. */
static bool what_saves(struct desk *d)
{
	struct deck_session *s = desk_selected(d);

	return !d->n_views && s && s->scroll.on;
}

static void stage_copy(struct stage *s, const char *text, size_t n, const char *what)
{
	struct desk *d = desk_of(s);
	char line[512], way[KEY_WAY_CAP];

	if (!draw_clipboard(&d->out, text, n)) {
		snprintf(line, sizeof(line), "%s writes it to a file", desk_way(d, ACTION_SCROLL_SAVE, way));
		desk_notice(d, true, "too long for the clipboard: 64 KiB are the most",
			    what_saves(d) ? line : "");
		return;
	}
	snprintf(line, sizeof(line), "copied: %.480s", what);
	desk_notice(d, false, line, "");
}

static void come_back(struct desk *d)
{
	source_want(&d->input.source, EPOLLIN);
	draw_return(&d->out);
	desk_resize(d);
}

static void on_outside_ended(struct outside *o, int code)
{
	struct desk *d = LIST_ITEM(o, struct desk, outside);

	come_back(d);
	d->ran(d->ran_arg, code);
}

static void stage_run(struct stage *s, char *const argv[], void (*ran)(void *arg, int code), void *arg)
{
	struct desk *d = desk_of(s);
	struct error err;

	d->ran = ran;
	d->ran_arg = arg;
	d->outside.ended = on_outside_ended;
	source_want(&d->input.source, 0);
	background_drain(&d->background, STDIN_FILENO);
	draw_leave(&d->out);
	if (outside_run(&d->outside, &d->loop, argv, &err) < 0) {
		come_back(d);
		desk_error(d, &err);
	}
}

static int64_t stage_now(struct stage *s)
{
	return desk_now(desk_of(s));
}

const struct stage_ops desk_stage_ops = { stage_close, stage_push, stage_changed, stage_notice,
					  stage_copy, stage_run, stage_now };
