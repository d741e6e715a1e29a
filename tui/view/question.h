/*
 * A question before something is lost. The harmless answer comes first and is
 * lit; Enter takes what is lit. There may be a third answer, for what is worse
 * than the second.
 */
#ifndef TUI_VIEW_QUESTION_H
#define TUI_VIEW_QUESTION_H

#include "tui/view/view.h"

enum { QUESTION_NO, QUESTION_YES, QUESTION_ALSO, QUESTION_ANSWERS };

struct question {
	struct view view;
	char text[512];   /* "Kill claude-1 and codex-1?" */
	char detail[256]; /* what will be lost, or "" */
	char answers[QUESTION_ANSWERS][24]; /* "" is not there */
	int lit;
	bool also_taken; /* the third answer was it */
	void (*answered)(struct question *q, bool yes); /* closed already */
	int what;         /* the asker's own */
};

/* Prepare it; text and words are copied. Push &q->view afterwards. */
void question_ask(struct question *q, struct stage *stage, const char *no, const char *yes,
		  const char *detail, const char *fmt, ...) __attribute__((format(printf, 6, 7)));

/* After question_ask: another answer, which is a yes with also_taken; "" is none. */
void question_also(struct question *q, const char *also);

#endif
