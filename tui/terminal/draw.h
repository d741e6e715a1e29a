/*
 * The way to the operator's terminal, by curses: this is its front door, and
 * nobody else calls it. It shows a surface (draw.c); what changed since the last
 * one is all that goes out. The terminal is taken and given back by
 * draw_terminal.c.
 *
 * It is also the last gate. Whatever a cell holds, what reaches the terminal
 * are the sequences of terminfo, a few of our own (below), and code points that
 * text_allowed() passes and that libc prints in as many columns as the cell
 * has: so that neither curses nor the terminal decides where the next one goes.
 * Clusters of joined emoji are drawn as their first one. Nothing redefines a
 * palette slot or writes an OSC, except draw_clipboard for the operator's own
 * selection, draw_notify for words of ours, where the operator asked for it, and
 * draw_ask_background, once (OSC 11 and CSI c).
 *
 * Our own sequences: modes 2004 (bracketed paste), 1000, 1002 and 1006 (mouse),
 * and kitty's keyboard protocol pushed to nothing and popped at the end, so that
 * what a program before us left on does not change our keys; where terminfo says
 * that it is a terminal of that kind (it has kmous).
 */
#ifndef TUI_TERMINAL_DRAW_H
#define TUI_TERMINAL_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "engine/base/error.h"
#include "tui/color_mode.h"
#include "tui/notify.h"
#include "tui/terminal/surface.h"
#include "tui/terminal/tty.h"

enum draw_palette {
	DRAW_MONO,  /* attributes only */
	DRAW_BASIC, /* 8 or 16 colours */
	DRAW_FULL,  /* 256, or all */
};

struct draw_options {
	enum color_mode color;
	bool ascii;
	bool mouse;
	FILE *out; /* NULL: stdout */
	int in;    /* the terminal's other direction; curses does not read it */
};

struct draw {
	enum draw_palette palette;
	bool rgb;          /* the terminal takes 24 bits */
	bool ascii;        /* so the locale or the caller wants it */
	bool xterm;        /* has kmous: knows the modes above */
	bool mouse;
	int rows, cols;
	char notice[160];  /* what the operator should know: an unknown TERM; or "" */
	/* private */
	void *screen;      /* SCREEN */
	FILE *out;
	int plain;         /* curses' pair for the terminal's own colours */
	struct tty tty;
	struct surface shown;
	bool anew;         /* everything must be drawn */
	bool cursor;
	bool pushed;       /* keys_push was sent and is to be popped */
};

/* ENOTTY when the terminal cannot show a dashboard: `dumb`, or no terminal. */
int draw_init(struct draw *d, const struct draw_options *o, struct error *err);
/* The terminal as it was; harmless twice and on zeroed. */
void draw_done(struct draw *d);

/* Ask the kernel how large it is now, and follow. */
int draw_resize(struct draw *d, struct error *err);

/* Looks only at the rows that are touched, which they are not any more then. */
void draw_show(struct draw *d, struct surface *s);
void draw_anew(struct draw *d); /* the next frame is drawn in full */

void draw_bell(struct draw *d);
/* A notification of the terminal, by OSC 9 or 777. The text is cut and cleaned to
 * printable ASCII here. */
void draw_notify(struct draw *d, enum notify_osc how, const char *text);
/* Ask the terminal what its background is; the answer comes as input (background.h). */
void draw_ask_background(struct draw *d);
void draw_mouse(struct draw *d, bool on);
/* Put text on the operator's clipboard (OSC 52): false when it is too long. */
enum { DRAW_CLIPBOARD_MAX = 64 * 1024 };
bool draw_clipboard(struct draw *d, const char *text, size_t n);

/* Leave the screen to somebody else (the shell, sudo), and come back. */
void draw_leave(struct draw *d);
void draw_return(struct draw *d);

#endif
