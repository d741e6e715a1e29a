#include "tui/desk/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/session/launch.h"
#include "engine/session/standby.h"
#include "tui/demo.h"
#include "tui/stores.h"

enum { CANVAS_COLS_MIN = 80, CANVAS_ROWS_MIN = 24, CANVAS_MAX = 500 };

int desk_load_agents(struct desk *d, struct error *err)
{
	struct manifest next;

	if ((d->options->demo ? demo_manifest(&next, d->paths, err) :
				manifest_load(&next, d->paths, err)) < 0)
		return -1; /* the ones that we had stay */
	manifest_done(&d->manifest);
	d->manifest = next;
	d->card_known = false;
	return 0;
}

/* --- The picker --- */

static void tell_preflight(struct desk *d, struct picker_detail *det)
{
	char way[KEY_WAY_CAP];

	snprintf(det->remedy, sizeof(det->remedy), "%s in the list opens the preflight",
		 desk_way(d, ACTION_PREFLIGHT, way));
}

/* By what it lacks, or by what preflight said. */
static bool is_blocked(struct desk *d, const struct agent *a, struct picker_detail *det)
{
	const char *known = gate_reason(&d->gate, a->name);
	bool can_build;

	if (desk_lacks(d, a, det->reason, sizeof(det->reason), &can_build)) {
		if (!can_build)
			tell_preflight(d, det);
		return true;
	}
	if (strcmp(a->backend, "demo") == 0 || !known)
		return false;
	snprintf(det->reason, sizeof(det->reason), "%s", known);
	tell_preflight(d, det);
	return true;
}

static void describe(struct desk *d, const struct agent *a, struct picker_item *item,
		     struct picker_detail *det)
{
	*item = (struct picker_item){ .tag = picker_tag(a->name) };
	*det = (struct picker_detail){ 0 };
	snprintf(item->label, sizeof(item->label), "%s", a->name);
	snprintf(det->title, sizeof(det->title), "%s", a->title);
	if (a->image[0])
		snprintf(det->about, sizeof(det->about), "%.40s  %s  %uM  net %s", a->image,
			 a->backend, a->memory_mib, a->policy);
	else
		snprintf(det->about, sizeof(det->about), "%s", a->backend);
	if (strcmp(a->backend, "demo") == 0)
		snprintf(det->about, sizeof(det->about), "demo  %s", a->script);
	item->blocked = is_blocked(d, a, det);
}

void desk_fill_picker(struct desk *d)
{
	struct picker_item items[PICKER_MAX];
	size_t n = d->manifest.n < PICKER_MAX ? d->manifest.n : PICKER_MAX;

	for (size_t i = 0; i < n; i++)
		describe(d, &d->manifest.agents[i], &items[i], &d->picker.details[i]);
	picker_fill(&d->picker.picker, items, n);
}

static const struct agent *agent_of(const struct desk *d, uint64_t tag)
{
	for (size_t i = 0; i < d->manifest.n; i++)
		if (picker_tag(d->manifest.agents[i].name) == tag)
			return &d->manifest.agents[i];
	return NULL;
}

static void on_launch(struct picker_view *v)
{
	struct desk *d = LIST_ITEM(v, struct desk, picker);
	const char *names[PICKER_CHOSEN_MAX];
	size_t n = 0;
	struct error err;

	d->order.n_picked = 0;
	for (size_t i = 0; i < v->picker.n_chosen; i++) {
		const struct agent *a = agent_of(d, v->picker.chosen[i]);

		if (!a)
			continue;
		names[n++] = a->name;
		snprintf(d->order.picked[d->order.n_picked++], ORDER_NAME, "%s", a->name);
	}
	desk_launch(d, names, n);
	if (order_save(&d->order, &err) < 0)
		desk_error(d, &err);
}

static void on_build(struct picker_view *v, uint64_t tag)
{
	struct desk *d = LIST_ITEM(v, struct desk, picker);
	const struct agent *a = agent_of(d, tag);

	if (a)
		desk_build_for(d, a);
}

/* What was launched last is chosen again. */
void desk_pick(struct desk *d)
{
	struct error err;

	if (desk_load_agents(d, &err) < 0)
		desk_error(d, &err);
	picker_view_open(&d->picker, &d->stage);
	d->picker.launch = on_launch;
	d->picker.build = on_build;
	d->picker.picker.n_chosen = 0;
	desk_fill_picker(d);
	for (size_t i = 0; i < d->order.n_picked; i++)
		picker_choose(&d->picker.picker, picker_tag(d->order.picked[i]));
	desk_push(d, &d->picker.view);
	for (size_t i = 0; i < d->manifest.n && !d->options->demo; i++)
		if (strcmp(d->manifest.agents[i].backend, "demo") != 0)
			gate_ask(&d->gate, d->manifest.agents[i].name);
}

/* --- Launching --- */

/* The canvas is what one pane alone can show. */
static void canvas(const struct desk *d, struct launch *l)
{
	struct layout alone = layout_cut(d->surface.rows, d->surface.cols,
					  &(struct layout_wish){ .mode = LAYOUT_ZOOM, .pane = true });
	int cols = alone.panes.cols - 2, rows = alone.panes.rows - 2;

	l->cols = (uint16_t)(cols < CANVAS_COLS_MIN ? CANVAS_COLS_MIN : cols > CANVAS_MAX ? CANVAS_MAX : cols);
	l->rows = (uint16_t)(rows < CANVAS_ROWS_MIN ? CANVAS_ROWS_MIN : rows > CANVAS_MAX ? CANVAS_MAX : rows);
}

void desk_standby(struct desk *d)
{
	struct launch l[ORDER_PICKED_MAX];
	struct error ignored;
	size_t n = 0;

	/* Nothing is written on an empty home: not before something was launched. */
	if (d->standby_fd < 0 && d->settings.standby && d->order.n_picked)
		d->standby_fd = standby_attend(d->paths, &ignored);
	for (size_t i = 0; i < d->order.n_picked && d->standby_fd >= 0; i++) {
		l[n] = (struct launch){ .agent = manifest_find(&d->manifest, d->order.picked[i], &ignored),
					.growth = d->settings.growth };
		if (!l[n].agent || !agent_has_machine(l[n].agent))
			continue;
		canvas(d, &l[n++]);
	}
	launch_standby_later(l, n, d->paths);
}

static void launch_now(struct desk *d, const char *const *agents, size_t n)
{
	char first[SESSION_ID_MAX + 1] = "", id[SESSION_ID_MAX + 1];
	struct error failed = { 0 }, err;

	for (size_t i = 0; i < n; i++) {
		struct launch l = { .agent = manifest_find(&d->manifest, agents[i], &err),
				    .growth = d->settings.growth };

		canvas(d, &l);
		if (!l.agent || launch_session(&l, d->paths, id, &err) < 0) {
			if (!failed.msg[0]) {
				failed = err;
				error_wrap(&failed, "launch %s", agents[i]);
			}
			continue;
		}
		order_add(&d->order, id);
		if (!first[0])
			memcpy(first, id, sizeof(first));
	}
	if (first[0])
		desk_select(d, first);
	deck_scan(&d->deck);
	if (first[0] && desk_selected(d)) {
		d->filter[0] = '\0';
		desk_select(d, first);
	}
	if (failed.msg[0])
		desk_error(d, &failed);
	desk_standby(d);
}

/* --- The gate --- */

static const struct agent *on_find(struct gate *g, const char *name)
{
	struct desk *d = LIST_ITEM(g, struct desk, gate);
	struct error none;

	return manifest_find(&d->manifest, name, &none);
}

static void on_answered(struct gate *g)
{
	struct desk *d = LIST_ITEM(g, struct desk, gate);

	if (desk_on_top(d, &d->picker.view))
		desk_fill_picker(d);
	desk_changed(d);
}

static void on_open(struct gate *g, const struct gate_names *names)
{
	const char *list[GATE_LAUNCH];

	for (size_t i = 0; i < names->n; i++)
		list[i] = names->names[i];
	launch_now(LIST_ITEM(g, struct desk, gate), list, names->n);
}

/* The modal opens at the check that blocks, and asks about this very launch. */
static void on_blocked(struct gate *g, const struct gate_names *names, const char *id)
{
	struct desk *d = LIST_ITEM(g, struct desk, gate);
	const struct agent *agents[GATE_LAUNCH];
	size_t n = 0;
	char line[96];

	for (size_t i = 0; i < names->n; i++)
		if ((agents[n] = on_find(g, names->names[i])))
			n++;
	preflight_ask(&d->preflight, agents, n);
	preflight_open_at(&d->preflight, &d->stage, id);
	desk_push(d, &d->preflight.view);
	snprintf(line, sizeof(line), "preflight blocks this launch: %s", id);
	desk_notice(d, true, line, "mend it, then launch again");
}

int desk_gate(struct desk *d, struct error *err)
{
	d->gate.find = on_find;
	d->gate.answered = on_answered;
	d->gate.open = on_open;
	d->gate.blocked = on_blocked;
	return gate_init(&d->gate, &d->loop, d->paths, err);
}

void desk_launch(struct desk *d, const char *const *agents, size_t n)
{
	if (d->options->demo)
		launch_now(d, agents, n);
	else
		gate_launch(&d->gate, agents, n);
}

void desk_restart(struct desk *d, struct deck_session *s)
{
	struct launch l = { .name = s->id, .replace = true };
	char id[SESSION_ID_MAX + 1];
	struct error err;

	l.cols = (uint16_t)s->record.cols;
	l.rows = (uint16_t)s->record.rows;
	if (s->record.ready)
		s->before = s->record;
	deck_reopen(s);
	l.agent = manifest_find(&d->manifest, s->record.agent, &err);
	if (!l.agent || launch_session(&l, d->paths, id, &err) < 0) {
		error_wrap(&err, "restart %s", s->id);
		desk_error(d, &err);
	}
	desk_changed(d);
}

/* About the agents that were launched last, or else all. */
void desk_preflight(struct desk *d)
{
	const struct agent *agents[AGENTS_MAX];
	struct error ignored;
	size_t n = 0;

	for (size_t i = 0; i < d->order.n_picked; i++) {
		const struct agent *a = manifest_find(&d->manifest, d->order.picked[i], &ignored);

		if (a)
			agents[n++] = a;
	}
	for (size_t i = 0; !n && i < d->manifest.n; i++)
		agents[i] = &d->manifest.agents[i];
	preflight_ask(&d->preflight, agents, n ? n : d->manifest.n);
}
