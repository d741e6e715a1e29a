/*
 * What an agent is doing, and whether it waits for the person: a state machine
 * over facts that others bring. It has no clock, no descriptors and no
 * supervisor; callers say what happened and when, and come back at the time
 * that attention_due names.
 *
 * There are three kinds of facts, the better one first:
 *
 *   told      the agent's own words about itself (OSC 7501: codex, claude). From
 *             the first such word on, the screen is no longer asked.
 *   screen    the agent's patterns, on the rows at the foot of the screen. They
 *             are texts that stand there as long as a state lasts ("esc to
 *             interrupt"), never a frame of a spinner.
 *   events    a bell, a notification, a shell's marks (OSC 133). A call for the
 *             person stays until the person types, looks, or the agent works.
 *
 * A state is entered when it has held for a while (HOLD in attention.c), so
 * that what only flickers is never told; an ask that the person answered before
 * that was none.
 */
#ifndef ENGINE_SESSION_ATTENTION_H
#define ENGINE_SESSION_ATTENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/session/pattern.h"

struct vt;
struct vt_agent;

enum {
	ATTENTION_PATTERNS = 8,     /* of a kind */
	ATTENTION_ROWS = 14,        /* that are looked at, up from the last that has anything */
};

enum attention_state {
	ATTENTION_STARTING, /* not at its prompt yet */
	ATTENTION_READY,    /* it runs; what it does is not known, or nothing yet */
	ATTENTION_WORKING,
	ATTENTION_ASKS,     /* it waits for the person */
	ATTENTION_IDLE,     /* it has finished what it did, and is at its prompt */
	ATTENTION_EXITED,   /* the agent's program is over, the machine is not */
	ATTENTION_COUNT
};

/* How an agent's screen tells (pattern.h). Lists end at the first empty text. */
struct attention_patterns {
	char ready[ATTENTION_PATTERNS][PATTERN_MAX];
	char working[ATTENTION_PATTERNS][PATTERN_MAX];
	char asks[ATTENTION_PATTERNS][PATTERN_MAX];
};

struct attention {
	const struct attention_patterns *patterns; /* borrowed; NULL or empty: only events */
	enum attention_state state;
	uint64_t since;           /* ms: when it was entered */
	char why[200];            /* what it asks for; may be "" */
	/* private */
	enum attention_state told, seen, next;
	bool has_told, has_seen, call, started, worked, dirty, blank, halted;
	char call_why[200], told_why[200], seen_why[200];
	uint64_t next_since, scanned, output, typed;
	uint64_t asked, shown; /* its question: since when it has one, and since when it stands there */
};

void attention_init(struct attention *a, const struct attention_patterns *p, uint64_t now);

/* Facts. */
void attention_started(struct attention *a, uint64_t now); /* its program runs */
void attention_output(struct attention *a, uint64_t now);  /* the screen may have changed */
void attention_told(struct attention *a, const struct vt_agent *words, uint64_t now);
void attention_bell(struct attention *a, uint64_t now);
void attention_note(struct attention *a, const char *text, uint64_t now);
void attention_mark(struct attention *a, char mark, uint64_t now); /* OSC 133 */
void attention_typed(struct attention *a, uint64_t now);
void attention_looked(struct attention *a, uint64_t now);  /* the person has seen it */
void attention_exited(struct attention *a, const char *how, uint64_t now);
void attention_restarted(struct attention *a, uint64_t now);

/* By what it tells or shows it would take a text now. (Its state may be ready for want of
 * something better.) */
bool attention_at_prompt(const struct attention *a);

/* From when on its question can be answered, in ms; 0: it has none. An agent tells that it
 * asks before it draws what (claude: by half a second and more), and drops keys that come
 * before that can have been read. */
uint64_t attention_readable(const struct attention *a);

/* When attention_step has to be called at the latest, 0: not before a fact. */
uint64_t attention_due(const struct attention *a);
/* Look at the screen if need be, and enter the state that holds. True: another
 * one than before. */
bool attention_step(struct attention *a, const struct vt *vt, uint64_t now);

#endif
