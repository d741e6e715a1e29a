/*
 * The state of a terminal, shared by the files that work on it; nobody
 * outside engine/vt includes this. Each of them is one noun: parser (bytes to
 * functions), text (code points to cells), control (what a function does),
 * sgr, mode, osc, reply, resize, keys, mouse, search.
 */
#ifndef ENGINE_VT_TERMINAL_H
#define ENGINE_VT_TERMINAL_H

#include "engine/base/bytes.h"
#include "engine/vt/cluster.h"
#include "engine/vt/grid.h"
#include "engine/vt/history.h"
#include "engine/vt/vt.h"

enum {
	PARAMS_MAX = 32,      /* what comes after them is ignored */
	PARAM_LIMIT = 99999,  /* larger values count as this */
	STRING_CAP = 128 * 1024 + 64, /* OSC and DCS; longer ones are ignored */
	STRING_KEEP = 1024,   /* storage that is kept between them */
	KITTY_STACK = 8,
	TITLE_STACK = 4,
};

/* Modes that are on or off, one bit each; mode.c ties them to their numbers. */
enum vt_mode_bit {
	MODE_APP_CURSOR = 1 << 0,
	MODE_REVERSE = 1 << 1,
	MODE_ORIGIN = 1 << 2,
	MODE_WRAP = 1 << 3,
	MODE_BLINK = 1 << 4,
	MODE_VISIBLE = 1 << 5,
	MODE_APP_KEYPAD = 1 << 6,
	MODE_FOCUS = 1 << 7,
	MODE_MOUSE_SGR = 1 << 8,
	MODE_ALT_SCROLL = 1 << 9,
	MODE_PASTE = 1 << 10,
	MODE_SYNC = 1 << 11,
	MODE_THEME = 1 << 12,
	MODE_INSERT = 1 << 13,
	MODE_NEWLINE = 1 << 14,
	MODE_MOUSE_X10 = 1 << 16, /* of these four one is on at most */
	MODE_MOUSE_CLICKS = 1 << 17,
	MODE_MOUSE_DRAG = 1 << 18,
	MODE_MOUSE_ANY = 1 << 19,
	MODE_ALT = 1 << 20,
	MODE_MOUSE = MODE_MOUSE_X10 | MODE_MOUSE_CLICKS | MODE_MOUSE_DRAG | MODE_MOUSE_ANY,
	MODES_AT_START = MODE_WRAP | MODE_VISIBLE | MODE_BLINK | MODE_ALT_SCROLL,
};

struct vt_position {
	int row, col;
	bool pending; /* col is the last one and has been written: wrap first */
};

/* What DECSC saves. */
struct vt_saved {
	struct vt_position at;
	struct vt_cell pen;
	bool origin;
	uint8_t charset[4]; /* G0 to G3: 'B', '0' or 'A' */
	uint8_t gl;
};

struct vt_screen {
	struct vt_row **rows; /* owned, as many as the terminal has */
	struct vt_saved saved;
	uint8_t kitty[KITTY_STACK]; /* the last one is in force */
	uint8_t n_kitty;            /* at least 1 */
};

enum vt_state {
	STATE_GROUND,
	STATE_ESC,
	STATE_ESC_INTER,
	STATE_CSI,
	STATE_CSI_INTER,
	STATE_CSI_IGNORE,
	STATE_DCS,        /* parameters, up to the final byte */
	STATE_DCS_IGNORE, /* the same of a malformed one */
	STATE_STRING,     /* OSC, DCS data */
	STATE_SKIP,       /* APC, PM, SOS and strings not wanted */
};

struct vt_parser {
	uint8_t state;   /* enum vt_state */
	uint8_t kind;    /* of string: ']' OSC, 'P' DCS; 0 not wanted */
	uint8_t prefix;  /* of '<', '=', '>', '?'; or 0 */
	uint8_t inter;   /* the last intermediate byte, or 0 */
	uint8_t n_inter;
	uint8_t n;       /* parameters begun, at most PARAMS_MAX */
	bool full;       /* more came: ignore the digits */
	uint32_t param[PARAMS_MAX];
	uint32_t sub;    /* bit i: a colon, not a semicolon, goes before param[i] */

	/* A code point under way. */
	uint32_t cp;
	uint8_t more;     /* bytes that it still needs */
	uint8_t low, high; /* range of the next one */

	uint8_t *string; /* owned */
	size_t string_n, string_size;
	bool string_over; /* too long, or no memory: ignore it */
	bool bel;         /* it ended in BEL: so does the answer */
};

struct vt {
	int cols, rows;
	struct vt_screen *screen; /* &main or &alt */
	struct vt_position at;
	struct vt_cell pen; /* the blank cell with the attributes of text to come */
	uint32_t modes;
	uint32_t saved_modes; /* XTSAVE */
	int top, bottom;    /* scrolling region, both included */
	uint8_t charset[4]; /* of the cursor, as in vt_saved */
	uint8_t gl;         /* 0..3 */
	uint8_t shift;      /* G2 or G3 for one character, or 0 */
	bool plain;         /* ASCII text goes through vt_ascii: no insert mode, no shift */
	const uint16_t *map; /* then: what 0x20 to 0x7e are, or NULL for themselves */
	bool joining;       /* U+200D came after the glyph before the cursor */
	uint32_t last;      /* what REP repeats, or 0 */
	struct vt_parser parser;

	struct vt_screen main, alt;
	struct vt_clusters clusters;
	uint32_t underline[256]; /* colours by number; [0] is the default */
	int n_underline;
	uint64_t fed;            /* bytes, roughly (parser.c), to space out collections */
	uint64_t underline_tried;
	uint64_t cluster_tried;
	struct vt_history history;
	uint8_t *scratch; /* VT_ROW_MAX(cols) */
	uint32_t generation;
	bool *tabs; /* one per column */

	uint8_t shape; /* enum vt_shape */
	uint8_t modify_keys;
	char title[VT_TITLE_CAP + 1];
	char (*titles)[VT_TITLE_CAP + 1]; /* pushed ones, TITLE_STACK, or NULL */
	uint8_t n_titles;

	bool any_dirty;
	uint64_t scrolled;
	struct vt_cursor clean_cursor; /* as at vt_clean */
	uint32_t clean_modes;

	uint64_t now;
	uint64_t deadline; /* of the frame under way, 0 before the first */
	bool frame_taken;  /* vt_clean came since */

	struct bytes replies;
	bool replay;
	const struct vt_events *events; /* never NULL */
	void *owner;
	struct vt_palette palette;
};

/* terminal.c */
/* Free what no cell uses; at most now and then, unless it must be now. */
void vt_collect_clusters(struct vt *vt, bool now);
/* Number of an underline colour. */
uint32_t vt_underline(struct vt *vt, uint32_t color);
static inline struct vt_tables vt_tables(const struct vt *vt)
{
	return (struct vt_tables){ vt->clusters.v, vt->underline };
}
static inline struct vt_row *vt_row(const struct vt *vt, int row)
{
	return vt->screen->rows[row];
}
static inline void vt_touch(struct vt *vt, struct vt_row *r)
{
	r->dirty = true;
	vt->any_dirty = true;
}
/* A blank in the background of the text to come. */
static inline struct vt_cell vt_blank(const struct vt *vt)
{
	return (struct vt_cell){ .bg = vt->pen.bg & CELL_COLOR };
}
/* Columns of a line that goes on in the next: all, or without the one that a
 * wide glyph left over. */
int vt_line_len(const struct vt *vt, uint64_t line);
void vt_touch_rows(struct vt *vt, int from, int to); /* to included */
void vt_soft_reset(struct vt *vt);
void vt_hard_reset(struct vt *vt);

/* screen.c: where the cursor is, and what moves with it. */
void vt_goto(struct vt *vt, int row, int col); /* clamped to the screen */
void vt_index(struct vt *vt);         /* down, scrolling at the bottom margin */
void vt_reverse_index(struct vt *vt);
void vt_scroll_up(struct vt *vt, int top, int bottom, int n, bool keep);
void vt_scroll_down(struct vt *vt, int top, int bottom, int n);
void vt_erase_rows(struct vt *vt, int from, int to); /* to not included */
void vt_save_cursor(struct vt *vt);
void vt_restore_cursor(struct vt *vt);
void vt_set_alt(struct vt *vt, bool on); /* the screen only */
void vt_update_plain(struct vt *vt);

/* text.c */
extern const uint16_t vt_graphics[0x5f]; /* DEC special graphics, from 0x20 */
size_t vt_ascii(struct vt *vt, const uint8_t *p, size_t n);
void vt_put(struct vt *vt, uint32_t cp);
void vt_repeat(struct vt *vt, uint32_t n);

/* control.c */
void vt_c0(struct vt *vt, uint8_t byte);
void vt_esc(struct vt *vt, uint8_t final);
void vt_csi(struct vt *vt, uint8_t final);
void vt_dcs(struct vt *vt);

/* Parameter i, `absent` when it is missing or 0. */
static inline int vt_param(const struct vt *vt, int i, int absent)
{
	return i < vt->parser.n && vt->parser.param[i] ? (int)vt->parser.param[i] : absent;
}

/* sgr.c */
void vt_sgr(struct vt *vt);
size_t vt_sgr_text(const struct vt *vt, char *buf, size_t cap); /* "0;1;31m" */

/* mode.c */
void vt_mode_csi(struct vt *vt, bool on);      /* CSI h and l */
void vt_mode_save_csi(struct vt *vt, bool restore);
void vt_mode_report(struct vt *vt);            /* DECRQM */

/* osc.c */
void vt_osc(struct vt *vt);
/* Copy what of text is allowed in a title: at most cap - 1 bytes, NUL. */
void vt_clean_text(char *out, size_t cap, const uint8_t *text, size_t n);

/* reply.c */
void vt_reply(struct vt *vt, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void vt_device_status(struct vt *vt);
void vt_request_status(struct vt *vt); /* DECRQSS */
void vt_theme_report(struct vt *vt);

/* keys.c */
void vt_kitty_csi(struct vt *vt);

#endif
