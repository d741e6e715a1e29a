/*
 * Looking back in a session's scrollback: a view on numbered lines with a
 * cursor, a selection and a search. The lines are the supervisor's; what is
 * near the view is fetched and kept here. New output moves nothing: lines keep
 * their numbers. Lines that fell out of the history are blank.
 *
 * It knows one client, and no screen: pane.c draws it.
 */
#ifndef TUI_SCROLL_H
#define TUI_SCROLL_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/bytes.h"
#include "engine/session/client.h"
#include "tui/action.h"

enum { SCROLL_FETCH = 200, SCROLL_COPY_CAP = 64 * 1024, SCROLL_NEEDLE = 128 };

struct scroll_point {
	uint64_t line;
	int col;
};

struct scroll {
	bool on;
	uint64_t top; /* first line shown */
	int left;     /* first column shown */
	struct scroll_point at;
	bool selecting;
	struct scroll_point from;

	char needle[SCROLL_NEEDLE];
	bool newer;       /* the search under way goes towards newer lines */
	bool wrapped;     /* ... and has begun again at the other end */
	uint32_t search;  /* its request; 0: none */
	bool hit;
	struct scroll_point match;
	int match_len;

	struct vt_glyph *cells; /* n_have lines from `have` on, owned */
	uint64_t have;
	int n_have, cols;
	uint32_t fetch; /* its request; 0: none */
	uint64_t dry;   /* 1 + the top for which nothing came */

	bool copying;   /* lines of a selection are being fetched */
	struct scroll_point copy_at, copy_end;
	uint32_t copy;
	struct bytes copied;
};

enum scroll_result {
	SCROLL_STAY,
	SCROLL_LEFT,   /* it is over */
	SCROLL_ASK,    /* the person wants to search: bring a needle */
	SCROLL_COPYING,
	SCROLL_NO_NEEDLE,
};

/* Begin at the live screen of `rows` visible rows. */
void scroll_enter(struct scroll *s, struct client *c, int rows);
void scroll_leave(struct scroll *s);
void scroll_done(struct scroll *s);

/* `rows` and `cols` are of the view. */
enum scroll_result scroll_act(struct scroll *s, struct client *c, enum action a, int rows,
			      int cols);
void scroll_search(struct scroll *s, struct client *c, const char *needle);
void scroll_wheel(struct scroll *s, struct client *c, int by, int rows);

/* Keep the view on lines that exist and fetch what is missing: before drawing. */
void scroll_settle(struct scroll *s, struct client *c, int rows);

/* A line's glyphs (s->cols of them), or NULL while they are not here. */
const struct vt_glyph *scroll_line(const struct scroll *s, uint64_t line);
/* The columns of a line that are selected: [*a, *b). False: none. */
bool scroll_selected(const struct scroll *s, uint64_t line, int *a, int *b);

/* Answers. True when something changed. scroll_lines gives true in *copied when
 * a selection is complete in s->copied. */
bool scroll_lines(struct scroll *s, struct client *c, uint32_t request, uint64_t line, int rows,
		  int cols, const struct vt_glyph *cells, bool *copied);
enum scroll_found { SCROLL_NOT_MINE, SCROLL_SEARCHING, SCROLL_FOUND, SCROLL_WRAPPED, SCROLL_NOTHING };
enum scroll_found scroll_found(struct scroll *s, struct client *c, uint32_t request, bool found,
			       uint64_t line, int col, int len, int rows);

#endif
