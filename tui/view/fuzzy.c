#include "tui/view/fuzzy.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { LETTER = 16, BESIDE = 18, WORD = 14, FRONT = 10, NAME_MAX_LOOKED = 128 };

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static bool begins_word(const char *name, size_t i)
{
	return !i || (!isalnum((unsigned char)name[i - 1]) && isalnum((unsigned char)name[i]));
}

/*
 * best[i]: the highest score of the letters so far with the last of them at
 * name[i]; 0 where that cannot be. A row for each letter typed, from the one
 * before; names are short, so the square of their length is nothing.
 */
int fuzzy_score(const char *typed, const char *name)
{
	int best[NAME_MAX_LOOKED] = { 0 }, row[NAME_MAX_LOOKED], most = 0;
	size_t n = strnlen(name, NAME_MAX_LOOKED);
	bool first = true;

	for (; *typed; typed++) {
		int before = 0; /* the best that ended at least one letter earlier */

		if (*typed == ' ')
			continue;
		most = 0;
		for (size_t i = 0; i < n; i++) {
			int come = first ? 1 : before;

			if (!first && i && best[i - 1] && best[i - 1] + BESIDE > come)
				come = best[i - 1] + BESIDE;
			row[i] = 0;
			if (come && same(*typed, name[i]))
				row[i] = come + LETTER + (begins_word(name, i) ? WORD : 0) +
					 (first && !i ? FRONT : 0);
			if (row[i] > most)
				most = row[i];
			if (best[i] > before)
				before = best[i];
		}
		if (!most)
			return 0;
		memcpy(best, row, n * sizeof(*row));
		first = false;
	}
	if (first)
		return 1;
	most -= (int)(n / 8); /* of equals the shorter */
	return most < 1 ? 1 : most;
}
