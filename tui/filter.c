#include "tui/filter.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool smart_find(const char *text, const char *word)
{
	for (const char *w = word; *w; w++)
		if (isupper((unsigned char)*w))
			return strstr(text, word);
	return strcasestr(text, word);
}

static bool part_match(const char *part, const char *text, const char *state)
{
	static const char by_state[] = "state:";

	if (part[0] == '!')
		return !part[1] || !part_match(part + 1, text, state);
	if (strncmp(part, by_state, sizeof(by_state) - 1) == 0) {
		const char *want = part + sizeof(by_state) - 1;

		return state && strncmp(state, want, strlen(want)) == 0;
	}
	return smart_find(text, part);
}

bool filter_match(const char *filter, const char *text, const char *state)
{
	char copy[FILTER_CAP], *rest = copy, *part;

	snprintf(copy, sizeof(copy), "%s", filter);
	while ((part = strsep(&rest, " ")))
		if (*part && !part_match(part, text, state))
			return false;
	return true;
}
