/*
 * The gate before a launch: asks preflight about agents, one at a time for the
 * picker (so that what would be blocked is grey, with its reason), or all that are
 * launched together. What was found good is remembered (engine/check/remembered.h),
 * and then it answers at once. It draws nothing and launches nothing.
 */
#ifndef TUI_GATE_H
#define TUI_GATE_H

#include "engine/base/loop.h"
#include "engine/base/paths.h"
#include "engine/session/manifest.h"

enum { GATE_LAUNCH = 32 };

struct gate;
struct runner;

struct gate_answer {
	char agent[AGENT_NAME_MAX + 1];
	bool blocked;
	char reason[280]; /* "C02: image work has no CA bundle" */
};

struct gate_names {
	char names[GATE_LAUNCH][AGENT_NAME_MAX + 1];
	size_t n;
};

struct gate {
	struct runner *runner; /* owned */
	const struct paths *paths;
	/* Set before init. An agent by name, or NULL; what `ask` found changed; a launch may
	 * go on, or is blocked by the check of that id. */
	const struct agent *(*find)(struct gate *g, const char *name);
	void (*answered)(struct gate *g);
	void (*open)(struct gate *g, const struct gate_names *names);
	void (*blocked)(struct gate *g, const struct gate_names *names, const char *id);

	/* private */
	struct gate_answer answers[AGENTS_MAX];
	size_t n_answers;
	char asks[AGENTS_MAX][AGENT_NAME_MAX + 1]; /* for the picker; the first is asked first */
	size_t n_asks;
	struct gate_names launch; /* waits, or is asked; n 0: none */
	bool busy, launching;     /* the runner is at one of the two */
	char key[65];             /* of what is asked; "": none */
	struct later next;
	struct loop *loop;
};

int gate_init(struct gate *g, struct loop *l, const struct paths *paths, struct error *err);
void gate_done(struct gate *g);

/* Ask about an agent alone; the answer is gate_reason's. */
void gate_ask(struct gate *g, const char *agent);
/* Why it cannot be launched, as far as is known; NULL when nothing is known against it. */
const char *gate_reason(const struct gate *g, const char *agent);

/* Ask about a launch of these: `open` or `blocked` follows, at once when it is remembered.
 * Another one that still waits is let through unasked to `open` first. */
void gate_launch(struct gate *g, const char *const *agents, size_t n);

#endif
