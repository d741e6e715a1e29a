/*
 * A terminal: bytes in, cells out. It speaks what TERM=xterm-256color
 * promises and what today's agents ask for, keeps what scrolled away, and
 * turns keys, mouse and pastes into the bytes that its modes call for.
 *
 * It is pure: no descriptors, no clock (callers bring the time), no locale, no
 * globals. It does not know who draws the cells, where the bytes come from, or
 * what a session is.
 *
 * The bytes are hostile. So: every buffer has a cap, nothing recurses, the
 * work per byte is bounded, the size is bounded (VT_SIZE_MAX), and a code
 * point reaches a cell only if it is on the whitelist:
 *
 *   - dropped: C0 and C1 controls, DEL, bidi controls, zero-width and other
 *     format characters, variation selectors but U+FE0F, tags, invisible
 *     fillers that take no column;
 *   - shown as U+FFFD, one column: private use, non-characters, surrogates,
 *     unassigned code points, line and paragraph separators, bytes that are
 *     not UTF-8, visible format characters (Arabic number signs) and fillers;
 *   - shown as '-': U+00AD, the soft hyphen;
 *   - kept as part of the glyph before them, at most VT_GLYPH_MAX code points
 *     in all: combining marks, skin tones, the second half of a flag. U+200D
 *     and U+FE0F are kept only inside an emoji cluster, never at its front,
 *     and the joiner only between two pictographs. vt_glyph_plain() gives a
 *     glyph without them: draw that, and the outer terminal has nothing to
 *     decide.
 *
 * Lines have numbers that grow and stay valid while lines scroll: the oldest
 * line kept is vt_first(), the screen's top row is vt_screen(), one past the
 * screen's last row is vt_end(). The alternate screen's rows take the numbers
 * vt_screen()..vt_end() while it is shown; what is above it is the history of
 * the main screen. A change of width re-wraps the lines and renumbers them;
 * vt_generation() changes when it does, and when history is erased.
 *
 * Callbacks run inside vt_write; they must not call back into the terminal.
 */
#ifndef ENGINE_VT_VT_H
#define ENGINE_VT_VT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/vt/cell.h"

struct vt;

enum {
	VT_SIZE_MAX = 1000,      /* columns, rows */
	VT_REPLY_CAP = 4096,     /* bytes of unsent replies */
	VT_TITLE_CAP = 200,      /* bytes of a title, without the NUL */
	VT_NOTE_CAP = 500,       /* bytes of a notification's text */
	VT_CLIPBOARD_CAP = 96 * 1024, /* bytes of a clipboard offer */
	VT_SYNC_MS = 150,        /* longest that a synchronised frame is held */
};

/* NULL when the size is out of 1..VT_SIZE_MAX or memory is out.
 * scrollback_bytes is the cap on history, 0 for none. */
struct vt *vt_new(int cols, int rows, size_t scrollback_bytes);
void vt_free(struct vt *vt);

/* Feed bytes; any split of a stream gives the same screen. now_ms is any
 * clock that does not go back. */
void vt_write(struct vt *vt, const void *data, size_t n, uint64_t now_ms);

/* 0, or -1 (out of 1..VT_SIZE_MAX, or no memory) with nothing changed. */
int vt_resize(struct vt *vt, int cols, int rows);

/* As after power-on, history kept. */
void vt_reset(struct vt *vt);

/* Replies and events off (true) while a recording is replayed. */
void vt_set_replay(struct vt *vt, bool replay);

int vt_cols(const struct vt *vt);
int vt_rows(const struct vt *vt);
size_t vt_memory(const struct vt *vt); /* bytes allocated in all */

/* Lines. */

uint64_t vt_first(const struct vt *vt);
uint64_t vt_screen(const struct vt *vt);
uint64_t vt_end(const struct vt *vt);
uint32_t vt_generation(const struct vt *vt);

/* What a column shows; blank when there is no such line or column. For more
 * than one column of a line in the history, vt_line is cheaper. */
void vt_glyph(const struct vt *vt, uint64_t line, int col, struct vt_glyph *out);
/* A whole line, `cols` glyphs, blank to the right of what it has. */
void vt_line(const struct vt *vt, uint64_t line, struct vt_glyph *out, int cols);
/* The line as UTF-8, blanks at its end trimmed unless it goes on in the next.
 * Bytes it takes (without the NUL); at most cap - 1 are stored, cut between
 * code points, always terminated when cap > 0. */
size_t vt_line_text(const struct vt *vt, uint64_t line, char *buf, size_t cap);
/* The line goes on in the next one: they were broken only by the width. */
bool vt_line_wrapped(const struct vt *vt, uint64_t line);
/* A prompt begins in it, said the guest (OSC 133;A). */
bool vt_line_prompt(const struct vt *vt, uint64_t line);

/* The line in the packed form of row.h: its bytes, 0 when it does not fit or
 * there is no such line. VT_ROW_MAX(cols) always fits. */
size_t vt_row_pack(const struct vt *vt, uint64_t line, uint8_t *out, size_t cap);

/* The base code point of a glyph and its combining marks, without joiners,
 * selectors, skin tones and second emoji: what is safe to draw. How many. */
int vt_glyph_plain(const struct vt_glyph *g, uint32_t out[VT_GLYPH_MAX]);

/* Damage since vt_clean(). A row's mark goes with its line when the screen
 * scrolls into history: whoever shifts its copy by vt_scrolled() rows (or
 * keeps it by line number) needs only the dirty rows. */
bool vt_changed(const struct vt *vt); /* rows, cursor, modes or history */
bool vt_dirty(const struct vt *vt, int row);
uint64_t vt_scrolled(const struct vt *vt); /* lines that went into history */
void vt_clean(struct vt *vt);

struct vt_cursor {
	int row, col; /* col < cols also while a wrap is pending */
	bool visible, blink;
	uint8_t shape; /* enum vt_shape */
};
enum vt_shape { VT_SHAPE_BLOCK, VT_SHAPE_UNDERLINE, VT_SHAPE_BAR };
struct vt_cursor vt_cursor(const struct vt *vt);

enum vt_mouse { VT_MOUSE_OFF, VT_MOUSE_X10, VT_MOUSE_CLICKS, VT_MOUSE_DRAG, VT_MOUSE_ANY };

struct vt_modes {
	bool alt_screen;
	uint8_t mouse;        /* enum vt_mouse: 9, 1000, 1002, 1003 */
	bool mouse_sgr;       /* 1006 */
	bool focus;           /* 1004 */
	bool paste;           /* 2004 */
	bool app_cursor;      /* DECCKM */
	bool app_keypad;      /* DECKPAM */
	bool reverse;         /* DECSCNM: the whole screen in reverse */
	bool insert, newline; /* IRM, LNM */
	bool origin, wrap;    /* DECOM, DECAWM */
	bool sync;            /* 2026 */
	bool theme_reports;   /* 2031 */
	bool alt_scroll;      /* 1007: the wheel sends arrows on the alternate screen */
	uint8_t kitty;        /* keyboard flags in force */
	uint8_t modify_keys;  /* modifyOtherKeys, 0..2 */
};
struct vt_modes vt_modes(const struct vt *vt);

/* Synchronised output. The cells always are the newest; while a frame is held
 * a viewer should not take them yet. 0, or the time at which it must. */
uint64_t vt_sync_deadline(const struct vt *vt);
bool vt_frame_held(const struct vt *vt, uint64_t now_ms);

const char *vt_title(const struct vt *vt); /* cleaned and cut; "" at first */

/* Move up to cap bytes of what the terminal answers into buf. */
size_t vt_replies(struct vt *vt, void *buf, size_t cap);
uint64_t vt_replies_dropped(const struct vt *vt); /* bytes, since vt_new */

/*
 * OSC 7501, by which agents tell what they do: key=value pairs with ':' between
 * them, as codex and claude send them. Each may be "". A program asks whether
 * anybody listens ("?"), and is told yes.
 */
struct vt_agent {
	char state[32]; /* "idle", "working", "blocked", "clear" (says nothing any more) */
	char app[32];   /* "codex" */
	char kind[32];  /* of blocked: "permission", "question" */
	char id[32];    /* of the part that it is about; "": of the whole */
	char msg[200];  /* sent as base64 */
};

/* What happened besides cells. NULL where nobody cares. Strings are cleaned
 * (whitelist), cut and NUL-terminated; they die with the call. */
struct vt_events {
	void (*bell)(void *owner);
	void (*title)(void *owner, const char *title);
	/* OSC 9, 99, 777; title may be "". */
	void (*notify)(void *owner, const char *title, const char *body);
	/* OSC 9;4: state 0 none, 1 normal, 2 error, 3 busy, 4 paused. */
	void (*progress)(void *owner, int state, int percent);
	/* OSC 7501: what a program says it is doing. */
	void (*agent_state)(void *owner, const struct vt_agent *words);
	/* OSC 133: 'A' prompt, 'B' input, 'C' output, 'D' done. */
	void (*prompt)(void *owner, char mark);
	/* OSC 52 write: text that the guest would like on the clipboard. Not
	 * NUL-terminated; no controls but tab and newline. */
	void (*clipboard)(void *owner, const char *text, size_t n);
};
void vt_set_events(struct vt *vt, const struct vt_events *events, void *owner);

/* Colours that the terminal answers with (OSC 4, 10, 11, 12; ?996n): 0xRRGGBB.
 * A guest's attempts to change them are ignored. */
struct vt_palette {
	uint32_t color[256];
	uint32_t fg, bg, cursor;
};
uint32_t vt_index_rgb(uint8_t index); /* 0xRRGGBB of xterm's 256 */
void vt_palette_default(struct vt_palette *p); /* these */
/* Sends the new scheme to a guest that asked for it (mode 2031). */
void vt_set_palette(struct vt *vt, const struct vt_palette *p);

/* Search. Plain text; a needle without capitals matches either case. Matches
 * span lines that are broken only by the width. */
struct vt_match {
	uint64_t line;     /* where it begins */
	int col;
	uint64_t end_line; /* its last column, the match included */
	int end_col;
};
enum vt_direction { VT_FORWARD, VT_BACKWARD };
/* The first match that begins at or after (line, col), or the last one that
 * begins before it. */
bool vt_search(const struct vt *vt, const char *needle, uint64_t line, int col,
	       enum vt_direction dir, struct vt_match *out);

/* Input. Each gives the bytes to send, 0 for nothing (unknown, off in the
 * present modes, or more than cap). 64 bytes fit every key and mouse event. */

enum vt_key { /* beyond Unicode: named keys */
	VT_KEY_NONE = 0x200000,
	VT_KEY_UP, VT_KEY_DOWN, VT_KEY_RIGHT, VT_KEY_LEFT,
	VT_KEY_HOME, VT_KEY_END, VT_KEY_PAGE_UP, VT_KEY_PAGE_DOWN,
	VT_KEY_INSERT, VT_KEY_DELETE,
	VT_KEY_BACKSPACE, VT_KEY_TAB, VT_KEY_ENTER, VT_KEY_ESCAPE,
	VT_KEY_BEGIN, /* the keypad's middle */
	VT_KEY_F1, VT_KEY_F2, VT_KEY_F3, VT_KEY_F4, VT_KEY_F5, VT_KEY_F6,
	VT_KEY_F7, VT_KEY_F8, VT_KEY_F9, VT_KEY_F10, VT_KEY_F11, VT_KEY_F12,
	VT_KEY_F13, VT_KEY_F14, VT_KEY_F15, VT_KEY_F16, VT_KEY_F17, VT_KEY_F18,
	VT_KEY_F19, VT_KEY_F20,
	VT_KEY_KP_0, VT_KEY_KP_1, VT_KEY_KP_2, VT_KEY_KP_3, VT_KEY_KP_4,
	VT_KEY_KP_5, VT_KEY_KP_6, VT_KEY_KP_7, VT_KEY_KP_8, VT_KEY_KP_9,
	VT_KEY_KP_DECIMAL, VT_KEY_KP_DIVIDE, VT_KEY_KP_MULTIPLY,
	VT_KEY_KP_SUBTRACT, VT_KEY_KP_ADD, VT_KEY_KP_ENTER, VT_KEY_KP_EQUAL,
	VT_KEY_LAST = VT_KEY_KP_EQUAL,
};
enum vt_mod { VT_SHIFT = 1, VT_ALT = 2, VT_CTRL = 4, VT_SUPER = 8 };

/* key: a code point (as typed: 'A', not shift and 'a') or an enum vt_key. */
size_t vt_key_encode(const struct vt *vt, uint32_t key, unsigned mods, char *out, size_t cap);

enum vt_button {
	VT_BUTTON_LEFT, VT_BUTTON_MIDDLE, VT_BUTTON_RIGHT, VT_BUTTON_NONE,
	VT_WHEEL_UP, VT_WHEEL_DOWN, VT_WHEEL_LEFT, VT_WHEEL_RIGHT,
};
enum vt_mouse_kind { VT_PRESS, VT_RELEASE, VT_MOTION };
/* row, col from 0. A motion's button is the one held, or VT_BUTTON_NONE. */
size_t vt_mouse_encode(const struct vt *vt, enum vt_mouse_kind kind, enum vt_button button,
		       int row, int col, unsigned mods, char *out, size_t cap);

/* A paste: its end marker, all controls but tab, newline and carriage return
 * and what is not UTF-8 removed; brackets added when the guest asked for them,
 * else newlines sent as Enter sends them. n + 12 bytes always fit. */
size_t vt_paste_encode(const struct vt *vt, const char *text, size_t n, char *out, size_t cap);
size_t vt_focus_encode(const struct vt *vt, bool focused, char *out, size_t cap);

#endif
