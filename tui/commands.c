#include "tui/desk.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- The cursor of the list --- */

static bool visible(const struct desk *d, const struct deck_session *s)
{
	return sessions_pass(s, d->filter);
}

static bool visible_arg(void *arg, const struct deck_session *s)
{
	return visible(arg, s);
}

struct deck_session *desk_selected(struct desk *d)
{
	return d->selected[0] ? deck_find(&d->deck, d->selected) : NULL;
}

static int index_of(const struct desk *d, const char *id, int *total)
{
	int at = -1, n = 0;

	for (size_t i = 0; i < d->deck.n; i++) {
		if (!visible(d, d->deck.sessions[i]))
			continue;
		if (strcmp(d->deck.sessions[i]->id, id) == 0)
			at = n;
		n++;
	}
	*total = n;
	return at;
}

void desk_select(struct desk *d, const char *id)
{
	snprintf(d->selected, sizeof(d->selected), "%s", id);
	desk_changed(d);
}

static void select_index(struct desk *d, int i)
{
	struct deck_session *s;
	int total;

	index_of(d, "", &total);
	i = i < 0 ? 0 : i >= total ? total - 1 : i;
	s = sessions_at(&d->deck, d->filter, i);
	desk_select(d, s ? s->id : "");
}

/* The selected one may have gone, or be filtered out. */
void desk_settle(struct desk *d)
{
	struct deck_session *s = desk_selected(d);
	int total;

	if (!s || !visible(d, s)) {
		d->leader = false;
		if (d->typing && !s)
			desk_type(d, false);
		if (!d->typing)
			select_index(d, s ? 0 : d->list_top);
	}
	s = desk_selected(d);
	if (d->options->attach && s && !s->alive && d->typing)
		desk_leave(d, 0);
	if (index_of(d, d->selected, &total) < 0 && !d->typing)
		d->selected[0] = '\0';
}

static void move(struct desk *d, int by)
{
	int total, at = index_of(d, d->selected, &total);

	if (by == INT_MIN || by == INT_MAX)
		select_index(d, by == INT_MIN ? 0 : INT_MAX);
	else
		select_index(d, at + by);
}

/* --- Panes --- */

static bool paned(const struct desk *d, const struct deck_session *s)
{
	return deck_paned(s) && visible(d, s);
}

static void next_pane(struct desk *d, int by)
{
	size_t n = d->deck.n, at = 0;

	while (at < n && strcmp(d->deck.sessions[at]->id, d->selected) != 0)
		at++;
	for (size_t i = 1; i <= n; i++) {
		size_t k = (at + (by > 0 ? i : n * 2 - i)) % n;

		if (paned(d, d->deck.sessions[k])) {
			desk_select(d, d->deck.sessions[k]->id);
			return;
		}
	}
}

static bool jump(struct desk *d, int number)
{
	for (size_t i = 0; i < d->deck.n; i++)
		if (paned(d, d->deck.sessions[i]) && --number == 0) {
			desk_select(d, d->deck.sessions[i]->id);
			return true;
		}
	desk_notice(d, false, "there is no pane of that number", "");
	return false;
}

static bool next_asking(struct desk *d)
{
	size_t n = d->deck.n, at = 0;

	while (at < n && strcmp(d->deck.sessions[at]->id, d->selected) != 0)
		at++;
	for (size_t i = 1; i <= n; i++) {
		struct deck_session *s = d->deck.sessions[(at + i) % n];

		if (s->record.state == SESSION_ASKS) {
			if (!visible(d, s))
				d->filter[0] = '\0';
			desk_select(d, s->id);
			return true;
		}
	}
	desk_notice(d, false, "no session waits for you", "");
	return false;
}

static void zoom(struct desk *d)
{
	d->mode = d->mode == LAYOUT_ZOOM ? LAYOUT_NORMAL : LAYOUT_ZOOM;
}

static void screen_mode(struct desk *d, int by)
{
	int m = (int)d->mode + by;

	d->mode = (enum layout_mode)(m < LAYOUT_NORMAL ? LAYOUT_NORMAL : m > LAYOUT_ZOOM ? LAYOUT_ZOOM : m);
}

static void fit(struct desk *d)
{
	struct deck_session *s = desk_selected(d);
	const struct desk_tile *t = desk_tile_of(d, d->selected);
	char text[96];
	int rows, cols;

	if (!s || !s->open || !s->alive || !t)
		return;
	desk_inside(d, t, &rows, &cols);
	client_resize(&s->client, cols, rows);
	snprintf(text, sizeof(text), "%s is %d x %d now", s->id, cols, rows);
	desk_notice(d, false, text, "");
}

void desk_type(struct desk *d, bool on)
{
	struct deck_session *s = desk_selected(d);
	bool was = d->typing;

	if (on && (!s || !s->alive || !s->open)) {
		desk_notice(d, false,
			    !s		? "no session to type into: n launches" :
			    !s->alive	? "this session has ended: r launches it again" :
					  "this session does not answer yet", "");
		on = false;
	}
	d->typing = on;
	d->leader = false;
	desk_changed(d);
	if (!s || !s->open || was == on)
		return;
	client_focus(&s->client, on);
	if (on) {
		scroll_leave(&s->scroll);
		client_attend(&s->client);
	}
}

/* --- Looking back --- */

void desk_look_back(struct desk *d, bool page)
{
	struct deck_session *s = desk_selected(d);
	int rows, cols;

	if (!s || !s->open || !deck_screen(s))
		return;
	d->resume = d->typing;
	if (d->typing)
		desk_type(d, false);
	desk_inside(d, desk_tile_of(d, s->id), &rows, &cols);
	scroll_enter(&s->scroll, &s->client, rows);
	if (page)
		scroll_act(&s->scroll, &s->client, ACTION_SCROLL_PAGE_UP, rows, cols);
	desk_changed(d);
}

void desk_scroll(struct desk *d, enum action a)
{
	struct deck_session *s = desk_selected(d);
	int rows, cols;

	desk_inside(d, desk_tile_of(d, s->id), &rows, &cols);
	switch (scroll_act(&s->scroll, &s->client, a, rows, cols)) {
	case SCROLL_ASK:
		desk_ask_line(d, PROMPT_SEARCH);
		break;
	case SCROLL_NO_NEEDLE:
		desk_notice(d, false, "nothing to search for yet: / asks", "");
		break;
	case SCROLL_LEFT:
		if (d->resume)
			desk_type(d, true);
		d->resume = false;
		break;
	default:
		break;
	}
	desk_changed(d);
}

/* --- Acting on sessions --- */

static bool target(struct desk *d, const struct deck_session *s, enum action a)
{
	bool right = a == ACTION_REMOVE ? !s->alive : a == ACTION_RESTART || s->alive;

	if (!right || d->n_targets == DESK_TARGETS)
		return false;
	memcpy(d->targets[d->n_targets++], s->id, sizeof(s->id));
	return true;
}

/* The marked ones, or the one under the cursor; those that the action fits. */
static void collect(struct desk *d, enum action a)
{
	bool marks = false;

	d->n_targets = 0;
	for (size_t i = 0; i < d->deck.n; i++)
		if (d->deck.sessions[i]->marked && visible(d, d->deck.sessions[i])) {
			marks = true;
			target(d, d->deck.sessions[i], a);
		}
	if (!marks && desk_selected(d))
		target(d, desk_selected(d), a);
}

static void names_of(const struct desk *d, char *out, size_t cap)
{
	size_t n = 0;

	out[0] = '\0';
	for (int i = 0; i < d->n_targets && n < cap; i++) {
		if (i == 4 && d->n_targets > 5) {
			snprintf(out + n, cap - n, " and %d more", d->n_targets - i);
			return;
		}
		n += (size_t)snprintf(out + n, cap - n, "%s%s",
				      !i ? "" : i + 1 == d->n_targets ? " and " : ", ",
				      d->targets[i]);
	}
}

static void do_one(struct desk *d, struct deck_session *s)
{
	struct error err;

	switch (d->asked) {
	case ACTION_STOP: client_stop(&s->client); break;
	case ACTION_KILL: client_kill(&s->client); break;
	case ACTION_RESTART:
		if (!s->alive) {
			desk_restart(d, s);
			break;
		}
		s->restart = true;
		client_stop(&s->client);
		break;
	case ACTION_REMOVE:
		if (deck_remove(s, &err) < 0)
			desk_error(d, &err);
		break;
	default: break;
	}
	s->marked = false;
}

static void on_answer(struct question *q, bool yes)
{
	struct desk *d = LIST_ITEM(q, struct desk, question);

	for (int i = 0; yes && i < d->n_targets; i++) {
		struct deck_session *s = deck_find(&d->deck, d->targets[i]);

		if (s)
			do_one(d, s);
	}
	if (yes)
		deck_scan(&d->deck);
	desk_changed(d);
}

static void ask(struct desk *d, enum action a)
{
	static const struct {
		enum action action;
		const char *verb, *yes, *no, *detail, *none;
	} asks[] = {
		{ ACTION_STOP, "Stop", "stop", "leave running",
		  "The machine is asked to power off; after 10 s it is killed.",
		  "nothing runs here that could be stopped" },
		{ ACTION_KILL, "Kill", "kill", "leave running",
		  "What the agent has not saved outside is lost at once.",
		  "nothing runs here that could be killed" },
		{ ACTION_RESTART, "Restart", "restart", "leave it",
		  "It ends, and is launched again with a fresh disk.", "no session" },
		{ ACTION_REMOVE, "Remove", "remove", "keep",
		  "Its record, its screen and its logs are deleted.",
		  "only ended sessions can be removed: s stops, S kills" },
	};
	char names[300];

	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		if (asks[i].action != a)
			continue;
		collect(d, a);
		if (!d->n_targets) {
			desk_notice(d, false, asks[i].none, "");
			return;
		}
		d->asked = a;
		names_of(d, names, sizeof(names));
		question_ask(&d->question, &d->stage, asks[i].no, asks[i].yes, asks[i].detail,
			     "%s %s?", asks[i].verb, names);
		d->question.answered = on_answer;
		desk_push(d, &d->question.view);
	}
}

/* --- Marks and order --- */

static void mark_range(struct desk *d)
{
	int total, at = index_of(d, d->selected, &total), from = -1;

	for (int i = at; i >= 0 && from < 0; i--)
		if (sessions_at(&d->deck, d->filter, i)->marked)
			from = i;
	for (int i = at < 0 ? total : at; i < total && from < 0; i++)
		if (sessions_at(&d->deck, d->filter, i)->marked)
			from = i;
	if (at < 0)
		return;
	if (from < 0)
		from = at;
	for (int i = from < at ? from : at; i >= 0 && i <= (from < at ? at : from); i++)
		sessions_at(&d->deck, d->filter, i)->marked = true;
}

static void unmark(struct desk *d)
{
	bool any = false;

	for (size_t i = 0; i < d->deck.n; i++) {
		any |= d->deck.sessions[i]->marked;
		d->deck.sessions[i]->marked = false;
	}
	if (!any) {
		d->filter[0] = '\0';
		desk_settle(d);
	}
}

static void save_order(struct desk *d)
{
	struct error err;

	if (order_save(&d->order, &err) < 0)
		desk_error(d, &err);
}

static void carry(struct desk *d, int by)
{
	struct deck_session *s = desk_selected(d);

	if (d->order.sort != SORT_OWN) {
		desk_notice(d, false, "the list is sorted", "o goes back to your own order");
		return;
	}
	if (s && deck_carry(&d->deck, s, by, visible_arg, d))
		save_order(d);
}

static void next_sort(struct desk *d)
{
	char text[64];

	d->order.sort = (enum order_sort)((d->order.sort + 1) % SORT_COUNT);
	deck_sort(&d->deck);
	save_order(d);
	snprintf(text, sizeof(text), "sorted by %s", order_sort_names[d->order.sort]);
	desk_notice(d, false, d->order.sort == SORT_OWN ? "in your own order" : text, "");
}

static void next_theme(struct desk *d)
{
	size_t n = 0, at = 0;
	char **names = theme_names(d->paths, &n), text[128];
	struct error err;

	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], d->theme.name) == 0)
			at = i + 1;
	if (n) {
		const char *name = names[at % n];

		if (desk_theme(d, name, &err) < 0) {
			desk_error(d, &err);
		} else {
			snprintf(d->order.theme, sizeof(d->order.theme), "%s", name);
			save_order(d);
			snprintf(text, sizeof(text), "theme %.100s", name);
			desk_notice(d, false, text, "");
		}
	}
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

/* --- The list's actions --- */

void desk_leader(struct desk *d, enum action a)
{
	if (a >= ACTION_LEADER_PANE_1 && a <= ACTION_LEADER_PANE_9) {
		desk_type(d, false);
		jump(d, (int)(a - ACTION_LEADER_PANE_1) + 1);
		desk_type(d, true);
		return;
	}
	switch (a) {
	case ACTION_LEADER_BACK:
		desk_type(d, false);
		if (d->options->attach)
			desk_leave(d, 0);
		break;
	case ACTION_LEADER_NEXT:
	case ACTION_LEADER_ASKING:
		desk_type(d, false);
		if (a == ACTION_LEADER_NEXT)
			next_pane(d, 1);
		else
			next_asking(d);
		desk_type(d, true);
		break;
	case ACTION_LEADER_ZOOM: zoom(d); break;
	case ACTION_LEADER_LOOK: desk_look_back(d, false); break;
	case ACTION_LEADER_FIT: fit(d); break;
	case ACTION_LEADER_HELP: desk_help(d); break;
	default: desk_notice(d, false, "the leader has no such key", "? after it lists them");
	}
	desk_changed(d);
}

static bool act_on_list(struct desk *d, enum action a)
{
	struct deck_session *s = desk_selected(d);
	int page = d->layout.list.rows > 4 ? d->layout.list.rows - 3 : 5;

	switch (a) {
	case ACTION_DOWN: move(d, 1); break;
	case ACTION_UP: move(d, -1); break;
	case ACTION_FIRST: move(d, INT_MIN); break;
	case ACTION_LAST: move(d, INT_MAX); break;
	case ACTION_PAGE_DOWN: move(d, page); break;
	case ACTION_PAGE_UP: move(d, -page); break;
	case ACTION_NEXT: next_pane(d, 1); break;
	case ACTION_PREVIOUS: next_pane(d, -1); break;
	case ACTION_ASKING: next_asking(d); break;
	case ACTION_MARK:
		if (s)
			s->marked = !s->marked;
		move(d, 1);
		break;
	case ACTION_RANGE: mark_range(d); break;
	case ACTION_INVERT:
		for (size_t i = 0; i < d->deck.n; i++)
			if (visible(d, d->deck.sessions[i]))
				d->deck.sessions[i]->marked = !d->deck.sessions[i]->marked;
		break;
	case ACTION_UNMARK: unmark(d); break;
	case ACTION_CARRY_DOWN: carry(d, 1); break;
	case ACTION_CARRY_UP: carry(d, -1); break;
	case ACTION_SORT: next_sort(d); break;
	default: return false;
	}
	return true;
}

static bool act_on_panes(struct desk *d, enum action a)
{
	switch (a) {
	case ACTION_TYPE: desk_type(d, true); break;
	case ACTION_ZOOM: zoom(d); break;
	case ACTION_MODE_MORE: screen_mode(d, 1); break;
	case ACTION_MODE_LESS: screen_mode(d, -1); break;
	case ACTION_SPLIT_COLUMNS: d->shape = TILES_COLUMNS; break;
	case ACTION_SPLIT_ROWS: d->shape = TILES_ROWS; break;
	case ACTION_SPLIT_EVEN: d->shape = TILES_EVEN; break;
	case ACTION_FIT: fit(d); break;
	case ACTION_LOOK_BACK: desk_look_back(d, true); break;
	default: return false;
	}
	return true;
}

bool desk_act(struct desk *d, enum action a)
{
	desk_changed(d);
	if (a >= ACTION_PANE_1 && a <= ACTION_PANE_9) {
		jump(d, (int)(a - ACTION_PANE_1) + 1);
		return true;
	}
	if (act_on_list(d, a) || act_on_panes(d, a))
		return true;
	switch (a) {
	case ACTION_LAUNCH: desk_pick(d); break;
	case ACTION_FILTER:
		desk_ask_line(d, PROMPT_FILTER);
		break;
	case ACTION_PREFLIGHT:
		preflight_open(&d->preflight, &d->stage);
		desk_push(d, &d->preflight.view);
		break;
	case ACTION_STOP:
	case ACTION_KILL:
	case ACTION_RESTART:
	case ACTION_REMOVE: ask(d, a); break;
	case ACTION_THEME: next_theme(d); break;
	case ACTION_BUILD: build_start(&d->build); break;
	case ACTION_LOG: desk_log(d); break;
	case ACTION_HELP: desk_help(d); break;
	case ACTION_PALETTE: desk_ask_line(d, PROMPT_PALETTE); break;
	case ACTION_REDRAW: draw_anew(&d->out); break;
	case ACTION_SUSPEND: desk_suspend(d); break;
	case ACTION_QUIT: desk_leave(d, 0); break;
	default: return false;
	}
	return true;
}
