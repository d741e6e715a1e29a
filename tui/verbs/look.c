#include "tui/verbs/look.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/bytes.h"
#include "engine/session/inspect.h"
#include "tui/talk.h"
#include "tui/verbs/remote.h"

struct looking {
	struct peer peer;
	struct bytes text;
	uint32_t request;
	bool whole, failed;
	struct error err;
};

static void on_text(struct client *c, uint32_t request, const char *text, size_t len, bool last)
{
	struct looking *l = peer_of(c)->owner;

	if (request != l->request)
		return;
	bytes_add(&l->text, text, len);
	l->whole |= last;
}

static void on_failed(struct client *c, uint32_t request, const struct error *err)
{
	struct looking *l = peer_of(c)->owner;

	if (request != l->request)
		return;
	l->failed = true;
	l->err = *err;
}

static bool done(void *arg)
{
	const struct looking *l = arg;

	return l->whole || l->failed || l->peer.gone;
}

static char *take(struct looking *l, struct remote *r, int *code)
{
	struct error err = { 0 };
	enum remote_end end = remote_until(r, done, l, -1, &err);
	char *text = NULL;

	if (end != REMOTE_DONE)
		*code = remote_tell(end, "the session's disk", &err);
	else if (l->peer.gone)
		*code = talk_error(&l->peer.gone_error);
	else if (l->failed)
		*code = talk_error(&l->err);
	else if (!(text = malloc(l->text.len + 1)))
		*code = EXIT_FAILED;
	if (text) {
		if (l->text.len)
			memcpy(text, bytes_front(&l->text), l->text.len);
		text[l->text.len] = '\0';
	}
	return text;
}

char *look(const struct paths *paths, const char *id, unsigned kind, const char *const texts[], size_t n,
	   int *code)
{
	static const struct client_events events = { .text = on_text, .failed = on_failed };
	struct looking l = { 0 };
	struct remote remote;
	struct error err;
	char *text = NULL;

	if (remote_init(&remote, &err) < 0) {
		*code = talk_error(&err);
		return NULL;
	}
	bytes_init(&l.text, INSPECT_OUT + 1);
	*code = peer_meet(&l.peer, &remote, paths, id, &events, &l, false);
	if (*code == 0) {
		l.request = client_look(&l.peer.client, kind, texts, n);
		text = take(&l, &remote, code);
	}
	peer_close(&l.peer);
	remote_done(&remote);
	bytes_done(&l.text);
	return text;
}
