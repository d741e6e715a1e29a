#include "tui/verbs/prove.h"

#include <stdlib.h>
#include <string.h>

#include "tui/verbs/remote.h"

enum { ANSWER_MS = 12 * 1000 };

struct asking {
	struct peer peer;
	uint32_t request;
	bool answered;
	char *text;
	size_t len;
	struct error err;
};

static void on_text(struct client *c, uint32_t request, const char *text, size_t len, bool last)
{
	struct asking *a = peer_of(c)->owner;
	char *more;

	if (request != a->request || !(more = realloc(a->text, a->len + len + 1)))
		return;
	memcpy(more + a->len, text, len);
	a->text = more;
	a->len += len;
	a->text[a->len] = '\0';
	a->answered |= last;
}

static void on_failed(struct client *c, uint32_t request, const struct error *err)
{
	struct asking *a = peer_of(c)->owner;

	if (request != a->request)
		return;
	a->err = *err;
	a->answered = true;
}

static bool answered(void *arg)
{
	struct asking *a = arg;

	return a->answered || a->peer.gone;
}

static int await(struct asking *a, struct remote *r)
{
	struct error err;
	enum remote_end end = remote_until(r, answered, a, ANSWER_MS, &err);

	if (end != REMOTE_DONE)
		return remote_tell(end, "the guest's answer", &err);
	if (a->peer.gone)
		return talk_error(&a->peer.gone_error);
	return a->err.msg[0] ? talk_error(&a->err) : 0;
}

int prove_ask(struct call *c, const char *id, char **text)
{
	static const struct client_events events = { .text = on_text, .failed = on_failed };
	struct asking a = { 0 };
	struct remote r;
	struct error err;
	int code;

	*text = NULL;
	if (remote_init(&r, &err) < 0)
		return talk_error(&err);
	code = peer_meet(&a.peer, &r, c->paths, id, &events, &a, false);
	if (!code) {
		a.request = client_prove(&a.peer.client);
		code = await(&a, &r);
	}
	peer_close(&a.peer);
	remote_done(&r);
	if (code)
		free(a.text);
	else
		*text = a.text;
	return code;
}
