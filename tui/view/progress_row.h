/*
 * Long work as a row: what, its phase, a bar, how much, how fast, how long still,
 * and the key that cancels it; as much of that as the width allows. A bar that
 * would be a lie (nobody knows the total) is left out. Pure.
 */
#ifndef TUI_VIEW_PROGRESS_ROW_H
#define TUI_VIEW_PROGRESS_ROW_H

#include "engine/image/progress.h"
#include "engine/session/estimate.h"
#include "tui/terminal/surface.h"

struct progress_row {
	const char *what;           /* "kernel and image" */
	const struct progress *now; /* NULL: no figures yet */
	uint64_t seconds;           /* since it began */
	struct estimate estimate;   /* without figures: what it took before tells */
	unsigned step, steps;       /* without that: step (from 1) of steps; 0: not known */
	const char *cancel;         /* name of the key; NULL: it cannot be cancelled */
};

void progress_row_draw(struct paint p, const struct progress_row *r);

#endif
