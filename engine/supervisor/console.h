/*
 * A session's console: the machine's bytes into a terminal, a transcript, and
 * what is typed back to the machine. Reading a bounded share in each turn of
 * the loop, with rests where processors are short (throttle.h), is what throttles
 * a guest that floods; everything else keeps its pace. Knows nothing of viewers: it says that something changed.
 */
#ifndef ENGINE_SUPERVISOR_CONSOLE_H
#define ENGINE_SUPERVISOR_CONSOLE_H

#include "engine/base/bytes.h"
#include "engine/base/log.h"
#include "engine/base/loop.h"
#include "engine/supervisor/enter.h"
#include "engine/supervisor/recording.h"
#include "engine/supervisor/throttle.h"
#include "engine/supervisor/transcript.h"
#include "engine/vt/vt.h"

enum {
	CONSOLE_SCROLLBACK = 4 << 20, /* bytes of history: some 25 000 lines */
	CONSOLE_INPUT = 256 << 10,    /* bytes typed that the guest has not taken */
	CONSOLE_LOG = 8 << 20,        /* bytes of transcript, twice that with the older one */
	CONSOLE_ANSWERS = 1 << 10,    /* bytes a second that answer a guest's questions... */
	CONSOLE_ANSWERS_BURST = VT_REPLY_CAP, /* ... and after a silence that many at once */
	CONSOLE_ENTERS = 8,           /* Enter keys that wait (enter.h) */
};

struct console;

struct console_events {
	void (*changed)(struct console *c); /* cells, cursor, modes or history */
	void (*output)(struct console *c);  /* the first bytes came */
	void (*bell)(struct console *c);
	/* The guest calls for the person; text is cleaned, may be "". */
	void (*notify)(struct console *c, const char *text);
	/* The agent says what it does; a shell marks its prompts (vt.h). */
	void (*agent_state)(struct console *c, const struct vt_agent *words);
	void (*prompt)(struct console *c, char mark);
	/* The Enter of that number was pressed, and all before it. */
	void (*entered)(struct console *c, uint32_t number);
};

struct console {
	struct source source;
	const struct console_events *events;
	struct vt *vt;
	struct log log;
	struct transcript transcript;
	struct recording recording; /* on request */
	struct bytes input;
	unsigned answers;      /* bytes that may be answered now, by answered_at */
	uint64_t answered_at;  /* now_ms() */
	uint64_t unanswered;   /* bytes of answers that were not given */
	struct enter enter;    /* an Enter that waits for its text to be taken */
	struct timer enter_timer;
	bool taking;           /* what is waited for is an Enter being taken */
	struct bytes behind;   /* what was typed meanwhile: it goes after that Enter */
	size_t enters[CONSOLE_ENTERS]; /* further ones: their places in it */
	size_t n_enters;
	uint32_t entered;      /* the number of the last that was pressed */
	struct timer sync;     /* shows a held frame at its deadline */
	struct throttle throttle;
	struct timer rest;     /* while it runs, nothing is read */
	bool any_output;
	uint64_t last_input;   /* now_ms() of the last thing typed */
};

int console_init(struct console *c, int dir, int cols, int rows,
		 const struct console_events *events, struct error *err);
/* Connect to a machine's console descriptor; forget it again. */
int console_attach(struct console *c, struct loop *l, int fd, struct error *err);
void console_detach(struct console *c); /* takes what is still to be read first */
void console_done(struct console *c);

/* Bytes that were thrown away, because somebody was too fast or does not read: input,
 * answers, transcript. */
uint64_t console_dropped(const struct console *c);

void console_key(struct console *c, uint32_t key, unsigned mods);
void console_paste(struct console *c, const char *text, size_t n);
void console_mouse(struct console *c, int button, int row, int col, unsigned mods, bool press,
		   bool motion);
void console_focus(struct console *c, bool in);
void console_type(struct console *c, const void *data, size_t n);
/* Enter, when the program has taken what was typed before (enter.h); what is typed
 * from now on comes after it. Gives its number: `entered` tells, maybe at once. */
uint32_t console_enter(struct console *c);
/* No Enter that is asked for by console_enter before then (ms; 0: at any time). */
void console_hold(struct console *c, uint64_t until);

/* A line of our own on the console, between marks that a guest cannot make
 * look like ours anywhere but here. */
void console_say(struct console *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
