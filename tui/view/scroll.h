/*
 * Looking back in a session's scrollback: a view on numbered lines with a
 * cursor, a selection, a search and jumps between prompts. The lines are the
 * supervisor's; what is near the view is fetched and kept here. New output moves
 * nothing: lines keep their numbers. Lines that fell out of the history are
 * blank.
 *
 * It knows one client, and no screen: pane.c draws it. scroll_copy.c turns
 * selections into text, scroll_search.c asks for matches and prompts.
 */
#ifndef TUI_VIEW_SCROLL_H
#define TUI_VIEW_SCROLL_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/base/bytes.h"
#include "engine/session/client.h"
#include "tui/action.h"

enum {
	SCROLL_FETCH = 200,
	SCROLL_COPY_CAP = 64 * 1024, /* bytes for the clipboard */
	SCROLL_SAVE_CAP = 8 << 20,   /* bytes for a file */
	SCROLL_NEEDLE = 128,
};

struct scroll_point {
	uint64_t line;
	int col;
};

enum scroll_shape { SCROLL_NONE, SCROLL_CHARS, SCROLL_WHOLE_LINES, SCROLL_RECTANGLE };

struct scroll {
	bool on;
	uint64_t top; /* first line shown */
	int left;     /* first column shown */
	struct scroll_point at;
	enum scroll_shape selecting;
	struct scroll_point from;

	char needle[SCROLL_NEEDLE];
	bool newer;       /* the search under way goes towards newer lines */
	bool wrapped;     /* ... and has begun again at the other end */
	uint32_t search;  /* its request; 0: none */
	bool hit;
	struct scroll_point match;
	int match_len;

	uint32_t seek;    /* lines asked for to find a prompt in; 0: none */
	bool seek_newer;
	uint64_t seek_from; /* the line that the prompt is to be before, or after */

	struct vt_glyph *cells; /* n_have lines from `have` on, owned */
	uint8_t *flags;         /* of each of them: VT_ROW_WRAPPED, VT_ROW_PROMPT */
	uint64_t have;
	int n_have, cols;
	uint32_t fetch; /* its request; 0: none */
	uint64_t dry;   /* 1 + the top for which nothing came */

	/* lines of a selection are being fetched */
	bool copying, to_file;
	bool copy_styled; /* for an asciicast: with colours, as ansi.h has them */
	enum scroll_shape copy_shape;
	bool copy_joins;  /* the next line goes on where the last one ended */
	struct scroll_point copy_at, copy_end;
	int copy_left, copy_right; /* of a rectangle: [left, right) */
	uint32_t copy;
	struct bytes copied;
	char path[PATH_MAX];
};

enum scroll_result {
	SCROLL_STAY,
	SCROLL_LEFT, /* it is over */
	SCROLL_ASK,  /* the person wants to search: bring a needle */
	SCROLL_SAVE, /* ... to write the selection, or all, to a file: bring a path */
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
/* The lowest lines, wherever the cursor was. */
void scroll_bottom(struct scroll *s, struct client *c, int rows);
void scroll_wheel(struct scroll *s, struct client *c, int by, int rows);

/* Keep the view on lines that exist and fetch what is missing: before drawing. */
void scroll_settle(struct scroll *s, struct client *c, int rows);
/* Put the cursor there, in sight. */
void scroll_go(struct scroll *s, struct client *c, struct scroll_point to, int rows);

/* A line's glyphs (s->cols of them), or NULL while they are not here. */
const struct vt_glyph *scroll_line(const struct scroll *s, uint64_t line);
/* The columns of a line that are selected: [*a, *b). False: none. */
bool scroll_selected(const struct scroll *s, uint64_t line, int *a, int *b);

/* An answer of the client to one of its requests. */
enum scroll_lines {
	SCROLL_LINES_NOT_MINE,
	SCROLL_LINES_KEPT,
	SCROLL_LINES_COPIED,    /* the selection is complete in s->copied */
	SCROLL_LINES_NO_PROMPT, /* there is no other prompt that way */
};
enum scroll_lines scroll_lines(struct scroll *s, struct client *c, uint32_t request,
			       uint64_t line, int rows, int cols, const struct vt_glyph *cells,
			       int view_rows);

/* scroll_copy.c */
enum scroll_result scroll_copy(struct scroll *s, struct client *c); /* for the clipboard */
/* The selection, or everything when there is none; s->path says where to, and what as. */
void scroll_save(struct scroll *s, struct client *c);
/* Lines that came for it; true when it is complete. */
bool scroll_copy_lines(struct scroll *s, struct client *c, uint64_t line, int rows, int cols,
		       const struct vt_glyph *cells);
/* The selection in reading order, the cursor's own cell included. */
void scroll_selection(const struct scroll *s, struct scroll_point *from, struct scroll_point *to);

/* scroll_search.c */
void scroll_search(struct scroll *s, struct client *c, const char *needle);
enum scroll_result scroll_again(struct scroll *s, struct client *c, bool newer);
enum scroll_found { SCROLL_NOT_MINE, SCROLL_SEARCHING, SCROLL_FOUND, SCROLL_WRAPPED, SCROLL_NOTHING };
enum scroll_found scroll_found(struct scroll *s, struct client *c, uint32_t request, bool found,
			       uint64_t line, int col, int len, int rows);
/* All matches in a line, for the eye: the one that begins at or after `from`; gives its
 * columns, or false. What goes on in the next line is not among them. */
bool scroll_match(const struct scroll *s, const struct vt_glyph *line, int from, int *col,
		  int *len);
void scroll_seek(struct scroll *s, struct client *c, bool newer);
enum scroll_lines scroll_seek_lines(struct scroll *s, struct client *c, uint64_t line, int rows,
				    int cols, const struct vt_glyph *cells, int view_rows);

#endif
