/*
 * Templates that are being made meanwhile, as a verb that launches tells them: a line
 * for each phase that it sees, and at its end what goes on without it.
 */
#ifndef TUI_VERBS_BUILDING_H
#define TUI_VERBS_BUILDING_H

#include "engine/session/template_build.h"

enum { BUILDING_MAX = 8 };

struct building {
	struct template_build told[BUILDING_MAX];
	size_t n;
};

/* What changed since the last time. Some microseconds. */
void building_tell(struct building *b, const struct paths *p);
/* What is still under way. */
void building_end(const struct paths *p);

#endif
