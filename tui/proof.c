#include "tui/proof.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/remote.h"

enum { ANSWER_MS = 12 * 1000, CLOCK_MS = 2000 };

/* --- Asking --- */

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

int proof_ask(struct call *c, const char *id, char **text)
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

/* --- What it means --- */

static const struct {
	const char *key, *id;
} rows[] = {
	{ "resolver", "D06" }, { "allowed", "D03" }, { "refused", "N00" },
	{ "ca", "C02" },       { "entropy", "G01" },
};

/* The value of a line of that key, cut; false when there is none. */
static bool value_of(const char *text, const char *key, char out[320])
{
	size_t n = strlen(key);

	for (const char *at = text; at && *at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, key, n) && at[n] == '=') {
			snprintf(out, 320, "%.*s", (int)(strcspn(at, "\n") - n - 1), at + n + 1);
			return true;
		}
	}
	return false;
}

static void apply_word(struct check_record *r, const char *said)
{
	if (!strncmp(said, "ok ", 3))
		record_after(r, CHECK_OK, "%s", said + 3);
	else if (!strncmp(said, "skip ", 5))
		record_after(r, CHECK_SKIP, "%s", said + 5);
	else
		record_after(r, CHECK_FAILED, "%s", strncmp(said, "fail ", 5) ? said : said + 5);
}

static void apply_clock(struct check_record *r, const char *text)
{
	char inside[320], arrived[320], source[320] = "ok unknown";
	int64_t ms;

	if (!r || !value_of(text, "epoch_ns", inside) || !value_of(text, "arrived_ns", arrived))
		return;
	value_of(text, "clocksource", source);
	ms = (int64_t)(strtoull(inside, NULL, 10) / 1000000) -
	     (int64_t)(strtoull(arrived, NULL, 10) / 1000000);
	/* Its way here took some of that. */
	record_after(r, llabs(ms) <= CLOCK_MS ? CHECK_OK : CHECK_FAILED,
		     "%+" PRId64 " ms from this host's clock, clock source %s", ms, source + 3);
}

void proof_apply(struct report *r, const char *text)
{
	char said[320];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct check_record *rec = report_find(r, rows[i].id);

		if (rec && value_of(text, rows[i].key, said))
			apply_word(rec, said);
	}
	apply_clock(report_find(r, "T03"), text);
}
