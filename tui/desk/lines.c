#include "tui/desk/desk.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Lines that are typed at the foot of the screen: the filter, what to search for
 * in a scrollback, where to write what was selected there. */

static void prompt_changed(struct prompt *p)
{
	struct desk *d = LIST_ITEM(p, struct desk, prompt);

	if (d->prompting != PROMPT_FILTER)
		return;
	snprintf(d->filter, sizeof(d->filter), "%.*s", (int)sizeof(d->filter) - 1, p->edit.text);
	d->at = 0; /* where the selected one does not match: the first that does */
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
	case PROMPT_SAVE:
		if (taken && p->edit.text[0])
			desk_save_text(d, p->edit.text);
		break;
	}
	desk_changed(d);
}

static void suggest_path(struct desk *d, char *out, size_t cap)
{
	time_t now = (time_t)desk_now(d);
	char when[32] = "";
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(when, sizeof(when), "%Y%m%d-%H%M%S", &tm);
	snprintf(out, cap, "~/%s-%s.txt", d->selected, when);
}

void desk_ask_line(struct desk *d, enum desk_prompt what)
{
	static const char *const signs[] = { "filter /", "search /", "write to:" };
	char text[96] = "";

	d->prompting = what;
	if (what == PROMPT_FILTER) {
		memcpy(d->filter_before, d->filter, sizeof(d->filter));
		snprintf(text, sizeof(text), "%s", d->filter);
	} else if (what == PROMPT_SAVE) {
		suggest_path(d, text, sizeof(text));
	}
	prompt_open(&d->prompt, &d->stage, signs[what], text);
	d->prompt.ended = prompt_ended;
	d->prompt.changed = prompt_changed;
	desk_push(d, &d->prompt.view);
}
