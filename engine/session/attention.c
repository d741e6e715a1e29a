#include "engine/session/attention.h"

#include <stdio.h>
#include <string.h>

#include "engine/session/pattern.h"
#include "engine/vt/vt.h"

enum {
	SCAN_MS = 60,           /* between two looks at the screen */
	STILL_MS = 30 * 1000,   /* a screen that has not changed for so long is no start any more */
	BLANK_MS = 10 * 60 * 1000, /* one with nothing on it: opencode takes minutes where it is emulated */
	SILENT_MS = 2 * 1000,   /* for an agent without patterns to say something */
	TYPING_MS = 3 * 1000,   /* a bell this soon after a key asks for nobody */
	READ_MS = 1500,         /* a question that stands there can have been read */
	UNSEEN_MS = 15 * 1000,  /* one that was told and is not to be seen */
	ROW_BYTES = 1024,
};

/* How long a state must hold before it is entered. Finishing takes longest: an
 * agent is between two steps of its work for a moment, again and again. */
static const uint64_t HOLD[ATTENTION_COUNT] = {
	[ATTENTION_READY] = 300,
	[ATTENTION_WORKING] = 150,
	[ATTENTION_ASKS] = 300,
	[ATTENTION_IDLE] = 700,
	[ATTENTION_EXITED] = 0,
};

/* Patterns. */

static bool any(const char list[][PATTERN_MAX], const char *row)
{
	for (int i = 0; i < ATTENTION_PATTERNS && list[i][0]; i++)
		if (pattern_match(list[i], row))
			return true;
	return false;
}

static bool has_patterns(const struct attention *a)
{
	const struct attention_patterns *p = a->patterns;

	return p && (p->ready[0][0] || p->working[0][0] || p->asks[0][0]);
}

/* The screen. */

static size_t row_text(const struct vt *vt, int row, char *out)
{
	return vt_line_text(vt, vt_screen(vt) + (uint64_t)row, out, ROW_BYTES);
}

/* The question that a dialog asks: the lowest row that ends in one's mark. */
static void keep_question(struct attention *a, const char *row)
{
	const char *from = pattern_begin(row);
	size_t n = strlen(from);

	while (n && (from[n - 1] == ' ' || from[n - 1] == '|'))
		n--;
	if (n > 3 && !strncmp(from + n - 3, "\xe2\x94\x82", 3)) /* a box's right side */
		for (n -= 3; n && from[n - 1] == ' ';)
			n--;
	if (n < 2 || from[n - 1] != '?')
		return;
	snprintf(a->seen_why, sizeof(a->seen_why), "%.*s", (int)(n < 199 ? n : 199), from);
}

/* Asking beats working beats ready: a dialog stands in front of what it
 * interrupts. */
static void scan(struct attention *a, const struct vt *vt, uint64_t now)
{
	bool ready = false, working = false, asks = false;
	char row[ROW_BYTES], sign[sizeof(a->seen_why)] = ""; /* lowest row by which it asks */
	char before[sizeof(a->seen_why)];
	int r = vt_rows(vt) - 1;

	memcpy(before, a->seen_why, sizeof(before));
	a->seen_why[0] = '\0';
	while (r >= 0 && !row_text(vt, r, row))
		r--;
	a->blank = r < 0;
	for (int i = 0; i < ATTENTION_ROWS && r >= 0; i++, r--) {
		if (!row_text(vt, r, row))
			continue;
		if (any(a->patterns->asks, row) && !asks) {
			asks = true;
			snprintf(sign, sizeof(sign), "%.199s", pattern_begin(row));
		}
		working |= any(a->patterns->working, row);
		ready |= any(a->patterns->ready, row);
		if (!a->seen_why[0])
			keep_question(a, row);
	}
	if (!a->seen_why[0])
		memcpy(a->seen_why, sign, sizeof(sign));
	a->has_seen = asks || working || ready;
	a->seen = asks ? ATTENTION_ASKS : working ? ATTENTION_WORKING : ATTENTION_READY;
	if (!asks)
		a->shown = 0;
	else if (!a->shown || strcmp(before, a->seen_why) != 0)
		a->shown = now;
}

/* Facts. */

void attention_init(struct attention *a, const struct attention_patterns *p, uint64_t now)
{
	*a = (struct attention){ .patterns = p, .state = ATTENTION_STARTING,
				 .next = ATTENTION_STARTING, .since = now };
}

void attention_started(struct attention *a, uint64_t now)
{
	if (a->started)
		return;
	a->started = true;
	a->dirty = true;
	if (!a->output)
		a->since = now;
}

void attention_output(struct attention *a, uint64_t now)
{
	a->output = now;
	a->dirty = true;
}

/* Of the words only those about the whole: "id" is about a part of it. */
void attention_told(struct attention *a, const struct vt_agent *words, uint64_t now)
{
	static const struct {
		const char *word;
		enum attention_state state;
	} states[] = {
		{ "idle", ATTENTION_IDLE },	  { "done", ATTENTION_IDLE },
		{ "working", ATTENTION_WORKING }, { "busy", ATTENTION_WORKING },
		{ "blocked", ATTENTION_ASKS },	  { "waiting", ATTENTION_ASKS },
		{ "asks", ATTENTION_ASKS },
	};

	if (words->id[0])
		return;
	if (!strcmp(words->state, "clear"))
		a->has_told = false;
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		if (strcmp(words->state, states[i].word) != 0)
			continue;
		a->has_told = true;
		a->told = states[i].state;
		if (a->told == ATTENTION_WORKING)
			a->call = false;
		a->asked = a->told == ATTENTION_ASKS ? now : 0;
		a->shown = 0;
		snprintf(a->told_why, sizeof(a->told_why), "%.199s",
			 words->msg[0] ? words->msg : words->kind);
	}
	a->dirty = true;
}

static void call(struct attention *a, const char *why)
{
	a->call = true;
	snprintf(a->call_why, sizeof(a->call_why), "%.199s", why);
	a->dirty = true;
}

/* A bell says little; where better is known, it is not asked. */
void attention_bell(struct attention *a, uint64_t now)
{
	if (a->has_told || has_patterns(a) || a->state == ATTENTION_STARTING ||
	    (a->typed && now - a->typed < TYPING_MS))
		return;
	call(a, "rang the bell");
}

void attention_note(struct attention *a, const char *text, uint64_t now)
{
	(void)now;
	if (a->state == ATTENTION_STARTING || (a->has_told && a->told == ATTENTION_WORKING))
		return;
	call(a, text);
}

/* A shell that marks its prompts: a command begins to run at C and is over at D. */
void attention_mark(struct attention *a, char mark, uint64_t now)
{
	struct vt_agent w = { .state = "" };

	if (mark == 'C')
		strcpy(w.state, "working");
	else if (mark == 'D' || mark == 'A')
		strcpy(w.state, "idle");
	else
		return;
	attention_told(a, &w, now);
}

void attention_typed(struct attention *a, uint64_t now)
{
	a->typed = now;
	attention_looked(a, now);
}

void attention_looked(struct attention *a, uint64_t now)
{
	(void)now;
	if (a->call)
		a->dirty = true;
	a->call = false;
}

void attention_exited(struct attention *a, const char *how, uint64_t now)
{
	attention_init(a, a->patterns, now);
	a->state = a->next = ATTENTION_EXITED;
	snprintf(a->why, sizeof(a->why), "%.199s", how);
}

void attention_restarted(struct attention *a, uint64_t now)
{
	attention_init(a, a->patterns, now);
	attention_started(a, now);
	a->dirty = true;
}

/* The state. */

/* Ready is how an agent begins; at its prompt after work it is idle. */
static enum attention_state at_prompt(const struct attention *a)
{
	return a->worked ? ATTENTION_IDLE : ATTENTION_READY;
}

/* When a start that does not come to its prompt is none any more. */
static uint64_t still(const struct attention *a)
{
	return (a->output ? a->output : a->since) + (a->blank ? BLANK_MS : STILL_MS);
}

/* How an agent that has not been at its prompt yet gets out of starting. */
static enum attention_state begun(const struct attention *a, uint64_t now)
{
	if (!a->started)
		return ATTENTION_STARTING;
	if (!has_patterns(a) || !a->patterns->ready[0][0])
		return a->output || now - a->since >= SILENT_MS ? ATTENTION_READY : ATTENTION_STARTING;
	if (now < still(a))
		return ATTENTION_STARTING;
	/* Something else than its prompt stands there, and nothing moves: the person
	 * had better look. */
	return a->blank ? ATTENTION_READY : ATTENTION_ASKS;
}

/* It asks because it stood still before its prompt, and nobody has typed since: a look, or a
 * clock on its screen, is no answer. */
static bool stuck(const struct attention *a)
{
	return a->state == ATTENTION_ASKS && a->halted && a->typed <= a->since;
}

/* What the facts say now. */
static enum attention_state wanted(const struct attention *a, uint64_t now)
{
	if (!a->started)
		return ATTENTION_STARTING;
	if (a->has_told) {
		if (a->told != ATTENTION_IDLE)
			return a->told;
		return a->call ? ATTENTION_ASKS : at_prompt(a);
	}
	if (a->has_seen && a->seen != ATTENTION_READY)
		return a->seen;
	if (a->call)
		return ATTENTION_ASKS;
	if (a->has_seen)
		return at_prompt(a);
	if (stuck(a))
		return ATTENTION_ASKS;
	if (a->state == ATTENTION_STARTING)
		return begun(a, now);
	/* Nothing known is on the screen: it goes on doing what it did, but the
	 * question is gone. */
	return a->state == ATTENTION_ASKS ? at_prompt(a) : a->state;
}

static uint64_t hold(const struct attention *a, enum attention_state s)
{
	return a->state == ATTENTION_STARTING && s == ATTENTION_READY ? 0 : HOLD[s];
}

static bool enter(struct attention *a, enum attention_state s, uint64_t now)
{
	if (s == a->state)
		return false;
	a->worked |= s == ATTENTION_WORKING;
	a->halted = s == ATTENTION_ASKS && a->state == ATTENTION_STARTING && !a->has_told &&
		    !a->has_seen && !a->call;
	a->state = s;
	a->since = now;
	a->why[0] = '\0';
	if (s == ATTENTION_ASKS)
		snprintf(a->why, sizeof(a->why), "%s", a->call ? a->call_why :
			 a->has_told ? a->told_why : a->has_seen ? a->seen_why :
			 "shows something else than its prompt");
	return true;
}

bool attention_step(struct attention *a, const struct vt *vt, uint64_t now)
{
	enum attention_state s;

	if (a->state == ATTENTION_EXITED)
		return false;
	if (a->dirty && (!a->has_told || a->told == ATTENTION_ASKS) && has_patterns(a) && a->started) {
		if (a->scanned && now - a->scanned < SCAN_MS)
			return false;
		scan(a, vt, now);
		a->scanned = now;
	}
	a->dirty = false;
	s = wanted(a, now);
	if (s != a->next) {
		a->next = s;
		a->next_since = now;
	}
	if (s == a->state || now - a->next_since < hold(a, s))
		return false;
	return enter(a, s, now);
}

bool attention_at_prompt(const struct attention *a)
{
	if (a->has_told)
		return a->told == ATTENTION_IDLE;
	if (a->patterns && a->patterns->ready[0][0])
		return a->has_seen && a->seen == ATTENTION_READY;
	return a->state == ATTENTION_READY || a->state == ATTENTION_IDLE;
}

uint64_t attention_readable(const struct attention *a)
{
	if (a->has_told && a->told != ATTENTION_ASKS)
		return 0;
	if (a->shown)
		return a->shown + READ_MS;
	if (!a->has_told)
		return 0;
	return a->asked + (a->patterns && a->patterns->asks[0][0] ? UNSEEN_MS : READ_MS);
}

uint64_t attention_due(const struct attention *a)
{
	if (a->state == ATTENTION_EXITED || !a->started)
		return 0;
	if (a->dirty)
		return a->scanned ? a->scanned + SCAN_MS : 1;
	if (a->next != a->state)
		return a->next_since + hold(a, a->next);
	if (a->state == ATTENTION_STARTING && !a->has_told) {
		if (has_patterns(a) && a->patterns->ready[0][0])
			return still(a);
		return a->since + SILENT_MS;
	}
	return 0;
}
