#include "tui/linear/words.h"

#include <string.h>

static int too_long(struct error *err)
{
	return error_set(err, 0, "the line is too long: %d words, %d bytes are the most", WORDS_MAX,
			 WORDS_LINE - 1);
}

int words_split(struct words *w, const char *line, struct error *err)
{
	const char *p = line;
	char *out = w->text;

	w->n = 0;
	w->at[0] = NULL;
	if (strlen(line) >= sizeof(w->text))
		return too_long(err);
	while (*(p += strspn(p, " \t"))) {
		char quote = 0;

		if (w->n == WORDS_MAX)
			return too_long(err);
		w->from[w->n] = (size_t)(p - line);
		w->at[w->n++] = out;
		for (; *p && (quote || (*p != ' ' && *p != '\t')); p++) {
			if (quote ? *p == quote : *p == '\'' || *p == '"')
				quote = quote ? 0 : *p;
			else if (*p == '\\' && quote != '\'' && p[1])
				*out++ = *++p;
			else
				*out++ = *p;
		}
		if (quote) {
			error_set(err, 0, "a quote (%c) has no end", quote);
			return error_hint(err, "type and > take a text as it is, quotes and all"), -1;
		}
		*out++ = '\0';
	}
	w->at[w->n] = NULL;
	return 0;
}

const char *words_rest(const struct words *w, const char *line, int k)
{
	return k < w->n ? line + w->from[k] : "";
}
