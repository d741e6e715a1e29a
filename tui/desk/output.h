/*
 * What a verb of ours says, in a pager: the verb runs as a child, so that the
 * dashboard goes on meanwhile. Closing the pager ends it.
 */
#ifndef TUI_DESK_OUTPUT_H
#define TUI_DESK_OUTPUT_H

#include "engine/base/loop.h"
#include "tui/view/pager.h"

struct output {
	struct loop *loop;
	struct child child;
	struct source source; /* the pipe's end, owned */
	int fd;
	bool any;             /* something was said */
	struct pager pager;
};

void output_init(struct output *o, struct loop *l);
/* Begin; push &o->pager.view. `argv` is NULL-ended, argv[0] our own name. */
int output_start(struct output *o, struct stage *stage, const char *title, char *const argv[],
		 struct error *err);
void output_done(struct output *o);

#endif
