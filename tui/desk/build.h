/*
 * Images made while the dashboard goes on, one at a time: `vmdeck image build NAME` as
 * a child, and what it says in a pager. Those asked for meanwhile wait for their turn.
 * Closing the pager leaves the child at work; leaving the dashboard ends it, and
 * nothing half made stays (the image store's promise).
 */
#ifndef TUI_DESK_BUILD_H
#define TUI_DESK_BUILD_H

#include "engine/base/loop.h"
#include "tui/view/pager.h"
#include "tui/view/progress_row.h"

enum { BUILD_WAITING = 8, BUILD_NAME = 64, BUILD_TITLE = 96 };

struct build {
	struct loop *loop;
	struct stage *stage;
	struct child child;
	struct source output; /* the pipe's end, owned */
	int fd;
	struct source records; /* of its progress; the pipe's end, owned */
	int records_fd;
	char line[PROGRESS_LINE];
	size_t line_len;
	struct progress now;
	bool known;            /* `now` says something */
	uint64_t begun;        /* now_ms */
	char image[BUILD_NAME]; /* that is made, or was last; "": kernel and default image */
	char waiting[BUILD_WAITING][BUILD_NAME]; /* the next first */
	size_t n_waiting;
	char label[BUILD_TITLE + 40]; /* "image claude, 2 more wait" */
	struct pager pager;
	bool failed, cancelled;
	bool unread;           /* it failed, and the pager was not shown since */
	void (*ended)(struct build *b); /* of one; the next begins after it */
	void *owner;
};

void build_init(struct build *b, struct loop *l, struct stage *stage,
		void (*ended)(struct build *b), void *owner);
/* Build a recipe's image, "" kernel and default image: now, or when those before it are
 * done, which is told. One that is made or waits already is not asked for twice. */
void build_start(struct build *b, const char *image);
/* The pager: of the one under way, of one that failed; else false. */
bool build_show(struct build *b);
/* Is it made, or does it wait? */
bool build_has(const struct build *b, const char *image);
/* "image claude", "kernel and image"; gives out. */
const char *build_name(const char *image, char out[BUILD_TITLE]);
/* Ask the one under way to end; what it made so far goes. Those that wait follow. */
void build_cancel(struct build *b);
/* Its row, while it runs. */
bool build_row(const struct build *b, struct progress_row *r);
void build_done(struct build *b);

#endif
