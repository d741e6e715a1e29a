/*
 * Preparing what a first launch needs, the kernel and the default image, while
 * the dashboard goes on: `vmdeck image build` as a child, and what it says in a
 * pager. Closing the pager leaves the child at work; leaving the dashboard ends
 * it, and nothing half made stays (the image store's promise).
 */
#ifndef TUI_DESK_BUILD_H
#define TUI_DESK_BUILD_H

#include "engine/base/loop.h"
#include "tui/view/pager.h"
#include "tui/view/progress_row.h"

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
	struct pager pager;
	bool failed, cancelled;
	void (*ended)(struct build *b);
	void *owner;
};

void build_init(struct build *b, struct loop *l, struct stage *stage,
		void (*ended)(struct build *b), void *owner);
/* Begin, or show the one under way. */
void build_start(struct build *b);
/* Ask the one under way to end; what it made so far goes. */
void build_cancel(struct build *b);
/* Its row, while it runs. */
bool build_row(const struct build *b, struct progress_row *r);
void build_done(struct build *b);

#endif
