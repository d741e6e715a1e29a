/*
 * A view: something that lies over the panes and has the keyboard while it is
 * there: the picker, the preflight, a question, a pager, a line being typed.
 * Views are stacked; what a view does not want falls through to what is common
 * (CONTEXT_ANYWHERE), never to the view below.
 *
 * The stage is what a view may ask of the dashboard. It knows no sessions.
 */
#ifndef TUI_VIEW_VIEW_H
#define TUI_VIEW_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/action.h"
#include "tui/terminal/surface.h"

struct view;

struct view_ops {
	const char *name;
	enum context context;
	void (*draw)(struct view *v, struct paint screen);
	/* A key before its binding is looked up; true when it was taken. May be NULL. */
	bool (*key)(struct view *v, struct key k);
	/* False: not one of its own. May be NULL. */
	bool (*act)(struct view *v, enum action a);
	/* May be NULL. */
	void (*paste)(struct view *v, const char *text, size_t n);
	/* Would it do something just now? The footer offers no other. NULL: all do. */
	bool (*can)(struct view *v, enum action a);
};

struct stage;
struct stage_ops {
	void (*close)(struct stage *s, struct view *v); /* off the stack; its owner frees it */
	void (*push)(struct stage *s, struct view *v);  /* on top; harmless when it is there */
	void (*changed)(struct stage *s);               /* draw soon */
	void (*notice)(struct stage *s, bool bad, const char *text, const char *hint);
	void (*copy)(struct stage *s, const char *text, size_t n, const char *what);
	/* A command with the terminal to itself; `ran` is called with its exit code when the
	 * screen is ours again. */
	void (*run)(struct stage *s, char *const argv[], void (*ran)(void *arg, int code), void *arg);
	int64_t (*now)(struct stage *s); /* seconds since the epoch, as the rest of the screen has it */
};

struct stage {
	const struct stage_ops *ops;
	const struct bindings *bindings;
};

struct view {
	const struct view_ops *ops;
	struct stage *stage;
};

/* A box of that size in the middle, smaller where the screen is; what is inside
 * its frame, cleared, with a title. */
struct paint view_box(struct paint screen, int rows, int cols, enum theme_role role,
		      const char *title);

#endif
