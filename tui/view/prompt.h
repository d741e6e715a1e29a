/*
 * A line being typed at the foot of the screen: a filter, what to search for, a
 * path. Enter takes it, Esc gives it up.
 */
#ifndef TUI_VIEW_PROMPT_H
#define TUI_VIEW_PROMPT_H

#include "tui/view/edit.h"
#include "tui/view/view.h"

struct prompt {
	struct view view;
	const char *sign; /* what it is for: "filter /" */
	struct edit edit;
	void (*changed)(struct prompt *p);           /* after each key; may be NULL */
	void (*ended)(struct prompt *p, bool taken); /* closed already */
};

void prompt_open(struct prompt *p, struct stage *stage, const char *sign, const char *text);

#endif
