/*
 * The operator's settings: config.json in the configuration directory, JSON
 * with comments. A missing file is all defaults; an unknown key is refused
 * with the nearest known one, and nothing of the file is used then.
 *
 *   { "theme": "nord", "ascii": false, "mouse": true, "escdelay": 25,
 *     "leader": ["C-]", "F12"], "keys": { "list.launch": ["n"] },
 *     "console": { "follow_size": false }, "motion": true,
 *     "notify": { "bell": true, "osc": "none" }, "standby": 1,
 *     "growth": 25 }
 *
 * Knows nothing of where a value is used.
 */
#ifndef TUI_SETTINGS_H
#define TUI_SETTINGS_H

#include <limits.h>
#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/paths.h"
#include "tui/action.h"
#include "tui/notify.h"

struct settings {
	char path[PATH_MAX]; /* of config.json, whether it exists or not */
	bool exists;
	char theme[256];     /* "": the default */
	bool ascii;
	bool mouse;
	unsigned escdelay;   /* ms that may lie between Escape and the rest of a key, 1..1000 */
	bool motion;         /* ages and figures change every second */
	bool bell;           /* the terminal's bell, when a session begins to wait */
	enum notify_osc osc; /* ... and its notifications */
	unsigned growth;     /* per cent of its memory that a launch keeps free for a session */
	int standby;         /* machines that wait for a launch, per template; -1: not said */
	bool follow_size;    /* consoles are resized with their panes */
	struct bindings bindings;
};

void settings_init(struct settings *s); /* the defaults */
/* On failure `s` has the defaults. */
int settings_load(struct settings *s, const struct paths *p, struct error *err);

#endif
