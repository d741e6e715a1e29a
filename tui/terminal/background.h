/*
 * Is the operator's terminal light or dark? It is asked once, by OSC 11, and a request for
 * device attributes follows as a fence: whoever knows the first answers it before the second,
 * and nearly all terminals answer the second. So once the fence has come nothing more of it is
 * under way. The decoder takes the answers out of what is typed and brings them here. Knows
 * neither themes nor curses.
 *
 * Sources: xterm's ctlseqs, "Operating System Commands" 11 and "Send Device Attributes".
 *
 * Limits: a terminal that has not answered within ANSWER_MS is taken for one that does not.
 * What it says later is still swallowed while we run, and lands in the shell if we have ended
 * by then; so it does when we are killed with SIGKILL while it is under way.
 */
#ifndef TUI_TERMINAL_BACKGROUND_H
#define TUI_TERMINAL_BACKGROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BACKGROUND_ANSWER_MS = 2000 };

struct background {
	bool due;       /* asked, and the fence has not come */
	uint64_t until; /* now_ms: what comes later changes nothing */
};

enum background_said {
	BACKGROUND_NOTHING, /* no answer to that, or none that could be read, or too late */
	BACKGROUND_DARK,
	BACKGROUND_LIGHT,
};

/* The question went out (draw_ask_background). */
void background_asked(struct background *b);

/* What the decoder heard: the words of an OSC (n bytes), or NULL: device attributes. */
enum background_said background_hear(struct background *b, const char *osc, size_t n);

/* May an answer still come that is to be heard? */
bool background_waits(const struct background *b);

/* Before the terminal is somebody else's: what is still to come is taken from it, and what is
 * typed meanwhile with it. Returns at once when nothing is due, else after the fence or when
 * the time for it is over. */
void background_drain(struct background *b, int fd);

/* "11;rgb:ffff/ffff/ffff", "11;#fff": light is what black text is easier to read on than white. */
enum background_said background_read(const char *osc, size_t n);

#endif
