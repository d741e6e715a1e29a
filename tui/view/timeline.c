#include "tui/view/timeline.h"

#include <stdio.h>

#include "engine/base/text.h"
#include "tui/view/state.h"

enum { BAR_LEAST = 8, BAR_MOST = 30 };

/* Its place, and for how long it goes on, once that is worth a word; now 0: no room. */
static void under_way(const struct session_record *r, unsigned i, int64_t now, char *out, size_t cap)
{
	double before = 0;
	int64_t seconds;
	char age[16] = "";

	for (unsigned k = 0; k < i; k++)
		before += r->steps[k].ms > 0 ? r->steps[k].ms : 0;
	seconds = now - r->created - (int64_t)(before / 1000);
	if (r->created && seconds >= 2)
		text_duration(age, sizeof(age), (uint64_t)seconds);
	snprintf(out, cap, "%u of %u%s%s", i + 1, r->steps_of, age[0] ? "  " : "", age);
}

static int draw_step(struct paint p, int row, const struct session_record *r, unsigned i,
		     bool failed, int64_t now)
{
	const struct session_step *s = &r->steps[i];
	bool last = failed && i + 1 == r->n_steps, running = s->ms < 0 && !failed;
	enum theme_role role = last ? ROLE_STATE_FAILED :
			       running ? ROLE_STATE_STARTING : ROLE_STATE_READY;
	char text[32];
	int room = p.cols - 15 < 14 ? p.cols - 15 : 14;
	const char *sign = last	   ? paint_sign(p.s, "✕", "x") :
			   running ? paint_sign(p.s, "…", ".") :
				     paint_sign(p.s, "✓", "+");

	paint_text(p, row, 2, role, sign);
	paint_text(p, row, 4, ROLE_TEXT, s->name);
	if (s->ms >= 0)
		snprintf(text, sizeof(text), "%.1f ms", s->ms);
	else
		under_way(r, i, room < 11 ? 0 : now, text, sizeof(text));
	paint_right(paint_part(p, row, 14, 1, room), 0, ROLE_DIM, text);
	return row + 1;
}

static int draw_steps(struct paint p, int row, const struct session_record *r, bool failed,
		      int64_t now)
{
	unsigned first = 0;

	if (p.rows - row < (int)r->n_steps && p.rows > row)
		first = r->n_steps - (unsigned)(p.rows - row); /* the last ones matter */
	for (unsigned i = first; i < r->n_steps && i < SESSION_STEPS; i++)
		row = draw_step(p, row, r, i, failed, now);
	return row;
}

static void draw_bar(struct paint p, int row, const struct estimate *e)
{
	char left[24];
	int figure = text_columns(estimate_text(e, left, sizeof(left)));
	int width = p.cols - 4 - (figure ? figure + 2 : 0), full;

	if (width < BAR_LEAST) { /* the bar before the figure */
		left[0] = '\0';
		width = p.cols - 4;
	}
	if (!e->known || width < 4)
		return;
	if (width > BAR_MOST)
		width = BAR_MOST;
	full = (int)(width * e->share);
	for (int c = 0; c < width; c++)
		paint_text(p, row, 2 + c, c < full ? ROLE_BAR_FULL : ROLE_BAR_EMPTY,
			   c < full ? paint_sign(p.s, "━", "#") : paint_sign(p.s, "─", "-"));
	paint_text(p, row, 2 + width + 2, ROLE_TEXT, left);
}

static int draw_cause(struct paint p, int row, const struct session_record *r)
{
	struct paint in = paint_part(p, row, 2, p.rows - row, p.cols - 4);
	bool failed = r->state == SESSION_FAILED;
	int used = 0;

	if (r->cause[0])
		used = paint_wrapped(in, 0, failed ? ROLE_ERROR : ROLE_TEXT, r->cause);
	if (r->hint[0])
		used += paint_wrapped(in, used, ROLE_KEY, r->hint);
	return row + used;
}

void timeline_draw(struct paint p, const struct session_record *r, const struct estimate *e,
		   int64_t now)
{
	bool failed = r->state == SESSION_FAILED;
	int row = p.rows > 6 ? 1 : 0;
	char took[16];

	if (r->state == SESSION_STARTING) {
		paint_textf(p, row++, 2, ROLE_TEXT, "starting %s  %s%s", r->agent, r->backend,
			    r->warm ? "  warm" : "");
		draw_bar(p, row++, e);
		draw_steps(p, row, r, false, now);
		return;
	}
	if (failed) {
		paint_textf(p, row++, 2, ROLE_STATE_FAILED, "%s did not come up", r->id);
		row = draw_cause(p, row, r) + 1;
		draw_steps(p, row, r, true, now);
		return;
	}
	text_duration(took, sizeof(took),
		      r->ended > r->created && r->created ? (uint64_t)(r->ended - r->created) : 0);
	paint_textf(p, row++, 2, ROLE_TEXT, "%s  %s after %s", r->id, state_looks[r->state].word, took);
	draw_cause(p, row, r);
}
