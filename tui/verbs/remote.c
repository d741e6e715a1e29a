#include "tui/verbs/remote.h"

#include <signal.h>

#include "tui/talk.h"

enum { ANSWER_MS = 10000 };

static void on_signal(struct signals *s, int signo, pid_t sender)
{
	struct remote *r = LIST_ITEM(s, struct remote, signals);

	(void)sender;
	if (r->signalled && r->signalled(r, signo))
		return;
	r->signo = signo;
}

int remote_init(struct remote *r, struct error *err)
{
	static const int list[] = {SIGINT, SIGTERM, SIGHUP, 0};

	*r = (struct remote){.signals.fn = on_signal};
	if (loop_init(&r->loop, err) < 0)
		return -1;
	if (signals_watch(&r->loop, &r->signals, list, err) < 0) {
		loop_done(&r->loop);
		return -1;
	}
	return 0;
}

void remote_done(struct remote *r)
{
	signals_forget(&r->signals);
	loop_done(&r->loop);
}

enum remote_end remote_until(struct remote *r, remote_done_fn *done, void *arg,
			     long long timeout_ms, struct error *err)
{
	uint64_t end = now_ms() + (timeout_ms > 0 ? (uint64_t)timeout_ms : 0);

	for (;;) {
		uint64_t now = now_ms();
		int wait = -1;

		if (done(arg))
			return REMOTE_DONE;
		if (r->signo)
			return REMOTE_SIGNAL;
		if (timeout_ms >= 0) {
			if (now >= end)
				return REMOTE_TIMEOUT;
			wait = end - now > 60000 ? 60000 : (int)(end - now);
		}
		if (loop_turn(&r->loop, wait, err) < 0)
			return REMOTE_BROKEN;
	}
}

static void on_record(struct client *c)
{
	peer_of(c)->known = true;
}

static void on_gone(struct client *c, const struct error *err)
{
	struct peer *p = peer_of(c);

	p->gone = true;
	p->gone_error = *err;
}

/* peer_sync asks for an answer of no interest; the others are the verb's. */
static void on_found(struct client *c, uint32_t request, bool found, uint64_t line, int col,
		     int len)
{
	struct peer *p = peer_of(c);

	(void)found, (void)line, (void)col, (void)len;
	if (request == p->sync)
		p->synced = true;
}

int peer_open(struct peer *p, struct remote *r, const struct paths *paths, const char *id,
	      const struct client_events *events, void *owner, struct error *err)
{
	*p = (struct peer){.owner = owner};
	if (events)
		p->events = *events;
	p->events.record = on_record;
	p->events.gone = on_gone;
	p->events.found = on_found;
	if (client_open(&p->client, &r->loop, paths, id, &p->events, p, err) < 0)
		return -1;
	p->open = true;
	return 0;
}

void peer_close(struct peer *p)
{
	if (p->open)
		client_close(&p->client);
	p->open = false;
}

static bool met(void *arg)
{
	const struct peer *p = arg;

	return p->known || p->gone;
}

int peer_meet(struct peer *p, struct remote *r, const struct paths *paths, const char *id,
	      const struct client_events *events, void *owner, bool alive)
{
	struct error err = {0};
	enum remote_end end;

	if (peer_open(p, r, paths, id, events, owner, &err) < 0)
		return talk_error(&err);
	end = remote_until(r, met, p, ANSWER_MS, &err);
	if (end != REMOTE_DONE)
		return remote_tell(end, "the session's answer", &err);
	if (p->gone)
		return talk_error(&p->gone_error);
	if (alive && peer_over(p)) {
		error_set(&err, 0, "session %s has ended", id);
		error_hint(&err, "vmdeck restart %s", id);
		talk_error(&err);
		return EXIT_CONFLICT;
	}
	return 0;
}

static bool synced(void *arg)
{
	const struct peer *p = arg;

	return p->synced || p->gone;
}

int peer_sync(struct peer *p, struct remote *r)
{
	struct error err = {0};
	enum remote_end end;

	p->synced = false;
	p->sync = client_search(&p->client, "\n", UINT64_MAX, 0, false);
	end = remote_until(r, synced, p, ANSWER_MS, &err);
	if (end != REMOTE_DONE)
		return remote_tell(end, "the session's answer", &err);
	return p->gone ? talk_error(&p->gone_error) : 0;
}

int remote_tell(enum remote_end end, const char *what, const struct error *err)
{
	switch (end) {
	case REMOTE_DONE:
		return EXIT_DONE;
	case REMOTE_TIMEOUT:
		talk("vmdeck: timed out waiting for %s", what);
		return EXIT_TIMED_OUT;
	case REMOTE_SIGNAL:
		talk("vmdeck: interrupted while waiting for %s", what);
		return EXIT_INTERRUPTED;
	case REMOTE_BROKEN:
		return talk_error(err);
	}
	return EXIT_FAILED;
}
