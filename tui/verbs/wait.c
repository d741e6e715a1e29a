/*
 * `wait`: until a console shows a text, or a session is in a state. It asks
 * for the text again after each frame, of all lines that came since it began to
 * look, so that what scrolls by quickly is seen too; lines that only the width
 * broke come joined.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/base/bytes.h"
#include "tui/verbs/remote.h"
#include "tui/verbs/verb.h"

enum { FOR, STATE, TIMEOUT };
enum { TEXT_MAX = 32 << 20, LINES_MAX = 20000 };

struct wait {
	struct peer peer;
	const char *wanted;
	int state; /* enum session_state, or -1 */
	struct bytes text;
	bool framed, asked, again, found;
	uint64_t top; /* first line of the screen when we began */
	uint32_t request;
};

static void ask(struct wait *w)
{
	const struct screen *s = &w->peer.client.screen;
	uint64_t above = s->top > w->top ? s->top - w->top : 0;

	if (w->asked) {
		w->again = true;
		return;
	}
	w->asked = true;
	w->again = false;
	bytes_clear(&w->text);
	w->request = client_text(&w->peer.client, above > LINES_MAX ? LINES_MAX : (unsigned)above);
}

static void on_frame(struct client *c)
{
	struct wait *w = peer_of(c)->owner;

	if (!w->framed || c->screen.top < w->top) /* or the history was renumbered */
		w->top = c->screen.top;
	w->framed = true;
	if (w->wanted && !w->found)
		ask(w);
}

static void on_text(struct client *c, uint32_t request, const char *text, size_t len, bool last)
{
	struct wait *w = peer_of(c)->owner;

	if (request != w->request)
		return;
	bytes_add(&w->text, text, len);
	if (!last)
		return;
	w->asked = false;
	w->found = w->found || memmem(bytes_front(&w->text), w->text.len, w->wanted, strlen(w->wanted));
	if (w->again && !w->found)
		ask(w);
}

static void on_failed(struct client *c, uint32_t request, const struct error *err)
{
	struct wait *w = peer_of(c)->owner;

	(void)err;
	if (request == w->request) {
		w->asked = false;
		w->framed = true; /* it left no screen: there will be no frame */
	}
}

/* Whoever waits for ready is not kept by an agent that asks or idles already. */
static bool reached(const struct wait *w)
{
	enum session_state now = w->peer.client.record.state;

	if (w->state < 0 || !w->peer.known)
		return false;
	if (w->state == SESSION_READY && (now == SESSION_ASKS || now == SESSION_IDLE))
		return true;
	return (int)now == w->state;
}

/* When it is over, the last answer decides. */
static bool done(void *arg)
{
	struct wait *w = arg;

	if (w->found || w->peer.gone || reached(w))
		return true;
	if (!peer_over(&w->peer))
		return false;
	if (w->wanted && !w->framed && !w->asked)
		ask(w);
	return w->state >= 0 || (w->framed && !w->asked);
}

static int tell_over(const struct wait *w)
{
	const struct session_record *r = &w->peer.client.record;

	if (w->peer.gone)
		return talk_error(&w->peer.gone_error);
	talk("vmdeck: session %s %s before that%s%s", r->id, session_state_names[r->state],
	     r->cause[0] ? ": " : "", r->cause);
	if (r->hint[0])
		talk("  fix: %s", r->hint);
	return EXIT_FAILED;
}

static int wait_for(struct wait *w, struct remote *r, const struct call *c, long long timeout_ms)
{
	static const struct client_events events = {
		.frame = on_frame,
		.text = on_text,
		.failed = on_failed,
	};
	struct error err = {0};
	enum remote_end end;

	if (peer_open(&w->peer, r, c->paths, c->args[0], &events, w, &err) < 0)
		return talk_error(&err);
	if (w->wanted)
		client_watch(&w->peer.client, true);
	end = remote_until(r, done, w, timeout_ms, &err);
	if (end != REMOTE_DONE)
		return remote_tell(end, w->wanted ? w->wanted : session_state_names[w->state], &err);
	if (w->found || reached(w))
		return EXIT_DONE;
	return tell_over(w);
}

static int state_find(const char *name)
{
	for (int i = 0; i < SESSION_STATE_COUNT; i++) {
		if (strcmp(session_state_names[i], name) == 0)
			return i;
	}
	return -1;
}

static int run(struct call *c)
{
	struct wait w = {.wanted = c->values[FOR], .state = -1};
	long long timeout = call_number(c, TIMEOUT, 0, 1000000, -2);
	struct remote remote;
	struct error err;
	int code;

	if (timeout == -1)
		return EXIT_USAGE;
	if (call_has(c, FOR) == call_has(c, STATE))
		return talk_usage("wait", "say either --for TEXT or --state STATE");
	if (w.wanted && !w.wanted[0])
		return talk_usage("wait", "--for needs a text that is not empty");
	if (call_has(c, STATE) && (w.state = state_find(c->values[STATE])) < 0)
		return talk_usage("wait", "no state \"%s\": there are starting, ready, working, asks, "
					  "idle, exited, \"not responding\", stopping, failed, ended",
				  c->values[STATE]);
	if (remote_init(&remote, &err) < 0)
		return talk_error(&err);
	bytes_init(&w.text, TEXT_MAX);
	code = wait_for(&w, &remote, c, timeout < 0 ? -1 : timeout * 1000);
	peer_close(&w.peer);
	remote_done(&remote);
	bytes_done(&w.text);
	return code;
}

const struct verb verb_wait = {
	.name = "wait",
	.group = VERB_CONSOLE,
	.args = "S",
	.help = "wait until a console shows a text, or for a state",
	.more = "The text is looked for on the screen and in what scrolls by from now on, as it\n"
		"is, with lines that only the width broke put together. Fails when the session\n"
		"ends before. A session that asks or idles is ready, too.",
	.min = 1,
	.max = 1,
	.options = {
		[FOR] = {"for", 'f', "TEXT", "the text"},
		[STATE] = {"state", 's', "STATE", "starting, ready, working, asks, idle, exited, failed, ended ..."},
		[TIMEOUT] = {"timeout", 't', "SEC", "wait no longer than this; exit code 75"},
	},
	.run = run,
};
