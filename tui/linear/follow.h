/*
 * Reading one session aloud: what is new on its console (news.h), once the console has
 * been quiet for a moment, or every two seconds while it is not. It says nothing by
 * itself: its owner asks when nobody may be interrupted any more.
 */
#ifndef TUI_LINEAR_FOLLOW_H
#define TUI_LINEAR_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/loop.h"
#include "tui/view/deck.h"
#include "tui/linear/news.h"

struct follow {
	struct loop *loop;
	char id[SESSION_ID_MAX + 1]; /* "": nobody */
	struct page told, now;
	uint64_t since;    /* now_ms of the first frame that was not told; 0: all was */
	bool due;          /* it was quiet: tell when it may be */
	uint32_t request;  /* for lines, under way; 0: none */
	uint64_t want;     /* one past the last line that is asked for */
	uint64_t left_out; /* lines that went by unheard */
	bool fresh;        /* nothing was told of it yet */
	struct timer quiet;
	void (*ready)(void *owner); /* due */
	void *owner;
};

void follow_init(struct follow *f, struct loop *l, void (*ready)(void *owner), void *owner);
void follow_done(struct follow *f);

/* Begin with that session: what it shows now comes first. NULL: with none. */
void follow_begin(struct follow *f, struct deck *d, struct deck_session *s);

/* The deck's events, of any session. */
void follow_frame(struct follow *f, const struct deck_session *s);
void follow_failed(struct follow *f, const struct deck_session *s, uint32_t request);
/* True when it was its answer and all of it is there: follow_tell. */
bool follow_lines(struct follow *f, struct deck_session *s, uint32_t request, uint64_t line, int rows,
		  int cols, const struct vt_glyph *cells);

/* Ask for what is due; harmless when nothing is. */
void follow_ask(struct follow *f, struct deck *d);
/* Say what came. */
void follow_tell(struct follow *f, news_fn *line, void *arg);

#endif
