/* A theme file of any bytes: parsed or refused, and what was parsed resolves
 * to colours that exist. It may inherit from itself once. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tui/theme/file.h"

struct once {
	struct theme_source source;
	const char *text;
	size_t n;
	int depth;
};

static int inherit(struct theme_source *s, const char *name, struct theme_draft *d,
		   struct error *err)
{
	struct once *o = (struct once *)(void *)s;

	if (o->depth++ || strcmp(name, "self") != 0)
		return error_set(err, 0, "no theme \"%s\"", name);
	return theme_file_parse(d, "self", o->text, o->n, s, err);
}

static int color_ok(uint32_t c)
{
	switch (c & ~0xffffffu) {
	case 0:
		return c == VT_COLOR_DEFAULT;
	case VT_COLOR_INDEX:
		return (c & 0xffffff) < 256;
	default:
		return (c & ~0xffffffu) == VT_COLOR_RGB;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct theme_draft d;
	static struct theme t;
	struct once o = {.source.inherit = inherit, .text = (const char *)data, .n = size};
	struct theme_finding found[THEME_FINDINGS];
	struct error err;

	if (size > THEME_FILE_MAX)
		return 0;
	memset(&d, 0, sizeof(d));
	if (theme_file_parse(&d, "fuzz", o.text, size, &o.source, &err) < 0) {
		if (!err.msg[0] || strlen(err.msg) >= sizeof(err.msg))
			abort();
		return 0;
	}
	theme_file_resolve(&d, &t);
	for (int i = 0; i < ROLE_COUNT; i++) {
		const struct theme_style *all[] = {&t.full[i], &t.basic[i], &t.mono[i]};

		for (int k = 0; k < 3; k++) {
			if (!color_ok(all[k]->fg) || !color_ok(all[k]->bg))
				abort();
		}
	}
	theme_check(&t, found, THEME_FINDINGS);
	return 0;
}
