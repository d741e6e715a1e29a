#include "tui/verbs/network_ask.h"

static void on_network(struct client *c, uint32_t request, const struct network_status *s)
{
	struct network_asking *a = peer_of(c)->owner;

	if (request != a->request)
		return;
	a->status = s;
	a->answered = true;
}

static void on_done(struct client *c, uint32_t request)
{
	struct network_asking *a = peer_of(c)->owner;

	a->answered |= request == a->request;
}

static void on_failed(struct client *c, uint32_t request, const struct error *err)
{
	struct network_asking *a = peer_of(c)->owner;

	if (request != a->request)
		return;
	a->err = *err;
	a->answered = true;
}

const struct client_events network_asking_events = { .network = on_network, .done = on_done, .failed = on_failed };

static bool answered(void *arg)
{
	struct network_asking *a = arg;

	return a->answered || a->peer.gone;
}

enum { ANSWER_MS = 10 * 1000 };

int network_answer(struct network_asking *a, struct remote *r)
{
	struct error err;
	enum remote_end end = remote_until(r, answered, a, ANSWER_MS, &err);

	if (end != REMOTE_DONE)
		return remote_tell(end, "the session's answer", &err);
	if (a->peer.gone)
		return talk_error(&a->peer.gone_error);
	return a->err.msg[0] ? talk_error(&a->err) : EXIT_DONE;
}

int network_ask(struct call *c, int (*show)(struct call *c, const struct network_asking *a))
{
	struct network_asking a = { 0 };
	struct remote r;
	struct error err;
	int code;

	if (remote_init(&r, &err) < 0)
		return talk_error(&err);
	code = peer_meet(&a.peer, &r, c->paths, c->args[0], &network_asking_events, &a, false);
	if (!code) {
		a.request = client_network(&a.peer.client);
		code = network_answer(&a, &r);
	}
	if (!code)
		code = show(c, &a);
	peer_close(&a.peer);
	remote_done(&r);
	return code;
}
