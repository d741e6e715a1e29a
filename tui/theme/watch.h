/*
 * Tells when a theme's file was saved, by inotify on the directories that themes
 * come from. It does not know which one is in force: any *.theme that is written,
 * moved in or removed there counts, and its owner loads again what it has.
 */
#ifndef TUI_THEME_WATCH_H
#define TUI_THEME_WATCH_H

#include "engine/base/loop.h"
#include "engine/base/paths.h"

struct theme_watch {
	struct source source;
	void (*changed)(struct theme_watch *w);
};

/* Set `changed` first. Without inotify (limits) it fails, and nothing is watched. */
int theme_watch_init(struct theme_watch *w, struct loop *l, struct error *err);
void theme_watch_done(struct theme_watch *w); /* harmless on zeroed */

/* Watch the user's and the installed themes, and the directory of the file `path` ("":
 * none). Harmless again: call it when another theme is taken. */
void theme_watch_places(struct theme_watch *w, const struct paths *p, const char *path);

#endif
