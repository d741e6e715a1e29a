/*
 * A session asked preflight's questions from inside, for verbs. What its answers mean:
 * proof.h.
 */
#ifndef TUI_VERBS_PROVE_H
#define TUI_VERBS_PROVE_H

#include "tui/verbs/verb.h"

/* Ask session `id`: its text (to be freed) in *text. 0, or the exit code after telling. */
int prove_ask(struct call *c, const char *id, char **text);

#endif
