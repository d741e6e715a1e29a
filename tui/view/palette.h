/*
 * The palette: everything that has a name, found by a few letters of it. It is a
 * list with a line to type in; what is in it and what taking one means is its
 * owner's. Knows neither actions nor sessions.
 */
#ifndef TUI_VIEW_PALETTE_H
#define TUI_VIEW_PALETTE_H

#include "tui/view/edit.h"
#include "tui/view/view.h"

enum { PALETTE_MAX = 512, PALETTE_NAME = 64 };

struct palette_item {
	char name[PALETTE_NAME]; /* what is typed at */
	char kind[12];           /* "", "session", "theme", ...: shown dim, and matched too */
	char help[112];
	char key[24];            /* that does the same, or "" */
	int what, which;         /* the owner's */
};

struct palette {
	struct view view;
	struct edit edit;
	struct palette_item *items; /* PALETTE_MAX, owned */
	int n;
	int *shown;                 /* indices of those that match, the best first; owned */
	int n_shown, at, top;
	char title[144]; /* "": of the palette itself */
	void (*taken)(struct palette *p, const struct palette_item *item); /* closed already */
	/* Another one is lit; NULL: none is, or it was left. May be NULL. */
	void (*lit)(struct palette *p, const struct palette_item *item);
};

/* Empty; add items, then push &p->view. -1 without memory. */
int palette_open(struct palette *p, struct stage *stage);
/* The next item, zeroed, to be filled in; NULL when it is full. */
struct palette_item *palette_add(struct palette *p);
void palette_ready(struct palette *p); /* all were added */
void palette_light(struct palette *p, const char *name); /* begin there */
void palette_done(struct palette *p);

#endif
