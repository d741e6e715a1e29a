/*
 * `send` and `resize`: what goes to a console from outside.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/bytes.h"
#include "tui/verbs/remote.h"
#include "tui/verbs/verb.h"

enum { ENTER, PASTE, JSON };
/* More than a console keeps unread would be dropped there. */
enum { SEND_MAX = 128 << 10 };
enum { ENTER_MS = 60 * 1000, ANSWER_MS = 10 * 1000 };

static int read_stdin(struct bytes *b)
{
	for (;;) {
		uint8_t *room = bytes_room(b, 4096);
		ssize_t n;

		if (!room) {
			talk("vmdeck: more than %d KiB on stdin", SEND_MAX >> 10);
			talk("  fix: put it into the guest as a file: vmdeck cp FILE S:PATH");
			return EXIT_FAILED;
		}
		n = read(STDIN_FILENO, room, 4096);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			talk("vmdeck: read stdin: %s", strerror(errno));
			return EXIT_FAILED;
		}
		if (n == 0)
			return 0;
		bytes_grew(b, (size_t)n);
	}
}

/* The words with a space between; "-" alone is stdin. */
static int gather(const struct call *c, struct bytes *b)
{
	if (c->n_args == 2 && strcmp(c->args[1], "-") == 0)
		return read_stdin(b);
	for (int i = 1; i < c->n_args; i++) {
		if (bytes_printf(b, "%s%s", i > 1 ? " " : "", c->args[i]) < 0)
			return talk_usage("send", "the text is too long");
	}
	return 0;
}

struct entering {
	struct peer *peer;
	uint32_t request;
	bool done;
	char question[sizeof(((struct session_record *)0)->cause)]; /* before */
	bool asks; /* as it did before */
};

static void on_done(struct client *c, uint32_t request)
{
	struct entering *e = peer_of(c)->owner;

	e->done |= request == e->request;
}

static void on_failed(struct client *c, uint32_t request, const struct error *err)
{
	(void)err;
	on_done(c, request);
}

static const struct client_events entering = { .done = on_done, .failed = on_failed };

static bool entered(void *arg)
{
	const struct entering *e = arg;

	return e->done || peer_over(e->peer);
}

static bool asks(const struct entering *e)
{
	const struct session_record *r = &e->peer->client.record;

	return r->state == SESSION_ASKS && strcmp(r->cause, e->question) == 0;
}

static bool answered(void *arg)
{
	const struct entering *e = arg;

	return peer_over(e->peer) || !asks(e);
}

/* An answer that was dropped leaves the question. To press again is the caller's to decide:
 * the next question may be there by then. */
static int see_answered(struct entering *e, struct remote *r)
{
	struct error err = {0};
	enum remote_end end = remote_until(r, answered, e, ANSWER_MS, &err);

	if (end != REMOTE_TIMEOUT)
		return remote_tell(end, "the question to be answered", &err);
	e->asks = true;
	talk("vmdeck: Enter was pressed, and %s asks as before%s%s", e->peer->client.record.id,
	     e->question[0] ? ": " : "", e->question);
	talk("  fix: see what stands there: vmdeck screen %s", e->peer->client.record.id);
	return 0;
}

/* The session presses it when its program has taken the text. */
static int enter(struct peer *p, struct remote *r)
{
	struct entering *e = p->owner;
	struct error err = {0};
	bool asked = p->client.record.state == SESSION_ASKS;
	int code;

	e->peer = p;
	snprintf(e->question, sizeof(e->question), "%s", p->client.record.cause);
	e->request = client_enter(&p->client, false);
	code = remote_tell(remote_until(r, entered, e, ENTER_MS, &err), "Enter to be pressed", &err);
	return code || !asked ? code : see_answered(e, r);
}

static int send_to(struct peer *p, struct remote *r, const struct call *c, struct bytes *b,
		   struct entering *e)
{
	int code = peer_meet(p, r, c->paths, c->args[0], &entering, e, true);

	if (code)
		return code;
	if (b->len && call_has(c, PASTE))
		client_paste(&p->client, (const char *)bytes_front(b), b->len);
	else if (b->len)
		client_type(&p->client, bytes_front(b), b->len);
	if (call_has(c, ENTER))
		return enter(p, r);
	return peer_sync(p, r);
}

static void print_json(const struct call *c, size_t bytes, bool asks)
{
	cJSON *j = cJSON_CreateObject(), *sent = cJSON_AddObjectToObject(j, "sent");

	cJSON_AddStringToObject(sent, "session", c->args[0]);
	cJSON_AddNumberToObject(sent, "bytes", (double)bytes);
	cJSON_AddBoolToObject(sent, "paste", bytes && call_has(c, PASTE));
	cJSON_AddBoolToObject(sent, "enter", call_has(c, ENTER));
	cJSON_AddBoolToObject(sent, "asks", asks);
	say_json(j);
}

static int run_send(struct call *c)
{
	struct peer peer = {0};
	struct entering e = {0};
	struct remote remote;
	struct bytes text;
	struct error err;
	int code;

	if (c->n_args == 1 && !call_has(c, ENTER))
		return talk_usage("send", "needs a text, \"-\" or --enter");
	bytes_init(&text, SEND_MAX);
	code = gather(c, &text);
	if (code == 0 && remote_init(&remote, &err) < 0)
		code = talk_error(&err);
	else if (code == 0) {
		code = send_to(&peer, &remote, c, &text, &e);
		peer_close(&peer);
		remote_done(&remote);
		if (code == 0 && call_has(c, JSON))
			print_json(c, text.len, e.asks);
	}
	bytes_done(&text);
	return code;
}

const struct verb verb_send = {
	.name = "send",
	.group = VERB_CONSOLE,
	.args = "S TEXT...|-",
	.help = "type into a console",
	.more = "The words are typed with a space between them; - types what comes on stdin.\n"
		"Put -- before a text that begins with a dash.\n"
		"\n"
		"Programs that take pastes (codex, claude, opencode, a shell with readline) judge by time, and\n"
		"an Enter right behind a text is a newline to them. --enter is pressed once the text's end\n"
		"stands on the screen for a quarter of a second, or what stands there instead has been still\n"
		"for two and a half, or after fifteen; where the program does not ask for pastes, at once. To\n"
		"a session that asks it is pressed once the question has stood there for a moment: claude\n"
		"drops keys that come earlier, and send says so when it still asks the same ten seconds after.\n"
		"What is sent meanwhile comes after it. send returns when it was pressed.",
	.min = 1,
	.max = -1,
	.options = {
		[ENTER] = {"enter", 'e', NULL, "and the Enter key, once the program has taken it"},
		[PASTE] = {"paste", 'p', NULL, "as a paste: in brackets, where the agent asked for them"},
		[JSON] = {"json", 0, NULL, "one object: session, bytes, whether Enter was pressed and it asks as before"},
	},
	.run = run_send,
};

struct resize {
	struct peer peer;
	unsigned cols, rows;
};

static bool resized(void *arg)
{
	const struct resize *z = arg;
	const struct session_record *r = &z->peer.client.record;

	return peer_over(&z->peer) || (r->cols == z->cols && r->rows == z->rows);
}

static int run_resize(struct call *c)
{
	struct resize z = {0};
	struct remote remote;
	struct error err = {0};
	char end;
	int code;

	if (sscanf(c->args[1], "%4u%*1[xX]%4u%c", &z.cols, &z.rows, &end) != 2 || z.cols < 1 ||
	    z.cols > 500 || z.rows < 1 || z.rows > 500)
		return talk_usage("resize", "\"%s\" is not COLSxROWS of 1 to 500 each", c->args[1]);
	if (remote_init(&remote, &err) < 0)
		return talk_error(&err);
	code = peer_meet(&z.peer, &remote, c->paths, c->args[0], NULL, NULL, true);
	if (code == 0) {
		client_resize(&z.peer.client, (int)z.cols, (int)z.rows);
		code = peer_sync(&z.peer, &remote);
	}
	if (code == 0)
		code = remote_tell(remote_until(&remote, resized, &z, 5000, &err), "the new size", &err);
	peer_close(&z.peer);
	remote_done(&remote);
	return code;
}

const struct verb verb_resize = {
	.name = "resize",
	.group = VERB_CONSOLE,
	.args = "S COLSxROWS",
	.help = "give a console another size",
	.min = 2,
	.max = 2,
	.run = run_resize,
};
