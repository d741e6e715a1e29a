/*
 * The Enter key behind a text that did not come from fingers. Programs that ask for
 * bracketed pastes (mode 2004: codex, claude, opencode, readline) also judge by time: to
 * codex an Enter within an eighth of a second of a burst of keys is a newline in what
 * was pasted. So Enter is pressed when the program has taken the text, which is seen
 * where a person would see it: the text's end stands on the screen for a moment. A
 * program that shows something else (a password's dots, "[Pasted text]") is given until
 * it has been still for longer; one that shows nothing, until a deadline. Where mode
 * 2004 is off, Enter is pressed at once.
 *
 * An Enter that answers a question has something else to wait for: claude drops keys that
 * come before its question is drawn and for a fifth of a second after, without a sign
 * (`hold`, attention.h).
 *
 * This is the judgement alone: no timer, no queue, no console; callers bring the
 * time and come back when enter_due says.
 */
#ifndef ENGINE_SUPERVISOR_ENTER_H
#define ENGINE_SUPERVISOR_ENTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vt;

enum {
	ENTER_SETTLE = 250,  /* ms that the text stands there */
	ENTER_STILL = 2500,  /* ms without a change, when something else does: a program that
	                      * begins is busy, and its first screens say nothing of our text */
	ENTER_LATEST = 15000, /* ms after the text went in, whatever is to be seen */
	ENTER_TAKEN = 4000,   /* the same for keys without text, an Enter among them: whatever
	                       * is drawn after it tells that it was taken */
	ENTER_TAIL = 12,     /* bytes of the text's end that are looked for */
};

struct enter {
	bool waiting;          /* an Enter is to be pressed */
	uint64_t hold;         /* ms: no Enter before; the caller's, and may change at any time */
	/* private */
	char tail[ENTER_TAIL + 1]; /* end of what was typed last: within one word; may be "" */
	bool fresh;            /* something was typed since the last Enter */
	int before;            /* how often that stood on the screen when it was typed */
	uint64_t typed, drawn, shown; /* ms; 0: not since then */
};

/* A text went, or is about to go, to the program. */
void enter_typed(struct enter *e, const struct vt *vt, const void *text, size_t n, uint64_t now);
/* Enter is wanted. True: press it now; else `waiting` is set. */
bool enter_wanted(struct enter *e, const struct vt *vt, uint64_t now);
/* The screen has changed. */
void enter_drawn(struct enter *e, const struct vt *vt, uint64_t now);
/* When enter_may has to be asked, in ms; 0: nothing is waited for. */
uint64_t enter_due(const struct enter *e);
/* True: press it now; `waiting` is over. */
bool enter_may(struct enter *e, uint64_t now);

#endif
