#include "tui/desk/templates.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "tui/view/progress_row.h"

void templates_init(struct templates *t, int64_t since)
{
	*t = (struct templates){ .told = since * 1000000000 };
}

static bool same(const struct template_build *a, const struct template_build *b)
{
	return strcmp(a->key, b->key) == 0 && a->phase == b->phase && a->began == b->began &&
	       a->memory_mib == b->memory_mib && a->expected_ms == b->expected_ms;
}

enum templates_news templates_look(struct templates *t, const struct paths *p)
{
	struct template_build now[TEMPLATE_ROWS];
	size_t n = template_builds(p, now, TEMPLATE_ROWS);
	bool moved = n != t->n;

	for (size_t i = 0; i < n && !moved; i++)
		moved = !same(&now[i], &t->builds[i]);
	t->n = n;
	memcpy(t->builds, now, n * sizeof(now[0]));
	if (template_build_failure(p, &t->told, &t->looked, t->why, sizeof(t->why)))
		return TEMPLATES_FAILED;
	return moved ? TEMPLATES_MOVED : TEMPLATES_SAME;
}

void templates_draw(const struct templates *t, size_t i, struct paint p, int64_t now,
		    const char *cancel)
{
	const struct template_build *b = &t->builds[i];
	char what[64], memory[16] = "";
	struct progress_row row = { .what = what, .seconds = now > b->began ? (uint64_t)(now - b->began) : 0,
				    .estimate = estimate_whole(b->began, b->expected_ms, now),
				    .step = b->phase + 1, .steps = TEMPLATE_PHASES, .cancel = cancel };

	if (b->memory_mib)
		text_size(memory, sizeof(memory), (uint64_t)b->memory_mib << 20);
	snprintf(what, sizeof(what), "template%s%s  %s, %d of %d", memory[0] ? " " : "", memory,
		 template_phase_names[b->phase], (int)b->phase + 1, TEMPLATE_PHASES);
	progress_row_draw(p, &row);
}
