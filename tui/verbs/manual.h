/*
 * vmdeck(1), from the tables that parse the command line and dispatch keys. Plain
 * man(7) macros; mandoc -T lint has nothing to say about them, which a test keeps.
 */
#ifndef TUI_VERBS_MANUAL_H
#define TUI_VERBS_MANUAL_H

#include "tui/verbs/verb.h"

void manual_page(verb_put_fn *put);

/* The table of keys as docs/keys.md. */
void manual_keys(verb_put_fn *put);

/* Text in a table of Markdown: a bar would end its cell, also between backquotes. */
void manual_cell(verb_put_fn *put, const char *text);

#endif
