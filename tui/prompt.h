/*
 * A line being typed at the foot of the screen: a filter, what to search for,
 * the name of an action. Enter takes it, Esc gives it up.
 */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include "tui/edit.h"
#include "tui/view.h"

enum { PROMPT_CHOICES = 10 };

struct prompt {
	struct view view;
	const char *sign; /* "/" or ":" */
	struct edit edit;
	void (*changed)(struct prompt *p);           /* after each key; may be NULL */
	void (*ended)(struct prompt *p, bool taken); /* closed already */
	/* Lines shown above, for completion: gives the i-th for the text, or false. May
	 * be NULL. `word` is what Tab or Enter takes. */
	bool (*choice)(struct prompt *p, int i, char *word, size_t word_cap, char *help,
		       size_t help_cap);
	int lit; /* of the choices */
};

void prompt_open(struct prompt *p, struct stage *stage, const char *sign, const char *text);

#endif
