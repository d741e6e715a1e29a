#include "engine/supervisor/supervisor_parts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/base/text.h"

/* The record has the sums. An event that was not there before is worth a file at once;
 * figures go with the next sample (supervisor_machine.c). */
static void network_changed(struct network *n, bool news)
{
	struct supervisor *s = LIST_ITEM(n, struct supervisor, network);
	struct network_sums sums = network_sums(n->status);

	s->record.net_in = sums.in;
	s->record.net_out = sums.out;
	s->record.net_open = sums.open;
	s->record.net_refused = sums.refused;
	s->network_moved = true;
	supervisor_changed(s, news);
}

/* Closed, and said: in the record for as long as the session lives, and as something
 * that waits for the person. */
static void network_down(struct network *n)
{
	struct supervisor *s = LIST_ITEM(n, struct supervisor, network);

	if (s->standby) {
		supervisor_standby_lost(s);
		return;
	}
	snprintf(s->record.net, sizeof(s->record.net), "the gateway ended, nothing is reached: %.80s",
		 n->status->down);
	supervisor_changed(s, true);
	if (s->record.state == SESSION_READY || s->record.state == SESSION_IDLE)
		supervisor_enter(s, SESSION_ASKS, s->record.net);
}

/* It may be over in a moment, so the session's state stays what it is. */
static void network_silent(struct network *n, bool silent)
{
	struct supervisor *s = LIST_ITEM(n, struct supervisor, network);

	snprintf(s->record.net, sizeof(s->record.net), "%s",
		 silent ? "the gateway does not answer, nothing new is reached" : "");
	supervisor_changed(s, true);
}

static const struct network_events events = {
	.changed = network_changed, .silent = network_silent, .down = network_down,
};

int supervisor_network_start(struct supervisor *s, struct error *err)
{
	return network_start(&s->network, &s->loop, s->net.ns_fd, &events, err);
}

int supervisor_network_admit(struct supervisor *s, struct error *err)
{
	int r = network_admit(&s->network, &s->spec.network, s->fds[SPEC_FD_CREDENTIALS], s->dir, err);

	drop_fd(&s->fds[SPEC_FD_CREDENTIALS]);
	if (r == 0 && s->network.status->silent) /* it fell silent with a machine that waited */
		network_silent(&s->network, true);
	return r;
}

void supervisor_network_tell(struct supervisor *s, struct viewer *v, uint32_t request)
{
	AUTO_JSON cJSON *j = s->network.status ? network_status_json(s->network.status) : NULL;
	AUTO_FREE char *text = j ? json_text(j, false) : NULL;
	size_t n = text ? strlen(text) : 0, at = 0;
	struct error err;

	if (!text) {
		error_set(&err, ENOENT, "session %s has no network", s->record.id);
		viewer_fail(v, request, &err);
		return;
	}
	do {
		size_t part = n - at < WIRE_DATA_MAX ? n - at : WIRE_DATA_MAX;
		uint8_t buf[WIRE_MAX];
		struct wire w;

		wire_begin(&w, buf, WIRE_NETWORK_IS, request);
		wire_u8(&w, at + part == n);
		wire_put(&w, text + at, part);
		viewer_post(v, &w);
		at += part;
	} while (at < n);
}

void supervisor_network_allow(struct supervisor *s, struct viewer *v, struct wire *w)
{
	bool allow = wire_get_u8(w);
	size_t n = wire_left(w);
	char rule[512];
	uint8_t buf[WIRE_MAX];
	struct wire done;
	struct error err;

	snprintf(rule, sizeof(rule), "%.*s", (int)n, (const char *)wire_get(w, n));
	if (network_allow(&s->network, rule, allow, &err) < 0) {
		viewer_fail(v, w->request, &err);
		return;
	}
	wire_begin(&done, buf, WIRE_DONE, w->request);
	viewer_post(v, &done);
}
