/*
 * A session's answers from inside, and what they mean beside those from before the
 * boot: each goes to the check that asked the same outside. What was well before and
 * is not inside is a failure.
 */
#ifndef TUI_PROOF_H
#define TUI_PROOF_H

#include "engine/check/report.h"
#include "tui/verb.h"

/* Ask session `id`: its text (to be freed) in *text. 0, or the exit code after telling. */
int proof_ask(struct call *c, const char *id, char **text);
/* Put what was said (lines of KEY=VALUE, cleaned) into the report. */
void proof_apply(struct report *r, const char *text);

#endif
