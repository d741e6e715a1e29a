/*
 * What a session's network policy refused, in a list: a name may be allowed from
 * here, for this session or for later ones too. It shows events as they are told to
 * it and says what was chosen; it knows no client.
 */
#ifndef TUI_VIEW_REFUSED_H
#define TUI_VIEW_REFUSED_H

#include "engine/session/network_status.h"
#include "engine/session/record.h"
#include "tui/view/view.h"

struct refused {
	struct view view;
	char id[SESSION_ID_MAX + 1]; /* of the session */
	char policy[16];
	char note[160];              /* instead of rows: still asking, no network, ... */
	struct event *items;         /* owned */
	unsigned n;
	bool all;                    /* other events, too */
	unsigned at, top;
	int rows;                    /* of the last drawing */
	/* The rule that lets the event under the cursor through; for later sessions, too. */
	void (*allow)(struct refused *v, const char *rule, bool keep);
};

void refused_open(struct refused *v, struct stage *stage, const char *id, const char *note);
/* What there is now; the cursor stays on its name. */
void refused_set(struct refused *v, const struct network_status *n);
void refused_done(struct refused *v);

#endif
