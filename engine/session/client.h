/*
 * The client's end of a session: one SOCK_SEQPACKET connection to its
 * supervisor, a mirror of the screen, and the few things one can ask. Used by
 * the dashboard and by every verb. It gets cells, never a guest's bytes.
 *
 * All calls return at once; answers come as events, from the loop. What the
 * supervisor does not take is kept up to a cap, then dropped.
 *
 * A session that has ended can be opened too, and one that ends stays open:
 * its record says so, and what is asked of its screen and history is answered
 * from the archive it left. Input then goes nowhere; exec fails.
 */
#ifndef ENGINE_SESSION_CLIENT_H
#define ENGINE_SESSION_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/bytes.h"
#include "engine/base/error.h"
#include "engine/base/list.h"
#include "engine/base/loop.h"
#include "engine/base/paths.h"
#include "engine/session/network_status.h"
#include "engine/session/record.h"
#include "engine/vt/cell.h"

/* The mirror: what the console shows now. Lines are numbered as they scroll
 * (vt.h); the row r of the screen is line top + r. */
struct screen {
	int cols, rows;
	struct vt_glyph *cells;	  /* rows * cols, owned by the client */
	uint64_t first, top, end; /* oldest line kept, first of the screen, one past the last */
	int cursor_row, cursor_col;
	bool cursor_visible;
	uint8_t cursor_shape; /* 0 block, 1 underline, 2 bar */
	bool alt_screen;
	bool mouse;	  /* the guest wants mouse events */
	bool paste;	  /* bracketed paste is on */
	char title[128];  /* cleaned, "" when the agent set none */
	uint64_t version; /* grows with each frame */
	uint64_t whole;	  /* the version since which size and title are what they are */
	uint64_t *changed; /* of each row: the version that changed it last; owned by the client */
};

static inline const struct vt_glyph *screen_row(const struct screen *s, int row)
{
	return s->cells + (size_t)row * (size_t)s->cols;
}

struct client;
struct vt;

struct client_events { /* any may be NULL */
	/* The record changed (state, steps, figures). First comes right after connecting. */
	void (*record)(struct client *c);
	/* The mirror changed; only while watching. */
	void (*frame)(struct client *c);
	/* The terminal bell rang, at most once a second. */
	void (*bell)(struct client *c);
	/* Answer to client_lines: `rows` lines from `line` on, each `cols` glyphs;
	 * fewer than asked when they are gone or do not fit one message: ask again. What else
	 * is known of each is in c->line_flags: VT_ROW_WRAPPED, VT_ROW_PROMPT of vt/row.h. */
	void (*lines)(struct client *c, uint32_t request, uint64_t line, int rows, int cols,
		      const struct vt_glyph *cells);
	/* Answer to client_search; when found, len is in columns. */
	void (*found)(struct client *c, uint32_t request, bool found, uint64_t line, int col,
		      int len);
	/* Answer to client_text, in parts. */
	void (*text)(struct client *c, uint32_t request, const char *text, size_t len, bool last);
	/* Output of client_exec (stream 1 or 2), and its end: exit code, or 128 + signal. */
	void (*output)(struct client *c, uint32_t request, int stream, const void *data, size_t n);
	void (*exited)(struct client *c, uint32_t request, int code);
	/* So much of client_exec_input went on: see CLIENT_EXEC_WINDOW. */
	void (*taken)(struct client *c, uint32_t request, size_t n);
	/* Answer to client_network; the client's own, until the next one. Of a session that has
	 * ended it is what it left; failed, with code ENOENT, when it had no network. */
	void (*network)(struct client *c, uint32_t request, const struct network_status *s);
	/* client_allow was carried out. */
	void (*done)(struct client *c, uint32_t request);
	/* A request failed. */
	void (*failed)(struct client *c, uint32_t request, const struct error *err);
	/* The session was removed, or speaks another version; the last event. Close it
	 * from loop_later, not here. */
	void (*gone)(struct client *c, const struct error *err);
};

struct client {
	struct loop *loop;
	const struct client_events *events;
	void *owner;
	struct session_record record;
	struct screen screen;
	bool open; /* from client_open to client_close or `gone` */
	bool live; /* connected; else it answers from the archive */
	/* private */
	struct source source; /* live: the connection */
	struct bytes out;     /* messages that the socket did not take: u32 length, message */
	int dir;	      /* the session's directory */
	struct vt *archive;   /* ended: what answers instead */
	struct bytes asked;   /* ended: requests to answer at the end of the turn */
	struct later answers;
	struct timer again; /* the connection is lost, the owner's lock not free yet */
	int tries;
	bool watching, full_due, frame_new;
	uint32_t last_request;
	uint8_t *line_flags;
	struct vt_glyph *lines;
	size_t lines_n;
	struct bytes network_text;      /* of an answer whose end is still to come */
	struct network_status *network; /* the last answer, owned */
};

/* Connect, or open the archive; -1 with code ENOENT when there is no such session. */
int client_open(struct client *c, struct loop *l, const struct paths *p, const char *id,
		const struct client_events *events, void *owner, struct error *err);
void client_close(struct client *c); /* no event follows; harmless twice */

/* Frames on or off: a hidden pane costs nothing. */
void client_watch(struct client *c, bool on);

/* Input. Keys and mouse are encoded by the supervisor, which knows the modes.
 * key: a code point, or a named key of engine/vt/vt.h; mods likewise. */
void client_key(struct client *c, uint32_t key, unsigned mods);
void client_mouse(struct client *c, int button, int row, int col, unsigned mods, bool press,
		  bool motion);
void client_paste(struct client *c, const char *text, size_t n);
void client_type(struct client *c, const void *bytes, size_t n); /* as they are; verbs' send */
/* Take the console's keyboard, or let go of it: as long as another client has it, keys,
 * pastes and the mouse are dropped. `failed` comes with EBUSY when another has it, and
 * (of a request that was `done`) with ECANCELED when another takes it over. 0, and nothing
 * follows, when it has ended. */
uint32_t client_take_keyboard(struct client *c, bool over);
void client_leave_keyboard(struct client *c);
/* Enter, when the program has taken what was typed before: `done` tells that it was pressed.
 * By keyboard: dropped like any key while another client has that. */
uint32_t client_enter(struct client *c, bool keyboard);
void client_focus(struct client *c, bool in);
void client_resize(struct client *c, int cols, int rows); /* the canvas, 1..500 each */

/* Requests; each gives a number that its answer carries. */
uint32_t client_lines(struct client *c, uint64_t line, int count); /* count <= 200 */
uint32_t client_search(struct client *c, const char *text, uint64_t line, int col, bool backward);
/* The text of the screen and of so many lines above it: lines that only the width
 * broke are joined, blank ones at the end left out. */
uint32_t client_text(struct client *c, unsigned scrollback);
/* Begin or end a recording (recording.h): `text` has its file's name, in the session's
 * directory. */
uint32_t client_tape(struct client *c, bool on);
/* 0 when argv takes more than 60 KB in all. */
uint32_t client_exec(struct client *c, char *const argv[]);
/* n 0: the end of it. No more than the window may be under way, or it is dropped. */
enum { CLIENT_EXEC_WINDOW = 64 * 1024 };
void client_exec_input(struct client *c, uint32_t request, const void *data, size_t n);
void client_exec_signal(struct client *c, uint32_t request, int signo);

/* What it may reach and what it reached; ask again when the record's net_* change. */
uint32_t client_network(struct client *c);
/* What preflight asks, asked from inside: lines of KEY=VALUE through `text`. */
uint32_t client_prove(struct client *c);
/* Allow or deny a rule ("api.example.com", "*.github.com:22") in this session from now on; to
 * keep it for later ones, too: kept_change (kept.h). */
uint32_t client_allow(struct client *c, const char *rule, bool allow);

/* Looks at the session's disk: the answer comes as `text` (inspect.h, wire.h: LOOK_). Of an
 * ended session there is only LOOK_CHANGES, as they were at its end. Up to three texts. */
uint32_t client_look(struct client *c, unsigned kind, const char *const texts[], size_t n);

void client_stop(struct client *c);   /* ask the guest to power off; killed after 10 s */
void client_kill(struct client *c);   /* at once */
void client_attend(struct client *c); /* the person looked: asks becomes ready */

#endif
