#include "tui/desk/desk.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tui/view/state.h"

/* What the deck tells: sessions that came and went, new cells, bells, changes of
 * state that a person should hear of, answers to what was asked. */

enum { ECHO_MS = 100 };

/* FNV-1a (D. Eastlake and others, "The FNV Non-Cryptographic Hash Algorithm"). */
static uint64_t mix(uint64_t h, const void *data, size_t n)
{
	for (const uint8_t *p = data; n--; p++)
		h = (h ^ *p) * 0x100000001b3;
	return h;
}

/* What there is to see of the sessions, but for what always moves: ages, CPU, memory. */
static uint64_t sight(const struct deck *deck)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < deck->n; i++) {
		const struct deck_session *s = deck->sessions[i];
		const struct session_record *r = &s->record;
		uint64_t figures[] = { r->state, r->n_steps, r->net_refused, r->changes, s->alive, s->held,
				       s->open, s->restart, r->cols, r->rows };

		h = mix(h, s->id, strlen(s->id) + 1);
		h = mix(h, r->cause, strlen(r->cause) + 1);
		h = mix(h, r->net, strlen(r->net) + 1);
		h = mix(h, r->recording, strlen(r->recording) + 1);
		h = mix(h, figures, sizeof(figures));
	}
	return mix(h, deck->problem, strlen(deck->problem));
}

static void on_changed(struct deck *deck)
{
	struct desk *d = deck->owner;
	uint64_t before = d->sight;

	desk_settle(d);
	desk_network_moved(d);
	if (!d->settings.motion) {
		d->sight = sight(deck);
		if (d->sight == before)
			return; /* figures wait for the tick */
	}
	desk_changed(d);
}

/* What comes right after a key in the pane that one types into is its echo: it
 * does not wait for the others' pace, and the first of it for none. */
static void on_frame(struct deck_session *s)
{
	struct desk *d = s->deck->owner;
	bool mine = d->typing && (strcmp(s->id, d->selected) == 0 || (d->casting && s->cast));
	bool echo = mine && now_ms() - d->typed_at < ECHO_MS;

	desk_pane_changed(d, !echo ? PACE_FRAME : d->echo_due ? PACE_NOW : PACE_ECHO);
	if (mine)
		d->echo_due = false;
}

static void ring(struct desk *d)
{
	if (d->out.screen && d->settings.bell && notify_bell(&d->notify, now_ms()))
		draw_bell(&d->out);
}

/* A guest's own bell is heard where one types; elsewhere the state tells. */
static void on_bell(struct deck_session *s)
{
	struct desk *d = s->deck->owner;

	if (d->typing && strcmp(s->id, d->selected) == 0)
		ring(d);
}

static void on_state(struct deck_session *s, enum session_state before)
{
	struct desk *d = s->deck->owner;
	bool looked_at = d->typing && strcmp(s->id, d->selected) == 0;
	char text[80];

	if (!notify_change(&s->told, before, s->record.state, now_ms()) || looked_at)
		return;
	ring(d);
	snprintf(text, sizeof(text), "%s: %s", s->id, state_looks[s->record.state].word);
	if (d->out.screen && d->settings.osc != NOTIFY_NO_OSC)
		draw_notify(&d->out, d->settings.osc, text);
}

static void copied(struct desk *d, struct deck_session *s)
{
	const char *text = (const char *)bytes_front(&s->scroll.copied);
	size_t n = s->scroll.copied.len;
	char what[64];

	if (s->scroll.to_file) {
		desk_save_text(d, NULL);
		return;
	}
	snprintf(what, sizeof(what), "%zu bytes%s", n,
		 s->scroll.copied.dropped ? ", and no more: 64 KiB are the most; w writes all" : "");
	d->stage.ops->copy(&d->stage, text, n, what);
}

static void on_lines(struct deck_session *s, uint32_t request, uint64_t line, int rows, int cols,
		     const struct vt_glyph *cells)
{
	struct desk *d = s->deck->owner;
	int view_rows, view_cols;

	desk_inside(d, desk_tile_of(d, s->id), &view_rows, &view_cols);
	switch (scroll_lines(&s->scroll, &s->client, request, line, rows, cols, cells, view_rows)) {
	case SCROLL_LINES_NOT_MINE:
		return;
	case SCROLL_LINES_COPIED:
		copied(d, s);
		break;
	case SCROLL_LINES_NO_PROMPT:
		desk_notice(d, false, "no other prompt that way", "");
		break;
	case SCROLL_LINES_KEPT:
		break;
	}
	s->dirty = true;
	desk_changed(d);
}

static void on_found(struct deck_session *s, uint32_t request, bool found, uint64_t line, int col,
		     int len)
{
	struct desk *d = s->deck->owner;
	int rows, cols;

	desk_inside(d, desk_tile_of(d, s->id), &rows, &cols);
	switch (scroll_found(&s->scroll, &s->client, request, found, line, col, len, rows)) {
	case SCROLL_NOTHING:
		desk_notice(d, false, "not found", s->scroll.needle);
		break;
	case SCROLL_WRAPPED:
		desk_notice(d, false, "went on at the other end", "");
		break;
	default:
		break;
	}
	s->dirty = true;
	desk_changed(d);
}

static void on_network(struct deck_session *s, uint32_t request, const struct network_status *n)
{
	(void)request;
	desk_network(s, n);
}

static void on_done(struct deck_session *s, uint32_t request, const struct error *err)
{
	if (!desk_keyboard_lost(s, request, err))
		desk_network_done(s, request, err);
}

static void on_restart(struct deck_session *s)
{
	desk_restart(s->deck->owner, s);
}

const struct deck_events desk_deck_events = {
	.changed = on_changed,
	.frame = on_frame,
	.bell = on_bell,
	.state = on_state,
	.lines = on_lines,
	.found = on_found,
	.network = on_network,
	.done = on_done,
	.restart = on_restart,
};
