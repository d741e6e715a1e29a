#include "engine/session/pattern.h"

#include <string.h>

/* `*` by trying again one further, from the last star only: linear in practice,
 * at worst row times pattern. */
static bool glob(const char *p, const char *end, const char *s, bool anchored)
{
	const char *star = NULL, *from = NULL;

	while (*s) {
		if (p < end && *p == '*') {
			star = ++p;
			from = s;
		} else if (p < end && *p == *s) {
			p++;
			s++;
		} else if (p == end && !anchored) {
			return true;
		} else if (star) {
			p = star;
			s = ++from;
		} else {
			return false;
		}
	}
	while (p < end && *p == '*')
		p++;
	return p == end;
}

/* The lines of boxes are U+2500 to U+257F, in UTF-8. */
const char *pattern_begin(const char *s)
{
	for (;;) {
		if (*s == ' ' || *s == '|')
			s++;
		else if (!strncmp(s, "\xe2\x94", 2) || !strncmp(s, "\xe2\x95", 2))
			s += s[2] ? 3 : 2;
		else
			return s;
	}
}

bool pattern_match(const char *pattern, const char *row)
{
	const char *p = pattern, *end = pattern + strlen(pattern);
	bool front = *p == '^', back = end > p + 1 && end[-1] == '$';

	if (front)
		p++;
	if (back)
		end--;
	if (front)
		return glob(p, end, pattern_begin(row), back);
	for (const char *s = row;; s++) {
		if (glob(p, end, s, back))
			return true;
		if (!*s)
			return false;
	}
}

const char *pattern_flaw(const char *pattern)
{
	size_t n = strlen(pattern), plain = 0;

	if (n >= PATTERN_MAX)
		return "longer than 79 bytes";
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)pattern[i] < ' ')
			return "control characters are never on a screen";
		plain += !(pattern[i] == '*' || pattern[i] == ' ' || (pattern[i] == '^' && i == 0) ||
			   (pattern[i] == '$' && i == n - 1));
	}
	return plain ? NULL : "every row would match it";
}
