/*
 * Preparing what a first launch needs, the kernel and the default image, while
 * the dashboard goes on: `vmdeck image build` as a child, and what it says in a
 * pager. Closing the pager leaves the child at work; leaving the dashboard ends
 * it, and nothing half made stays (the image store's promise).
 */
#ifndef TUI_BUILD_H
#define TUI_BUILD_H

#include "engine/base/loop.h"
#include "tui/pager.h"

struct build {
	struct loop *loop;
	struct stage *stage;
	struct child child;
	struct source output; /* the pipe's end, owned */
	int fd;
	struct pager pager;
	bool failed;
	void (*ended)(struct build *b);
	void *owner;
};

void build_init(struct build *b, struct loop *l, struct stage *stage,
		void (*ended)(struct build *b), void *owner);
/* Begin, or show the one under way. */
void build_start(struct build *b);
void build_done(struct build *b);

#endif
