#include "tui/desk.h"

#include <stdio.h>
#include <string.h>

/* Lines that are typed at the foot of the screen: the filter, what to search for
 * in a scrollback, the name of an action. */

/* The i-th action whose name or help has the text. */
static enum action palette_find(const char *text, int i)
{
	for (size_t a = 1; a < ACTION_COUNT; a++) {
		enum context c = action_rows[a].context;
		char line[160];

		if (c != CONTEXT_LIST && c != CONTEXT_ANYWHERE)
			continue;
		if (strncmp(action_rows[a].name, "pane-", 5) == 0 || a == ACTION_PALETTE)
			continue;
		snprintf(line, sizeof(line), "%s %s", action_rows[a].name, action_rows[a].help);
		if (filter_match(text, line, NULL) && i-- == 0)
			return (enum action)a;
	}
	return ACTION_NONE;
}

static bool palette_choice(struct prompt *p, int i, char *word, size_t word_cap, char *help,
			   size_t help_cap)
{
	enum action a = palette_find(p->edit.text, i);

	if (a == ACTION_NONE)
		return false;
	snprintf(word, word_cap, "%s", action_rows[a].name);
	snprintf(help, help_cap, "%s", action_rows[a].help);
	return true;
}

static void palette_run(struct desk *d, const char *name)
{
	for (size_t a = 1; a < ACTION_COUNT; a++)
		if ((action_rows[a].context == CONTEXT_LIST ||
		     action_rows[a].context == CONTEXT_ANYWHERE) &&
		    strcmp(action_rows[a].name, name) == 0) {
			desk_act(d, (enum action)a);
			return;
		}
	desk_notice(d, false, "there is no action of that name", "? lists them");
}

static void prompt_changed(struct prompt *p)
{
	struct desk *d = LIST_ITEM(p, struct desk, prompt);

	if (d->prompting != PROMPT_FILTER)
		return;
	snprintf(d->filter, sizeof(d->filter), "%.*s", (int)sizeof(d->filter) - 1, p->edit.text);
	desk_settle(d);
}

static void prompt_ended(struct prompt *p, bool taken)
{
	struct desk *d = LIST_ITEM(p, struct desk, prompt);
	struct deck_session *s = desk_selected(d);

	switch (d->prompting) {
	case PROMPT_FILTER:
		if (!taken)
			memcpy(d->filter, d->filter_before, sizeof(d->filter));
		desk_settle(d);
		break;
	case PROMPT_SEARCH:
		if (taken && s && s->scroll.on)
			scroll_search(&s->scroll, &s->client, p->edit.text);
		break;
	case PROMPT_PALETTE:
		if (taken)
			palette_run(d, p->edit.text);
		break;
	}
	desk_changed(d);
}

void desk_ask_line(struct desk *d, enum desk_prompt what)
{
	static const char *const signs[] = { "/", "/", ":" };

	d->prompting = what;
	if (what == PROMPT_FILTER)
		memcpy(d->filter_before, d->filter, sizeof(d->filter));
	prompt_open(&d->prompt, &d->stage, signs[what], what == PROMPT_FILTER ? d->filter : "");
	d->prompt.ended = prompt_ended;
	d->prompt.changed = prompt_changed;
	if (what == PROMPT_PALETTE)
		d->prompt.choice = palette_choice;
	desk_push(d, &d->prompt.view);
}
