/*
 * A question before something is lost. The harmless answer comes first and is
 * lit; Enter takes what is lit.
 */
#ifndef TUI_QUESTION_H
#define TUI_QUESTION_H

#include "tui/view.h"

struct question {
	struct view view;
	char text[512];   /* "Kill claude-1 and codex-1?" */
	char detail[256]; /* what will be lost, or "" */
	char yes[24], no[24];
	bool lit_yes;
	void (*answered)(struct question *q, bool yes); /* closed already */
	int what;         /* the asker's own */
};

/* Prepare it; text and words are copied. Push &q->view afterwards. */
void question_ask(struct question *q, struct stage *stage, const char *no, const char *yes,
		  const char *detail, const char *fmt, ...) __attribute__((format(printf, 6, 7)));

#endif
