#include "tui/verbs/building.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine/base/text.h"
#include "engine/session/estimate.h"
#include "tui/talk.h"

/* "512 MiB", of its machine. */
static const char *size_of(const struct template_build *b, char *out, size_t cap)
{
	out[0] = '\0';
	if (b->memory_mib)
		text_size(out, cap, (uint64_t)b->memory_mib << 20);
	return out;
}

/* ", left 12s", or "". */
static const char *left_of(const struct template_build *b, const char *before, char *out, size_t cap)
{
	struct estimate e = estimate_whole(b->began, b->expected_ms, time(NULL));
	char left[24];

	estimate_text(&e, left, sizeof(left));
	snprintf(out, cap, "%s%s", left[0] ? before : "", left);
	return out;
}

static bool was_told(const struct building *b, const struct template_build *t)
{
	for (size_t i = 0; i < b->n; i++)
		if (!strcmp(b->told[i].key, t->key) && b->told[i].phase == t->phase)
			return true;
	return false;
}

void building_tell(struct building *b, const struct paths *p)
{
	struct template_build now[BUILDING_MAX];
	size_t n = template_builds(p, now, BUILDING_MAX);
	char size[16], left[32];

	for (size_t i = 0; i < n; i++)
		if (!was_told(b, &now[i]))
			talk("template %s  %s%s", size_of(&now[i], size, sizeof(size)),
			     template_phase_names[now[i].phase], left_of(&now[i], "  ", left, sizeof(left)));
	b->n = n;
	memcpy(b->told, now, n * sizeof(now[0]));
}

void building_end(const struct paths *p)
{
	struct template_build now[BUILDING_MAX];
	size_t n = template_builds(p, now, BUILDING_MAX);
	char size[16], left[32];

	for (size_t i = 0; i < n; i++)
		talk("template %s  %s for %lld s%s; it goes on in the background, and makes the next start "
		     "warm", size_of(&now[i], size, sizeof(size)), template_phase_names[now[i].phase],
		     (long long)(time(NULL) - now[i].began), left_of(&now[i], ", ", left, sizeof(left)));
}
