/*
 * A session's answers from inside, and what they mean beside those from before the
 * boot: each goes to the check that asked the same outside. What was well before and
 * is not inside is a failure.
 */
#ifndef TUI_PROOF_H
#define TUI_PROOF_H

#include "engine/check/report.h"

/* Put what was said (lines of KEY=VALUE, cleaned) into the report. */
void proof_apply(struct report *r, const char *text);

#endif
