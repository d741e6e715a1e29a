#include "tui/view/filter.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool smart_find(const char *text, const char *word)
{
	for (const char *w = word; *w; w++)
		if (isupper((unsigned char)*w))
			return strstr(text, word);
	return strcasestr(text, word);
}

static bool part_passes(const char *part, const struct filter_subject *s)
{
	const struct {
		const char *prefix, *value;
	} keys[] = { { "state:", s->state }, { "label:", s->label }, { "agent:", s->agent } };

	if (part[0] == '!')
		return !part[1] || !part_passes(part + 1, s);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t n = strlen(keys[i].prefix);

		if (strncmp(part, keys[i].prefix, n) == 0)
			return keys[i].value &&
			       strncasecmp(keys[i].value, part + n, strlen(part + n)) == 0;
	}
	return smart_find(s->text, part);
}

bool filter_passes(const char *filter, const struct filter_subject *s)
{
	char copy[FILTER_CAP], *rest = copy, *part;

	snprintf(copy, sizeof(copy), "%s", filter);
	while ((part = strsep(&rest, " ")))
		if (*part && !part_passes(part, s))
			return false;
	return true;
}

bool filter_match(const char *filter, const char *text, const char *state)
{
	struct filter_subject s = { .text = text, .state = state };

	return filter_passes(filter, &s);
}
