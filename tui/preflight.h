/*
 * The preflight modal: the checks on the left under their groups, what was
 * seen, why it matters and how to mend it on the right. It draws the records
 * of a runner of its own and asks it again; it knows no sessions.
 */
#ifndef TUI_PREFLIGHT_H
#define TUI_PREFLIGHT_H

#include "engine/base/loop.h"
#include "engine/base/paths.h"
#include "engine/session/manifest.h"
#include "tui/view.h"

struct runner;

struct preflight {
	struct view view;
	struct runner *runner; /* owned */
	const struct paths *paths;
	const char *at; /* id of the check under the cursor, the table's; NULL: the first */
	bool passed;    /* those that passed are shown too */
	bool alone;     /* the detail has all the room */
	int top;
	void (*changed)(struct preflight *p);
	void (*finished)(struct preflight *p); /* all have answered */
	void *owner;
};

/* The callbacks are set before. Nothing is asked yet. */
int preflight_init(struct preflight *p, struct loop *l, const struct paths *paths,
		   struct error *err);
void preflight_done(struct preflight *p);

/* Ask about a launch of these agents, one each. */
void preflight_ask(struct preflight *p, const struct agent *const *agents, size_t n);

bool preflight_blocked(const struct preflight *p);
/* Why agents of that backend cannot be launched; false when they can. */
bool preflight_reason(const struct preflight *p, const char *backend, char *out, size_t cap);

/* Prepare the modal, the cursor on what is worst. Push &p->view afterwards. */
void preflight_open(struct preflight *p, struct stage *stage);

/* For the top line: "preflight ok", "! 2 preflight", "preflight ..."; the role
 * of its colour. */
enum theme_role preflight_word(const struct preflight *p, char *out, size_t cap);

#endif
