#include "tui/desk/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/session/excerpt.h"

/* Looking back in the selected session, and keeping what was found there. */

void desk_look_back(struct desk *d, bool page)
{
	struct deck_session *s = desk_selected(d);
	int rows, cols;

	if (!s || !s->open || !deck_screen(s)) {
		desk_notice(d, false, "there is nothing to look back on", "");
		return;
	}
	d->resume = d->typing;
	if (d->typing)
		desk_type(d, false);
	desk_inside(d, desk_tile_of(d, s->id), &rows, &cols);
	scroll_enter(&s->scroll, &s->client, rows);
	if (page)
		scroll_act(&s->scroll, &s->client, ACTION_SCROLL_PAGE_UP, rows, cols);
	desk_changed(d);
}

void desk_record(struct desk *d)
{
	struct deck_session *s = desk_selected(d);
	bool on = s && !s->record.recording[0];
	char text[96];

	if (!s || !s->alive || !s->open) {
		desk_notice(d, false, "there is nothing to record", "");
		return;
	}
	client_tape(&s->client, on);
	snprintf(text, sizeof(text), "%s %s", on ? "recording" : "no longer recording", s->id);
	desk_notice(d, false, text, on ? "the same key ends it; vmdeck play shows it" :
					 "it is in the session's directory; vmdeck play shows it");
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
	case SCROLL_SAVE:
		desk_ask_line(d, PROMPT_SAVE);
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

/* With a path: ask for the text, to be written there. Without: it has come. */
void desk_save_text(struct desk *d, const char *path)
{
	struct deck_session *s = desk_selected(d);
	struct cast_header header = { .timestamp = desk_now(d) };
	struct excerpt_saved saved;
	struct error err;
	char text[400];

	if (!s || !s->scroll.on)
		return;
	if (path) {
		if (path[0] == '~' && path[1] == '/')
			snprintf(s->scroll.path, sizeof(s->scroll.path), "%s%s",
				 getenv("HOME") ? getenv("HOME") : "", path + 1);
		else
			snprintf(s->scroll.path, sizeof(s->scroll.path), "%s", path);
		scroll_save(&s->scroll, &s->client);
		return;
	}
	header.cols = s->client.screen.cols;
	header.rows = s->client.screen.rows;
	snprintf(header.title, sizeof(header.title), "%s", s->id);
	if (excerpt_save(s->scroll.path, &header, &s->scroll.copied, &saved, &err) < 0) {
		desk_error(d, &err);
		return;
	}
	snprintf(text, sizeof(text), "%zu bytes are in %.300s%s", saved.bytes, s->scroll.path,
		 saved.taken ? ", secrets taken out" : "");
	desk_notice(d, false, text, s->scroll.copied.dropped ? "the rest did not fit: 8 MiB are the most" : "");
}
