/*
 * The dashboard: every session on one screen, drawn in the operator's
 * terminal, with the keyboard going to the dashboard or to one session. It may
 * die at any time: sessions belong to their supervisors.
 *
 * This header is the front door for main(): run it until the person leaves.
 */
#ifndef TUI_DESK_DASHBOARD_H
#define TUI_DESK_DASHBOARD_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/paths.h"
#include "tui/color_mode.h"

struct dashboard_options {
	const struct paths *paths; /* borrowed */
	const char *theme;         /* name or path; NULL: $VMDECK_THEME, config.json, default */
	enum color_mode color;
	bool ascii; /* draw with ASCII only; else the locale decides */
	bool still; /* nothing moves by itself but what must: ages every ten seconds */
	/* Agents are scripted consoles (demo.h) instead of the manifest's, four of them are
	 * started, and all sessions under `paths` are killed and removed on the way out:
	 * give it a directory of its own. */
	bool demo;
	/* One session for the whole terminal (`vmdeck attach S`): zoomed and typed into from
	 * the start; giving the keyboard back leaves. NULL: the dashboard. */
	const char *attach;
};

/* Needs stdin and stdout on a terminal. Gives the exit status when it was left:
 * 0 by its key, 128 + signal when it was told to. -1 with err when it could not
 * run; err->code is ENOTTY when the terminal is the reason (exit 2). The
 * terminal is as it was before in every case. */
int dashboard_run(const struct dashboard_options *o, struct error *err);

#endif
