/*
 * What the agent is doing: the console's facts go to the state machine of
 * attention.h, and what comes out of it goes to the record.
 */
#include "engine/supervisor/supervisor_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/base/own.h"
#include "engine/base/text.h"

enum {
	BELL_MS = 1000,
};

/* The two enums' common part. */
static const enum session_state states[] = {
	[ATTENTION_STARTING] = SESSION_STARTING, [ATTENTION_READY] = SESSION_READY,
	[ATTENTION_WORKING] = SESSION_WORKING,	 [ATTENTION_ASKS] = SESSION_ASKS,
	[ATTENTION_IDLE] = SESSION_IDLE,	 [ATTENTION_EXITED] = SESSION_EXITED,
};
static_assert(sizeof(states) / sizeof(*states) == ATTENTION_COUNT, "a session's state for each");

/* The first state that is not starting: the launch is over. */
static void now_ready(struct supervisor *s)
{
	s->ready = true;
	timer_stop(&s->deadline);
	supervisor_step_end(s);
	s->record.total_ms = (double)(now_us() - s->spec.requested_us) / 1000;
	s->record.ready = time(NULL);
}

/* What to do first, once it is at its prompt (idle: it began by working): as a paste, so that
 * its newlines are no Enter, and then Enter. */
static void type_prompt(struct supervisor *s)
{
	enum attention_state state = s->attention.state;
	AUTO_FREE char *prompt = NULL;

	if (!s->spec.prompt || (state != ATTENTION_READY && state != ATTENTION_IDLE) ||
	    !attention_at_prompt(&s->attention))
		return;
	prompt = take_ptr(&s->spec.prompt); /* Enter that is pressed at once leads here again */
	console_paste(&s->console, prompt, strlen(prompt));
	console_enter(&s->console);
}

void supervisor_show_attention(struct supervisor *s)
{
	enum session_state state = states[s->attention.state];

	if (s->record.state == SESSION_STOPPING || s->record.state == SESSION_SILENT || s->ending)
		return;
	if (!s->ready && state != SESSION_STARTING)
		now_ready(s);
	supervisor_enter(s, state, s->attention.why);
}

/* After every fact: the state now, and when to look again. */
static void settle(struct supervisor *s)
{
	uint64_t now = now_ms(), due;
	struct error err;

	if (attention_step(&s->attention, s->console.vt, now))
		supervisor_show_attention(s);
	type_prompt(s);
	console_hold(&s->console, attention_readable(&s->attention));
	due = attention_due(&s->attention);
	if (due)
		timer_start(&s->loop, &s->attention_timer, due > now ? due - now : 1, 0, &err);
	else
		timer_stop(&s->attention_timer);
}

static void due(struct timer *t)
{
	settle(SOURCE_OWNER(t, struct supervisor, attention_timer));
}

void supervisor_attention_init(struct supervisor *s)
{
	s->attention_timer.fn = due;
	attention_init(&s->attention, &s->spec.patterns, now_ms());
}

static void console_bell(struct console *c)
{
	struct supervisor *s = SOURCE_OWNER(c, struct supervisor, console);
	uint64_t now = now_ms();
	uint8_t buf[WIRE_MAX];
	struct wire w;

	if (now - s->bell_at < BELL_MS)
		return;
	s->bell_at = now;
	wire_begin(&w, buf, WIRE_BELL, 0);
	for (struct list *i = s->viewers.next; i != &s->viewers; i = i->next)
		viewer_post(LIST_ITEM(i, struct viewer, link), &w);
	attention_bell(&s->attention, now);
}

static void console_notify(struct console *c, const char *text)
{
	attention_note(&SOURCE_OWNER(c, struct supervisor, console)->attention, text, now_ms());
}

static void console_agent_state(struct console *c, const struct vt_agent *words)
{
	attention_told(&SOURCE_OWNER(c, struct supervisor, console)->attention, words, now_ms());
}

static void console_prompt(struct console *c, char mark)
{
	attention_mark(&SOURCE_OWNER(c, struct supervisor, console)->attention, mark, now_ms());
}

/* Events above come while bytes are read; this is after them. */
static void console_changed(struct console *c)
{
	struct supervisor *s = SOURCE_OWNER(c, struct supervisor, console);

	supervisor_console_changed(c); /* somebody may wait to see it */
	attention_output(&s->attention, now_ms());
	settle(s);
}

static void console_output(struct console *c)
{
	struct supervisor *s = SOURCE_OWNER(c, struct supervisor, console);

	if (s->vm.control_fd < 0) /* nobody else will tell */
		supervisor_agent_started(s);
}

/* The person is there: typed, or looked. */
void supervisor_attend(struct supervisor *s, bool typed)
{
	if (typed)
		attention_typed(&s->attention, now_ms());
	else
		attention_looked(&s->attention, now_ms());
	settle(s);
}

/* Init has executed the agent. */
void supervisor_agent_started(struct supervisor *s)
{
	if (s->started)
		return;
	s->started = true;
	s->agent_since = time(NULL);
	timer_stop(&s->deadline);
	attention_started(&s->attention, now_ms());
	settle(s);
}

/* Its program is over; restarted: another is on its way. */
void supervisor_agent_exited(struct supervisor *s, const char *how, bool restarted)
{
	if (restarted)
		attention_restarted(&s->attention, now_ms());
	else
		attention_exited(&s->attention, how, now_ms());
	supervisor_show_attention(s);
	settle(s);
}

const struct console_events supervisor_console = {
	.changed = console_changed,
	.output = console_output,
	.bell = console_bell,
	.notify = console_notify,
	.agent_state = console_agent_state,
	.prompt = console_prompt,
	.entered = supervisor_entered,
};
