#include "engine/check/manual.h"

#include <stdio.h>
#include <string.h>

static const char text[] =
#include "preflight_doc.inc"
	;

static const char *below(const char *head, size_t *len)
{
	const char *at = strstr(text, head), *end;

	if (!at)
		return NULL;
	at += strlen(head);
	at += strspn(at, "\n");
	end = strstr(at, "\n#");
	*len = end ? (size_t)(end - at) : strlen(at);
	while (*len && at[*len - 1] == '\n')
		--*len;
	return at;
}

const char *manual_section(const char *id, size_t *len)
{
	char head[32];

	snprintf(head, sizeof(head), "\n### %.20s\n", id);
	return below(head, len);
}

const char *manual_chapter(const char *heading, size_t *len)
{
	char head[80];

	snprintf(head, sizeof(head), "\n## %.70s\n", heading);
	return below(head, len);
}
