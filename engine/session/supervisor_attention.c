#include "engine/session/supervisor_parts.h"

#include <string.h>
#include <time.h>

enum {
	QUIET_MS = 2 * 1000, /* for the agent's first output */
	BELL_MS = 1000,
	TYPING_MS = 3 * 1000, /* a bell this soon after a key asks for nobody */
};

/* Does it call for the person? */

static bool quiet(const struct supervisor *s)
{
	return now_ms() - s->console.last_input > TYPING_MS;
}

void supervisor_attend(struct supervisor *s)
{
	if (s->record.state == SESSION_ASKS)
		supervisor_enter(s, SESSION_READY, "");
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
	if (quiet(s) && (s->record.state == SESSION_READY || s->record.state == SESSION_IDLE))
		supervisor_enter(s, SESSION_ASKS, "rang the bell");
}

static void console_notify(struct console *c, const char *text)
{
	struct supervisor *s = SOURCE_OWNER(c, struct supervisor, console);

	if (s->record.state == SESSION_READY || s->record.state == SESSION_IDLE)
		supervisor_enter(s, SESSION_ASKS, text);
}

static void console_agent_state(struct console *c, const char *state)
{
	struct supervisor *s = SOURCE_OWNER(c, struct supervisor, console);

	if (s->record.state != SESSION_READY && s->record.state != SESSION_IDLE &&
	    s->record.state != SESSION_ASKS)
		return;
	if (!strcmp(state, "idle"))
		supervisor_enter(s, SESSION_IDLE, "");
	else
		supervisor_enter(s, SESSION_READY, "");
}

/* The agent runs. */

static void now_ready(struct supervisor *s)
{
	if (s->ready || s->ending)
		return;
	s->ready = true;
	timer_stop(&s->deadline);
	supervisor_step_end(s);
	s->record.total_ms = (double)(now_us() - s->spec.requested_us) / 1000;
	s->record.ready = time(NULL);
	supervisor_enter(s, SESSION_READY, "");
}

static void console_output(struct console *c)
{
	struct supervisor *s = SOURCE_OWNER(c, struct supervisor, console);

	if (s->started || s->vm.control_fd < 0) /* there, nobody else will tell */
		now_ready(s);
}

static void quiet_agent(struct timer *t)
{
	now_ready(SOURCE_OWNER(t, struct supervisor, deadline));
}

/* Init has executed the agent. It is ready when it has said something, so that
 * what is typed then is not typed into nothing; one that says nothing is ready
 * all the same, after a while. */
void supervisor_agent_started(struct supervisor *s)
{
	struct error err;

	s->started = true;
	s->deadline.fn = quiet_agent;
	if (s->console.any_output || timer_start(&s->loop, &s->deadline, QUIET_MS, 0, &err) < 0)
		now_ready(s);
}

const struct console_events supervisor_console = {
	.changed = supervisor_console_changed,
	.output = console_output,
	.bell = console_bell,
	.notify = console_notify,
	.agent_state = console_agent_state,
};
