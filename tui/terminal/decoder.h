/*
 * What the operator's terminal sends, taken apart: bytes in, keys, mouse
 * events and pastes out. It is pure: no descriptors, no clock, no curses; its
 * owner says when the line has been silent (decoder_silence).
 *
 * The bytes are keys that a person pressed, and answers that a terminal gives
 * to questions (device attributes, cursor reports, colours, clipboards), its
 * own or of a program before us. Only the former may reach a session, so every
 * control sequence is read to its end by the grammar of ECMA-48, and what is
 * no key of the table is dropped whole (two kinds of answers are told, as such):
 *
 *   ground  ESC -> escape; C0, UTF-8 -> a key
 *   escape  [ -> csi; O -> ss3; ] P X ^ _ -> string; else Alt and a key
 *   csi     parameters 0x30-0x3f, intermediates 0x20-0x2f, final 0x40-0x7e
 *   string  up to BEL or ESC \
 *   paste   CSI 200~ up to CSI 201~
 *
 * A lone Escape is told from the start of a sequence by silence. An answer
 * may be cut in two by a slow line: silence ends an introducer (Escape, Alt
 * and a bracket are keys), but a sequence that has got further waits for its
 * end until it is given up.
 *
 * Limits: an end marker inside pasted text ends the paste there, unless
 * another one follows in what was read at the same time; then it is removed.
 * A report of the cursor (CSI 1;5R) looks like F3 with Control; it is taken
 * for a report, because sessions have more to fear from it.
 */
#ifndef TUI_TERMINAL_DECODER_H
#define TUI_TERMINAL_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/bytes.h"
#include "tui/key.h"

enum {
	DECODER_PARAMS = 8,
	DECODER_ANSWER_CAP = 64, /* bytes of an OSC that is handed on; a longer one is dropped */
	DECODER_PASTE_CAP = 1024 * 1024, /* bytes of one paste; the rest is dropped, and counted */
};

struct mouse {
	int button;      /* enum vt_button of engine/vt/vt.h */
	int row, col;    /* from 0 */
	unsigned mods;
	bool press, motion;
};

struct decoder_events { /* only `answer` may be NULL */
	void (*key)(void *owner, struct key k);
	void (*mouse)(void *owner, const struct mouse *m);
	void (*paste)(void *owner, const char *text, size_t n, uint64_t dropped);
	/* Answers that somebody may have asked for: the words of an OSC, not sanitised, or
	 * NULL and 0: the terminal's device attributes. */
	void (*answer)(void *owner, const char *osc, size_t n);
};

enum decoder_state {
	DECODER_GROUND,
	DECODER_ESCAPE,
	DECODER_CSI,
	DECODER_LINUX,  /* ESC [ [: the Linux console's F1 to F5 */
	DECODER_SS3,
	DECODER_X10,    /* CSI M: three bytes of an old mouse report */
	DECODER_STRING,
	DECODER_STRING_ESCAPE,
	DECODER_PASTE,
};

struct decoder {
	const struct decoder_events *events;
	void *owner;
	enum decoder_state state;
	uint8_t introducer;     /* of a string: for Alt and that key */
	bool private, other;    /* csi: a parameter byte of < = > ?; an intermediate */
	bool begun;             /* more than the introducer was seen */
	unsigned params[DECODER_PARAMS];
	unsigned n_params;
	unsigned skip;          /* bytes of an old mouse report to come */
	char utf8[4];           /* a code point that is not complete */
	unsigned n_utf8, want_utf8;
	bool alt;               /* ESC was before it */
	struct bytes paste;
	char osc[DECODER_ANSWER_CAP];
	unsigned n_osc; /* more than the array has: too long */
};

void decoder_init(struct decoder *d, const struct decoder_events *events, void *owner);
void decoder_done(struct decoder *d);

void decoder_feed(struct decoder *d, const void *data, size_t n);

/* Something has begun and silence may decide it: call decoder_silence after
 * the Escape delay, or (decoder_deep) only after a patience of a second. */
bool decoder_waits(const struct decoder *d);
bool decoder_deep(const struct decoder *d);
void decoder_silence(struct decoder *d);

#endif
