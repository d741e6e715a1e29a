#include "engine/session/manifest_parts.h"

#include <string.h>

#include "engine/base/json.h"
#include "engine/base/text.h"

int manifest_word(const cJSON *o, const char *key, const char *const *words, size_t n,
		     int dflt, int *out, struct error *err)
{
	const char *list[16] = { 0 };
	const char *s = words[dflt], *near;
	char shown[64];

	if (json_str(o, key, 64, s, &s, err) < 0)
		return -1;
	for (size_t i = 0; i < n && i < 15; i++) {
		list[i] = words[i];
		if (!strcmp(words[i], s)) {
			*out = (int)i;
			return 0;
		}
	}
	error_set(err, 0, "\"%s\": unknown value \"%s\"", key, text_clean_str(shown, sizeof(shown), s));
	near = text_nearest(s, list);
	if (near)
		error_hint(err, "did you mean \"%s\"?", near);
	else
		error_hint(err, "\"%s\" is one of those in docs/manifest.md, \"%s\" for one", key, words[0]);
	return -1;
}
