/*
 * The start card: what an empty home shows where the panes will be. What was
 * found (presence only, never a value) and the next key for each gap. Nothing
 * is started or read to know it: it looks for files and names on PATH.
 */
#ifndef TUI_VIEW_STARTCARD_H
#define TUI_VIEW_STARTCARD_H

#include "engine/base/paths.h"
#include "engine/session/manifest.h"
#include "tui/action.h"
#include "tui/terminal/surface.h"

struct startcard {
	char backends[160], kernel[96], images[160], agents[160], credentials[160];
	bool any_backend, any_kernel, any_image, any_credential;
};

void startcard_look(struct startcard *c, const struct paths *p, const struct manifest *m);
void startcard_draw(struct paint p, const struct startcard *c, const struct bindings *b);

#endif
