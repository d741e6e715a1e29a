#include "tui/desk/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/view/state.h"

/* What the palette offers: actions, sessions, agents, images, themes. */

enum { DO_ACTION, GO_SESSION, LAUNCH_AGENT, BUILD_IMAGE, TAKE_THEME };

static void add(struct palette *p, int what, int which, const char *kind, const char *name,
		const char *help)
{
	struct palette_item *item = palette_add(p);

	if (!item)
		return;
	item->what = what;
	item->which = which;
	snprintf(item->kind, sizeof(item->kind), "%s", kind);
	snprintf(item->name, sizeof(item->name), "%s", name);
	snprintf(item->help, sizeof(item->help), "%s", help);
}

static bool offered(size_t a)
{
	enum context c = action_rows[a].context;

	return (c == CONTEXT_LIST || c == CONTEXT_ANYWHERE) && a != ACTION_PALETTE &&
	       strncmp(action_rows[a].name, "pane-", 5) != 0;
}

static void add_actions(struct desk *d)
{
	for (size_t a = 1; a < ACTION_COUNT; a++) {
		if (!offered(a))
			continue;
		add(&d->palette, DO_ACTION, (int)a, "", action_rows[a].name, action_rows[a].help);
		if (d->palette.n)
			bindings_key(&d->settings.bindings, (enum action)a,
				     d->palette.items[d->palette.n - 1].key, KEY_NAME_CAP);
	}
}

static void add_sessions(struct desk *d)
{
	for (size_t i = 0; i < d->deck.n; i++) {
		const struct deck_session *s = d->deck.sessions[i];
		char help[112], brief[32];

		snprintf(help, sizeof(help), "%s %s", state_looks[s->record.state].word,
			 s->record.state == SESSION_READY ?
				 state_brief(&s->record, desk_now(d), brief, sizeof(brief)) :
				 "");
		add(&d->palette, GO_SESSION, (int)i, "session", s->id, help);
	}
}

static void add_themes(struct desk *d)
{
	size_t n = 0;
	char **names = theme_names(d->paths, &n);

	for (size_t i = 0; i < n; i++) {
		add(&d->palette, TAKE_THEME, 0, "theme", names[i],
		    strcmp(names[i], d->theme.name) == 0 ? "the one in force" : "");
		free(names[i]);
	}
	free(names);
}

static void add_recipe(struct desk *d, const char *name, const char *title)
{
	add(&d->palette, BUILD_IMAGE, 0, "image build", name, title);
}

static void take(struct palette *p, const struct palette_item *item)
{
	struct desk *d = LIST_ITEM(p, struct desk, palette);
	const char *name = item->name;
	struct deck_session *s;

	switch (item->what) {
	case DO_ACTION:
		desk_act(d, (enum action)item->which);
		break;
	case GO_SESSION:
		s = deck_find(&d->deck, name);
		if (s && !desk_visible(d, s))
			d->filter[0] = '\0';
		if (s)
			desk_select(d, name);
		break;
	case LAUNCH_AGENT:
		desk_launch(d, &name, 1);
		break;
	case BUILD_IMAGE:
		desk_build(d, name);
		break;
	case TAKE_THEME:
		desk_take_theme(d, name);
		break;
	}
	desk_changed(d);
}

/* A theme that is lit is shown; anything else shows the one in force. */
static void lit(struct palette *p, const struct palette_item *item)
{
	struct desk *d = LIST_ITEM(p, struct desk, palette);

	desk_preview_theme(d, item && item->what == TAKE_THEME ? item->name : NULL);
}

static void ready(struct desk *d)
{
	palette_ready(&d->palette);
	d->palette.taken = take;
	d->palette.lit = lit;
	desk_push(d, &d->palette.view);
}

void desk_pick_theme(struct desk *d)
{
	char take_key[KEY_WAY_CAP], leave_key[KEY_WAY_CAP];

	if (palette_open(&d->palette, &d->stage) < 0)
		return;
	add_themes(d);
	ready(d);
	snprintf(d->palette.title, sizeof(d->palette.title), "theme: %s takes it, %s leaves it as it was",
		 desk_way(d, ACTION_LINE_TAKE, take_key), desk_way(d, ACTION_LINE_LEAVE, leave_key));
	palette_light(&d->palette, d->theme.name);
}

void desk_palette(struct desk *d)
{
	if (palette_open(&d->palette, &d->stage) < 0)
		return;
	add_actions(d);
	add_sessions(d);
	for (size_t i = 0; i < d->manifest.n; i++)
		add(&d->palette, LAUNCH_AGENT, (int)i, "launch", d->manifest.agents[i].name,
		    d->manifest.agents[i].title);
	desk_add_recipes(d, add_recipe);
	add_themes(d);
	ready(d);
}
