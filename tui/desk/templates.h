/*
 * Templates that are made in the background (engine/supervisor/maker.c): rows in the strip
 * while they are, a notice of one that could not be. Nobody tells of them: the tick of
 * the dashboard asks the kernel for their locks, once a second.
 */
#ifndef TUI_DESK_TEMPLATES_H
#define TUI_DESK_TEMPLATES_H

#include "engine/base/paths.h"
#include "engine/session/template_build.h"
#include "tui/terminal/surface.h"

enum { TEMPLATE_ROWS = 3 }; /* more at a time are made, but not shown */

struct templates {
	struct template_build builds[TEMPLATE_ROWS];
	size_t n;
	int64_t told, looked; /* of failures, as template_build_failure has them */
	char why[400];        /* of the last failure; "" none since we look */
};

enum templates_news {
	TEMPLATES_SAME,
	TEMPLATES_MOVED,  /* one came, went, or is in another phase */
	TEMPLATES_FAILED, /* `why` is new */
};

/* `since` (seconds since the epoch): older failures are no news. */
void templates_init(struct templates *t, int64_t since);
enum templates_news templates_look(struct templates *t, const struct paths *p);
/* Row i of n, into the first row of p; now is seconds since the epoch. */
void templates_draw(const struct templates *t, size_t i, struct paint p, int64_t now,
		    const char *cancel);

#endif
