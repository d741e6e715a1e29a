#include "tui/desk/desk.h"

/* The pace of drawing: not more often than a screen can show, at once when the
 * last frame is old enough, and sooner for the echo of a key. */

void desk_draw(struct desk *d)
{
	timer_stop(&d->draw_soon);
	later_cancel(&d->draw_now);
	d->due = false;
	if (d->outside.running)
		return;
	desk_compose(d);
	draw_show(&d->out, &d->surface);
	d->drawn_at = now_ms();
}

static void on_draw_now(struct later *l)
{
	desk_draw(LIST_ITEM(l, struct desk, draw_now));
}

static void on_draw_soon(struct timer *t)
{
	desk_draw(SOURCE_OWNER(t, struct desk, draw_soon));
}

void desk_pane_changed(struct desk *d, enum pace least)
{
	uint64_t since = now_ms() - d->drawn_at;
	struct error ignored;

	if (!d->out.screen || d->outside.running) /* no terminal yet, or not any more, or not ours */
		return;
	if (since >= least)
		loop_later(&d->loop, &d->draw_now);
	else if (!d->due || least < PACE_FRAME)
		timer_start(&d->loop, &d->draw_soon, least - since, 0, &ignored);
	d->due = true;
}

void desk_changed(struct desk *d)
{
	d->all = true;
	desk_pane_changed(d, PACE_FRAME);
}

void desk_pace_begin(struct desk *d)
{
	d->draw_now.fn = on_draw_now;
	d->draw_soon.fn = on_draw_soon;
}

void desk_pace_end(struct desk *d)
{
	timer_stop(&d->draw_soon);
	later_cancel(&d->draw_now);
}
