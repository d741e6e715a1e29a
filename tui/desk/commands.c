#include "tui/desk/desk.h"

#include <stdio.h>

/* What the actions do: each to the part of the desk that knows. */

static void no_such_key(struct desk *d)
{
	char hint[80], way[KEY_WAY_CAP];

	snprintf(hint, sizeof(hint), "%s after it lists them", desk_way(d, ACTION_LEADER_HELP, way));
	desk_notice(d, false, "the leader has no such key", hint);
}

void desk_leader(struct desk *d, enum action a)
{
	if (a >= ACTION_LEADER_PANE_1 && a <= ACTION_LEADER_PANE_9) {
		desk_type(d, false);
		desk_jump(d, (int)(a - ACTION_LEADER_PANE_1) + 1);
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
			desk_next_pane(d, 1);
		else
			desk_next_asking(d);
		desk_type(d, true);
		break;
	case ACTION_LEADER_ZOOM: desk_zoom(d); break;
	case ACTION_LEADER_LOOK: desk_look_back(d, false); break;
	case ACTION_LEADER_FIT: desk_fit(d); break;
	case ACTION_LEADER_HELP: desk_help(d); break;
	case ACTION_LEADER_PALETTE: desk_palette(d); break;
	default: no_such_key(d);
	}
	desk_changed(d);
}

static void preflight(struct desk *d)
{
	struct deck_session *s = desk_selected(d);

	if (s && s->alive)
		preflight_inside(&d->preflight, s->id);
	preflight_open(&d->preflight, &d->stage);
	desk_push(d, &d->preflight.view);
}

/* For marking text with the terminal's own means, as over ssh. */
static void give_mouse(struct desk *d)
{
	char hint[80], way[KEY_WAY_CAP];

	d->mouse_given = !d->mouse_given;
	snprintf(hint, sizeof(hint), "%s takes it back", desk_way(d, ACTION_MOUSE, way));
	draw_mouse(&d->out, !d->mouse_given);
	desk_notice(d, false, d->mouse_given ? "the mouse is the terminal's now" : "the mouse is ours again",
		    d->mouse_given ? hint : "");
}

static void cancel(struct desk *d)
{
	struct progress_row row;
	struct error err;

	if (build_row(&d->build, &row))
		build_cancel(&d->build);
	else if (!d->templates.n)
		desk_notice(d, false, "nothing is being built or fetched", "");
	else if (d->templates.builds[0].phase == TEMPLATE_WRITING)
		desk_notice(d, false, "the template is made, it is only being written", "");
	else if (template_build_stop(d->paths, d->templates.builds[0].key, &err) < 0)
		desk_notice(d, true, err.msg, err.hint);
	else
		desk_notice(d, false, "the template is given up", "");
}

bool desk_act(struct desk *d, enum action a)
{
	desk_changed(d);
	if (a >= ACTION_PANE_1 && a <= ACTION_PANE_9) {
		desk_jump(d, (int)(a - ACTION_PANE_1) + 1);
		return true;
	}
	if (desk_act_cursor(d, a) || desk_act_marks(d, a) || desk_act_panes(d, a))
		return true;
	switch (a) {
	case ACTION_LAUNCH: desk_pick(d); break;
	case ACTION_TYPE: desk_type(d, true); break;
	case ACTION_BROADCAST: desk_ask_broadcast(d); break;
	case ACTION_LOOK_BACK: desk_look_back(d, true); break;
	case ACTION_FILTER: desk_ask_line(d, PROMPT_FILTER); break;
	case ACTION_PREFLIGHT: preflight(d); break;
	case ACTION_STOP:
	case ACTION_KILL:
	case ACTION_RESTART:
	case ACTION_REMOVE: desk_ask(d, a); break;
	case ACTION_THEME: desk_pick_theme(d); break;
	case ACTION_MOUSE: give_mouse(d); break;
	case ACTION_BUILD: desk_build(d, NULL); break;
	case ACTION_CANCEL: cancel(d); break;
	case ACTION_RECORD: desk_record(d); break;
	case ACTION_REFUSED: desk_refused(d); break;
	case ACTION_CHANGES: desk_changes(d); break;
	case ACTION_LOG: desk_log(d); break;
	case ACTION_HELP: desk_help(d); break;
	case ACTION_PALETTE: desk_palette(d); break;
	case ACTION_REDRAW: draw_anew(&d->out); break;
	case ACTION_SUSPEND: desk_suspend(d); break;
	case ACTION_QUIT: desk_leave(d, 0); break;
	default: return false;
	}
	return true;
}
