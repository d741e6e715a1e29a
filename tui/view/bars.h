/*
 * The top line and the footer: how many sessions and what the host does above,
 * the keys of where one is below. The footer is made of the action table, and
 * drops entries as the width shrinks; the way out stays.
 */
#ifndef TUI_VIEW_BARS_H
#define TUI_VIEW_BARS_H

#include "tui/action.h"
#include "tui/host.h"
#include "tui/terminal/surface.h"
#include "tui/view/deck.h"

struct topline {
	const struct deck *deck;
	const struct host *host;
	const char *preflight;    /* "preflight ok", "! 2 preflight", "" */
	enum theme_role preflight_role;
	const char *filter;       /* "" when nothing is filtered out */
	int64_t now;              /* seconds since the epoch */
	int cast;                 /* sessions that are typed into at once; below 0: none are */
	int marked;               /* of those in sight */
	int first, shown, panes;  /* panes: before those shown, shown, in all */
};

void topline_draw(struct paint p, const struct topline *t);
/* Offers what `can` (NULL: everything) says does something just now. */
typedef bool footer_can(void *arg, enum action a);
void footer_draw(struct paint p, const struct bindings *b, enum context c, footer_can *can, void *arg);
/* For typing: how to stop. */
void footer_typing(struct paint p, const struct bindings *b, const char *id);
/* The same for several at once; some of them may get nothing just now. */
void footer_casting(struct paint p, const struct bindings *b, int n, bool skipped);

/* Under 30x8: what is there and what is needed, in what there is. */
void tiny_draw(struct paint p, const struct deck *d, const struct bindings *b);

#endif
