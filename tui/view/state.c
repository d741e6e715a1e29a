#include "tui/view/state.h"

#include <assert.h>
#include <stdio.h>

#include "engine/base/text.h"

const struct state_look state_looks[SESSION_STATE_COUNT] = {
	[SESSION_STARTING] = { "…", ".", "starting", ROLE_STATE_STARTING },
	[SESSION_READY] = { "●", "*", "ready", ROLE_STATE_READY },
	[SESSION_WORKING] = { "◉", "+", "working", ROLE_STATE_READY },
	[SESSION_ASKS] = { "◐", "?", "asks", ROLE_STATE_ASKS },
	[SESSION_IDLE] = { "○", "o", "idle", ROLE_STATE_IDLE },
	[SESSION_EXITED] = { "·", "-", "exited", ROLE_STATE_IDLE },
	[SESSION_SILENT] = { "!", "!", "not responding", ROLE_STATE_FAILED },
	[SESSION_STOPPING] = { "…", ".", "stopping", ROLE_STATE_STARTING },
	[SESSION_FAILED] = { "✕", "x", "failed", ROLE_STATE_FAILED },
	[SESSION_ENDED] = { "·", "-", "ended", ROLE_STATE_ENDED },
};
static_assert(SESSION_STATE_COUNT == 10, "each state has its look above");

static const char *age(int64_t since, int64_t now, char *out, size_t cap)
{
	text_duration(out, cap, since && now > since ? (uint64_t)(now - since) : 0);
	return out;
}

const char *state_brief(const struct session_record *r, int64_t now, char *out, size_t cap)
{
	const struct session_step *step = record_step(r);

	switch (r->state) {
	case SESSION_STARTING:
		snprintf(out, cap, "%s", step ? step->name : "starting");
		return out;
	case SESSION_READY:
	case SESSION_WORKING:
	case SESSION_IDLE:
		return age(r->ready ? r->ready : r->created, now, out, cap);
	default:
		snprintf(out, cap, "%s", state_looks[r->state].word);
		return out;
	}
}
