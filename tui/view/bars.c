#include "tui/view/bars.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "tui/view/state.h"

static int draw_total(struct paint p, int col, const struct deck *d)
{
	unsigned alive = (unsigned)d->n - deck_count(d, SESSION_ENDED) - deck_count(d, SESSION_FAILED);

	return col + 2 + paint_textf(p, 0, col, ROLE_TITLE, "%u session%s", alive, alive == 1 ? "" : "s");
}

/* Who waits comes first: it is what the line is looked at for. In as many words as
 * there is room for. */
static int draw_waiting(struct paint p, int col, int right, const struct topline *t)
{
	const struct state_look *look = &state_looks[SESSION_ASKS];
	struct deck_session *s = deck_waiting(t->deck, NULL);
	const char *sign = paint_sign(p.s, look->sign, look->ascii);
	unsigned n = deck_count(t->deck, SESSION_ASKS);
	char age[16] = "", text[3][96];
	int64_t since = s && s->record.since && t->now > s->record.since ? t->now - s->record.since : 0;

	if (!n)
		return col;
	if (since >= 10)
		text_duration(age, sizeof(age), (uint64_t)since);
	snprintf(text[0], sizeof(text[0]), "%s %u wait%s for you: %s%s%s", sign, n, n == 1 ? "s" : "",
		 s->id, age[0] ? " " : "", age);
	snprintf(text[1], sizeof(text[1]), "%s %u wait%s: %s", sign, n, n == 1 ? "s" : "", s->id);
	snprintf(text[2], sizeof(text[2]), "%s %u wait%s", sign, n, n == 1 ? "s" : "");
	for (int i = 0; i < 3; i++)
		if (i == 2 || col + text_columns(text[i]) <= right)
			return col + 2 + paint_text(p, 0, col, ROLE_STATE_ASKS, text[i]);
	return col;
}

/* What does not fit whole is left out. */
static int draw_part(struct paint p, int col, int right, enum theme_role role, const char *text)
{
	return col + text_columns(text) > right ? col : col + 2 + paint_text(p, 0, col, role, text);
}

static int draw_counts(struct paint p, int col, int right, const struct deck *d)
{
	static const enum session_state order[] = { SESSION_WORKING, SESSION_READY,  SESSION_IDLE,
						    SESSION_EXITED,  SESSION_STARTING, SESSION_SILENT,
						    SESSION_STOPPING, SESSION_FAILED };
	static const char *const words[SESSION_STATE_COUNT] = { [SESSION_STARTING] = "booting" };
	char text[48];
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		unsigned n = deck_count(d, order[i]);
		const char *word = words[order[i]] ? words[order[i]] : state_looks[order[i]].word;

		snprintf(text, sizeof(text), "%u %s", n, word);
		if (n)
			col = draw_part(p, col, right, state_looks[order[i]].role, text);
	}
	return col;
}

/* Nothing else on the line: what one types now goes to many. */
static void draw_casting(struct paint p, int n)
{
	p = paint_on(p, ROLE_ERROR);
	paint_clear(p);
	paint_textf(p, 0, 1, ROLE_ERROR, p.cols >= 50 ? "BROADCAST  every key goes into %d sessions" :
							"BROADCAST  into %d sessions", n);
}

void topline_draw(struct paint p, const struct topline *t)
{
	char figures[64] = "", used[8], total[8], text[96];
	int col, right = p.cols - 1, n;
	bool concern = t->preflight_role == ROLE_CHECK_FAIL || t->preflight_role == ROLE_CHECK_WARN;

	p = paint_on(p, ROLE_TITLE);
	paint_clear(p);
	if (t->cast >= 0) {
		draw_casting(p, t->cast);
		return;
	}
	n = text_columns(t->preflight);
	if (concern && p.cols >= 60) { /* not for want of room */
		right -= n;
		paint_text(p, 0, right, t->preflight_role, t->preflight);
		right -= 3;
	}
	col = 2 + paint_text(p, 0, 1, ROLE_TITLE, "vmdeck") + 1;
	col = draw_total(p, col, t->deck);
	col = draw_waiting(p, col, right, t);
	if (t->filter[0]) {
		snprintf(text, sizeof(text), "/%s", t->filter);
		col = draw_part(p, col, right, ROLE_INPUT, text);
	}
	if (t->marked) {
		snprintf(text, sizeof(text), "%d marked", t->marked);
		col = draw_part(p, col, right, ROLE_MARK, text);
	}
	col = draw_counts(p, col, right, t->deck);
	if (t->panes > t->shown && t->shown > 1) {
		snprintf(text, sizeof(text), "panes %d-%d of %d", t->first + 1, t->first + t->shown,
			 t->panes);
		col = draw_part(p, col, right, ROLE_DIM, text);
	}
	if (!concern && n && right - n > col) {
		right -= n;
		paint_text(p, 0, right, t->preflight_role, t->preflight);
		right -= 3;
	}
	text_size(used, sizeof(used), t->host->used);
	text_size(total, sizeof(total), t->host->total);
	if (used[0] && used[strlen(used) - 1] == total[strlen(total) - 1])
		used[strlen(used) - 1] = '\0';
	if (t->host->cpu >= 0)
		snprintf(figures, sizeof(figures), "cpu %2d%%  mem %3s/%s", t->host->cpu, used, total);
	else
		snprintf(figures, sizeof(figures), "mem %3s/%s", used, total);
	n = text_columns(figures);
	if (right - n > col)
		paint_text(p, 0, right - n, ROLE_TITLE, figures);
}

static int entry_width(const struct bindings *b, size_t a)
{
	char key[KEY_NAME_CAP];

	if (!action_rows[a].word[0] || !bindings_key(b, (enum action)a, key, sizeof(key))[0])
		return 0;
	return text_columns(key) + 1 + text_columns(action_rows[a].word) + 2;
}

static int draw_entry(struct paint p, const struct bindings *b, size_t a, int col)
{
	char key[KEY_NAME_CAP];

	bindings_key(b, (enum action)a, key, sizeof(key));
	col += paint_text(p, 0, col, ROLE_KEY, key) + 1;
	return col + paint_text(p, 0, col, ROLE_FOOTER, action_rows[a].word) + 2;
}

struct footer {
	const struct bindings *b;
	footer_can *can;
	void *arg;
};

/* Its key does something else while there is a filter. */
static bool shadowed(const struct bindings *b, size_t a)
{
	return action_rows[bindings_find(b, CONTEXT_FILTERED, b->keys[a][0])].context == CONTEXT_FILTERED;
}

static bool offered(const struct footer *f, size_t a)
{
	return !f->can || f->can(f->arg, (enum action)a);
}

static int draw_context(struct paint p, const struct footer *f, enum context c, bool filtered,
			size_t but, int col, int right)
{
	for (size_t a = 1; a < ACTION_COUNT; a++) {
		int w = action_rows[a].context == c ? entry_width(f->b, a) : 0;

		if (!w || a == but || (filtered && shadowed(f->b, a)) || !offered(f, a))
			continue;
		if (col + w - 2 > right)
			break;
		col = draw_entry(p, f->b, a, col);
	}
	return col;
}

/* The last one of a context is the way out of it. */
static size_t way_out(const struct bindings *b, enum context c)
{
	size_t last = 0;

	for (size_t a = 1; a < ACTION_COUNT; a++)
		if (action_rows[a].context == c && entry_width(b, a))
			last = a;
	return last;
}

static int draw_closing(struct paint p, const struct footer *f, enum context c, int col)
{
	size_t out = way_out(f->b, c);

	col = draw_context(p, f, c, false, out, col, p.cols - (out ? entry_width(f->b, out) : 0));
	return out ? draw_entry(p, f->b, out, col) : col;
}

void footer_draw(struct paint p, const struct bindings *b, enum context c, footer_can *can, void *arg)
{
	struct footer f = { b, can, arg };
	int reserved = 0, col = 1;
	bool common = c == CONTEXT_LIST || c == CONTEXT_FILTERED;

	p = paint_on(p, ROLE_FOOTER);
	paint_clear(p);
	for (size_t a = 1; a < ACTION_COUNT && common; a++)
		if (action_rows[a].context == CONTEXT_ANYWHERE)
			reserved += entry_width(b, a);
	if (!common)
		col = draw_closing(p, &f, c, col);
	else
		col = draw_context(p, &f, c, false, 0, col, p.cols - reserved);
	if (c == CONTEXT_FILTERED)
		col = draw_context(p, &f, CONTEXT_LIST, true, 0, col, p.cols - reserved);
	for (size_t a = 1; a < ACTION_COUNT && common; a++)
		if (action_rows[a].context == CONTEXT_ANYWHERE && entry_width(b, a) &&
		    col + entry_width(b, a) - 2 <= p.cols)
			col = draw_entry(p, b, a, col);
}

void footer_casting(struct paint p, const struct bindings *b, int n, bool skipped)
{
	char leader[KEY_NAME_CAP], back[KEY_NAME_CAP];
	int col = 1;

	p = paint_on(p, ROLE_FOOTER);
	paint_clear(p);
	col += paint_textf(p, 0, col, ROLE_TYPING, "typing into %d sessions", n) + 2;
	col += paint_textf(p, 0, col, ROLE_KEY, "%s %s", key_name(b->leaders[0], leader),
			   bindings_key(b, ACTION_LEADER_BACK, back, sizeof(back))) + 1;
	col += paint_text(p, 0, col, ROLE_FOOTER, "ends it") + 2;
	if (skipped)
		draw_part(p, col, p.cols, ROLE_DIM, "who does not wait for input gets nothing");
}

void footer_typing(struct paint p, const struct bindings *b, const char *id)
{
	char leader[KEY_NAME_CAP], back[KEY_NAME_CAP];
	int col = 1;

	key_name(b->leaders[0], leader);
	p = paint_on(p, ROLE_FOOTER);
	paint_clear(p);
	if (p.cols >= 60)
		col += paint_textf(p, 0, col, ROLE_TYPING, "typing into %s", id) + 2;
	col += paint_textf(p, 0, col, ROLE_KEY, "%s %s", leader,
			   bindings_key(b, ACTION_LEADER_BACK, back, sizeof(back))) + 1;
	col += paint_text(p, 0, col, ROLE_FOOTER, "gives back") + 2;
	for (size_t a = 1; a < ACTION_COUNT; a++) {
		if (action_rows[a].context != CONTEXT_LEADER || a == ACTION_LEADER_BACK ||
		    !entry_width(b, a))
			continue;
		if (col + text_columns(leader) + 1 + entry_width(b, a) - 2 > p.cols)
			break;
		col += paint_text(p, 0, col, ROLE_KEY, leader) + 1;
		col = draw_entry(p, b, a, col);
	}
}

void tiny_draw(struct paint p, const struct deck *d, const struct bindings *b)
{
	unsigned asks = deck_count(d, SESSION_ASKS);
	char text[144], way[KEY_WAY_CAP];

	paint_clear(p);
	snprintf(text, sizeof(text), "%zu session%s%s; needs 30x8, is %dx%d; %s leaves", d->n,
		 d->n == 1 ? "" : "s", asks ? ", one asks" : "", p.cols, p.rows,
		 bindings_way(b, ACTION_QUIT, way));
	paint_wrapped(p, 0, ROLE_TEXT, text);
}
