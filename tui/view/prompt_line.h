/*
 * Does a line of a console look like a prompt, and is a console waiting at one?
 * By its picture: a sign that shells and agents end their prompts with, what is
 * before it short and prompt-like, and the cursor behind it. Used where the
 * guest does not say it itself (OSC 133). Pure.
 *
 * Limits: it is a guess. A quotation of a prompt looks like one, and a prompt
 * with an unusual sign is missed.
 */
#ifndef TUI_VIEW_PROMPT_LINE_H
#define TUI_VIEW_PROMPT_LINE_H

#include <stdbool.h>

#include "engine/session/client.h"

/* The column behind the prompt that the line begins with, or -1. */
int prompt_line(const struct vt_glyph *line, int cols);

/* The cursor is shown, behind a prompt, with nothing to its right. */
bool prompt_waits(const struct screen *s);

#endif
