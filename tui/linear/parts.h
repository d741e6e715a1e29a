/*
 * The state of the plain mode, and what its files have of each other. Private to them.
 */
#ifndef TUI_LINEAR_PARTS_H
#define TUI_LINEAR_PARTS_H

#include "tui/view/deck.h"
#include "tui/linear/follow.h"
#include "tui/linear/line.h"
#include "tui/linear/linear.h"
#include "tui/linear/tell.h"
#include "tui/linear/words.h"
#include "tui/order.h"
#include "tui/settings.h"

struct linear {
	const struct paths *paths;
	const struct linear_verb *verbs;
	struct loop loop;
	struct signals signals;
	struct settings settings;
	struct order order;
	struct deck deck;
	struct line line;
	struct tell tell;
	struct follow follow;
	struct notify notify;
	struct later turn;      /* look whether something can be said or done */
	struct child verb;      /* of a verb that runs */
	bool running;
	char selected[SESSION_ID_MAX + 1];
	char typing[SESSION_ID_MAX + 1]; /* lines go to that session; "": they are commands */
	int code;               /* of the last command */
};

/* command.c: carry out a line. */
void linear_do(struct linear *l, const char *line);

/* out.c */
void linear_say(void *linear, const char *line); /* a tell_fn and a news_fn */
void linear_fail(struct linear *l, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Run a verb of the command line, with the terminal; argv[0] is its name. */
void linear_verb(struct linear *l, char *const argv[]);
void linear_leave(struct linear *l);
/* Look at the end of the turn whether something can be said or done. */
void linear_soon(struct linear *l);

#endif
