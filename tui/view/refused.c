#include "tui/view/refused.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/list.h"
#include "engine/base/text.h"

enum { NAME_COLS = 40, COUNT_COLS = 7, AGE_COLS = 8 };

static bool listed(const struct refused *v, const struct event *e)
{
	return v->all || e->kind == EVENT_REFUSED;
}

static unsigned count(const struct refused *v)
{
	unsigned n = 0;

	for (unsigned i = 0; i < v->n; i++)
		n += listed(v, &v->items[i]);
	return n;
}

/* The newest first. */
static const struct event *row_event(const struct refused *v, unsigned row)
{
	for (unsigned i = v->n; i-- > 0;)
		if (listed(v, &v->items[i]) && row-- == 0)
			return &v->items[i];
	return NULL;
}

static void name_of(const struct event *e, char *out, size_t cap)
{
	if (e->port)
		snprintf(out, cap, "%s:%u", e->name, e->port);
	else
		snprintf(out, cap, "%s", e->name[0] ? e->name : "-");
}

/* As wide as the longest name, so that the reason has the rest. */
static int name_cols(const struct refused *v, int cols)
{
	int most = cols < 70 ? cols - COUNT_COLS - AGE_COLS - 4 : NAME_COLS, least = most < 20 ? most : 20;
	int widest = least;
	char text[EVENT_TEXT];

	for (unsigned i = 0; i < v->n; i++) {
		name_of(&v->items[i], text, sizeof(text));
		if (listed(v, &v->items[i]) && text_columns(text) + 1 > widest)
			widest = text_columns(text) + 1;
	}
	return cols < 70 || widest > most ? most : widest;
}

static void draw_event(struct paint line, const struct event *e, int name, int64_t now)
{
	char text[EVENT_TEXT], age[16];
	enum theme_role role = e->kind == EVENT_REFUSED ? ROLE_CHECK_WARN :
			       e->kind == EVENT_ALLOWED ? ROLE_CHECK_OK : ROLE_MODAL;

	name_of(e, text, sizeof(text));
	paint_text(paint_part(line, 0, 1, 1, name), 0, 0, role, text);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)e->count);
	paint_right(paint_part(line, 0, 2 + name, 1, COUNT_COLS - 1), 0, ROLE_MODAL, text);
	text_duration(age, sizeof(age), now > e->last ? (uint64_t)(now - e->last) : 0);
	paint_text(line, 0, 3 + name + COUNT_COLS, ROLE_DIM, age);
	if (line.cols >= 70) {
		snprintf(text, sizeof(text), "%s%s%s", event_kind_names[e->kind], e->why[0] ? ": " : "",
			 e->why);
		paint_text(line, 0, 4 + name + COUNT_COLS + AGE_COLS, ROLE_DIM, text);
	}
}

static bool can_allow(const struct event *e)
{
	return e && e->kind == EVENT_REFUSED && e->name[0];
}

static void draw_keys(struct paint p, const struct bindings *b)
{
	char now[KEY_WAY_CAP], keep[KEY_WAY_CAP];

	bindings_way(b, ACTION_ROWS_TAKE, now);
	bindings_way(b, ACTION_ROWS_MORE, keep);
	paint_textf(p, 0, 0, ROLE_DIM, p.cols > 57 ? "%s allows it for this session, %s for later ones too" :
						     "%s allows it now, %s for good", now, keep);
}

static void draw(struct view *view, struct paint screen)
{
	struct refused *v = LIST_ITEM(view, struct refused, view);
	unsigned n = count(v);
	char title[96];
	struct paint in;
	int64_t now = view->stage->ops->now(view->stage);
	int rows = (int)n + 5;

	snprintf(title, sizeof(title), "%s: %s%s%s", v->id, v->all ? "network events" : "refused names",
		 v->policy[0] ? ", policy " : "", v->policy);
	rows = rows < 9 ? 9 : rows > screen.rows - 2 ? screen.rows - 2 : rows;
	in = view_box(screen, rows, screen.cols < 104 ? screen.cols : 100, ROLE_MODAL, title);
	v->rows = in.rows - 2;
	if (!n) {
		paint_wrapped(paint_part(in, 1, 1, in.rows - 1, in.cols - 2), 0, ROLE_DIM,
			      v->note[0] ? v->note : "nothing was refused");
		return;
	}
	if (v->at >= n)
		v->at = n - 1;
	if (v->at < v->top)
		v->top = v->at;
	if (v->rows > 0 && v->at >= v->top + (unsigned)v->rows)
		v->top = v->at - (unsigned)v->rows + 1;
	for (int r = 0; r < v->rows && v->top + (unsigned)r < n; r++) {
		struct paint line = paint_part(in, r, 0, 1, in.cols);

		draw_event(line, row_event(v, v->top + (unsigned)r), name_cols(v, in.cols), now);
		if (v->top + (unsigned)r == v->at) {
			paint_restyle(line, 0, 0, line.cols, ROLE_SELECT);
			paint_cursor(line, 0, 1);
		}
	}
	if (can_allow(row_event(v, v->at)))
		draw_keys(paint_part(in, in.rows - 1, 1, 1, in.cols - 1), view->stage->bindings);
}

static void step(struct refused *v, int by)
{
	int n = (int)count(v), to = (int)v->at + by;

	v->at = (unsigned)(to < 0 || !n ? 0 : to >= n ? n - 1 : to);
}

/* The usual ports are what a name alone means (policy.h). */
static void take(struct refused *v, bool keep)
{
	const struct event *e = row_event(v, v->at);
	char rule[EVENT_NAME];

	if (!e)
		return;
	if (!can_allow(e)) {
		v->view.stage->ops->notice(v->view.stage, false, "there is nothing to allow about that", "");
		return;
	}
	if (e->port && e->port != 443 && e->port != 80)
		name_of(e, rule, sizeof(rule));
	else
		snprintf(rule, sizeof(rule), "%s", e->name);
	v->allow(v, rule, keep);
}

static bool act(struct view *view, enum action a)
{
	struct refused *v = LIST_ITEM(view, struct refused, view);
	int page = v->rows > 1 ? v->rows - 1 : 1;

	switch (a) {
	case ACTION_ROWS_TAKE: take(v, false); break;
	case ACTION_ROWS_MORE: take(v, true); break;
	case ACTION_ROWS_OTHER:
		v->all = !v->all;
		v->at = v->top = 0;
		break;
	case ACTION_ROWS_DOWN: step(v, 1); break;
	case ACTION_ROWS_UP: step(v, -1); break;
	case ACTION_ROWS_PAGE_DOWN: step(v, page); break;
	case ACTION_ROWS_PAGE_UP: step(v, -page); break;
	case ACTION_ROWS_FIRST: v->at = 0; break;
	case ACTION_ROWS_LAST: step(v, EVENTS_MAX); break;
	case ACTION_ROWS_CLOSE: view->stage->ops->close(view->stage, view); break;
	default: return false;
	}
	return true;
}

/* Enter and A have something to do only on what can be allowed. */
static bool can(struct view *view, enum action a)
{
	struct refused *v = LIST_ITEM(view, struct refused, view);

	return (a != ACTION_ROWS_TAKE && a != ACTION_ROWS_MORE) || can_allow(row_event(v, v->at));
}

static const struct view_ops ops = { "refused", CONTEXT_ROWS, draw, NULL, act, NULL, can };

void refused_open(struct refused *v, struct stage *stage, const char *id, const char *note)
{
	refused_done(v);
	*v = (struct refused){ .view = { &ops, stage } };
	snprintf(v->id, sizeof(v->id), "%s", id);
	snprintf(v->note, sizeof(v->note), "%s", note);
}

void refused_set(struct refused *v, const struct network_status *n)
{
	const struct event *was = row_event(v, v->at);
	struct event before = was ? *was : (struct event){ 0 };
	struct event *items = malloc(n->events.n * sizeof(*items) + 1);

	if (!items)
		return;
	memcpy(items, n->events.items, n->events.n * sizeof(*items));
	free(v->items);
	v->items = items;
	v->n = n->events.n;
	snprintf(v->policy, sizeof(v->policy), "%s", policy_mode_names[n->policy.mode]);
	snprintf(v->note, sizeof(v->note), "%s", n->down[0] ? n->down : "");
	for (unsigned i = 0; was && i < count(v); i++) {
		const struct event *e = row_event(v, i);

		if (strcmp(e->name, before.name) == 0 && e->port == before.port && e->kind == before.kind)
			v->at = i;
	}
}

void refused_done(struct refused *v)
{
	free(v->items);
	v->items = NULL;
	v->n = 0;
}
