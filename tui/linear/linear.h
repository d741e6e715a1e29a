/*
 * The plain mode, `vmdeck --plain`: the sessions as a conversation of lines, for a screen
 * reader, a braille display, a terminal that cannot move its cursor, or a script. Nothing
 * is drawn, coloured or moved; changes of sessions come as sentences, commands are words.
 * What it has no word of its own for are the verbs of the command line.
 */
#ifndef TUI_LINEAR_LINEAR_H
#define TUI_LINEAR_LINEAR_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/paths.h"

/* A verb, as much as is known of it here. */
struct linear_verb {
	const char *name, *args; /* "S...", "AGENT..." */
	bool draws;              /* takes the whole terminal */
};

/* `verbs` ends with a NULL name. Until the person leaves, or the input ends. Gives the exit code: that of the last
 * command, 128 + signal when it was told to end. -1 with err when it could not run. */
int linear_run(const struct paths *paths, const struct linear_verb *verbs, struct error *err);

#endif
