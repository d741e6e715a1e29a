/*
 * How well a few typed letters fit a name: they must all be there, in order;
 * better at the beginning, at the beginnings of words, and side by side. Pure.
 */
#ifndef TUI_VIEW_FUZZY_H
#define TUI_VIEW_FUZZY_H

/* 0: no match; else the higher the better. Blanks in `typed` are skipped; case
 * does not matter. An empty `typed` matches all alike. */
int fuzzy_score(const char *typed, const char *name);

#endif
