#include "tui/notify.h"

#include <assert.h>

const char *const notify_osc_names[NOTIFY_OSCS] = { "none", "9", "777" };
static_assert(NOTIFY_OSCS == 3, "each has its name above");

bool notify_worth(enum session_state before, enum session_state now)
{
	if (before == now)
		return false;
	switch (now) {
	case SESSION_ASKS:
	case SESSION_FAILED:
	case SESSION_SILENT:
	case SESSION_EXITED:
		return true;
	case SESSION_IDLE: /* done with what it did */
		return before == SESSION_WORKING;
	case SESSION_ENDED: /* of itself: who asked for it knows */
		return before != SESSION_STOPPING;
	default:
		return false;
	}
}

bool notify_change(struct notify_told *t, enum session_state before,
		      enum session_state now, uint64_t now_ms)
{
	if (!notify_worth(before, now))
		return false;
	if (t->at && t->state == now && now_ms - t->at < NOTIFY_FLICKER_MS) {
		t->at = now_ms; /* as long as it goes on */
		return false;
	}
	*t = (struct notify_told){ now, now_ms ? now_ms : 1 };
	return true;
}

bool notify_bell(struct notify *a, uint64_t now_ms)
{
	if (a->belled && now_ms - a->belled < NOTIFY_BELL_MS)
		return false;
	a->belled = now_ms ? now_ms : 1;
	return true;
}
