/*
 * The preflight modal: the checks on the left under their groups, what was
 * seen, why it matters and how to mend it on the right. It draws the records
 * of a runner of its own and asks it again; it knows no sessions.
 *
 * preflight_view.c draws it, and reads no more than `report`; preflight.c has
 * the keys and the runner; preflight_fix.c mends; preflight_inside.c asks a session.
 */
#ifndef TUI_VIEW_PREFLIGHT_H
#define TUI_VIEW_PREFLIGHT_H

#include "engine/base/loop.h"
#include "engine/base/paths.h"
#include "engine/session/manifest.h"
#include "tui/ignored.h"
#include "tui/view/pager.h"
#include "tui/view/question.h"
#include "tui/view/view.h"

struct preflight_inside;
struct report;
struct runner;

struct preflight {
	struct view view;
	struct runner *runner;       /* owned */
	const struct report *report; /* the runner's; a test's own */
	const struct paths *paths;
	struct ignored ignored;
	const char *at; /* id of the check under the cursor, the table's; NULL: the first */
	int fix;        /* which of its fixes `f` and `y` mean */
	bool passed;    /* those that passed are shown too */
	bool alone;     /* the detail has all the room */
	int top;        /* of the list */
	int scroll;     /* of the detail when it is alone */
	struct preflight_inside *inside; /* what a session says; NULL: none is asked */
	struct question question; /* before a fix is run */
	struct pager pager;       /* the manual */
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

/* Prepare the modal, the cursor on what is worst. Push &p->view afterwards. */
void preflight_open(struct preflight *p, struct stage *stage);
/* The same with the cursor at that check. */
void preflight_open_at(struct preflight *p, struct stage *stage, const char *id);

/* For the top line: "preflight ok", "! 2 preflight", "preflight ..."; the role
 * of its colour. */
enum theme_role preflight_word(const struct preflight *p, char *out, size_t cap);

/* Ask this session from inside, too; its answers stand beside the others. */
void preflight_inside(struct preflight *p, const char *session);

/* --- Between the files --- */

void preflight_inside_apply(struct preflight *p); /* again, after all was asked anew */
void preflight_inside_done(struct preflight *p);

void preflight_draw(struct view *view, struct paint screen);
/* The check under the cursor, or NULL when none is shown. */
const struct check_record *preflight_current(const struct preflight *p);
/* In the order in which they are drawn; gives their number. */
size_t preflight_rows(const struct preflight *p, const struct check_record *out[CHECKS_MAX]);
/* The fix that `f` and `y` mean: the chosen one, or the first with a command; NULL. */
const struct check_fix *preflight_fix(const struct preflight *p);
void preflight_next_fix(struct preflight *p);
void preflight_apply(struct preflight *p);
void preflight_copy(struct preflight *p);
bool preflight_can(struct view *view, enum action a); /* view_ops.can */

#endif
