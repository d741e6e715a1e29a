/*
 * How a session's state looks: a sign, its ASCII stand-in, a word and a role
 * for its colour. Never a colour alone.
 */
#ifndef TUI_VIEW_STATE_H
#define TUI_VIEW_STATE_H

#include <stddef.h>

#include "engine/session/record.h"
#include "tui/theme/theme.h"

struct state_look {
	const char *sign, *ascii, *word;
	enum theme_role role;
};
extern const struct state_look state_looks[SESSION_STATE_COUNT];

/* What stands behind its name: how long it is ready, its step while it starts,
 * else the word. */
const char *state_brief(const struct session_record *r, int64_t now, char *out, size_t cap);

#endif
