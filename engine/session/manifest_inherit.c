/* Inheriting: what an entry does not say is said by the one that it inherits
 * from; "env", "files" and "credentials" are put together entry by entry. */
#include "engine/session/manifest_parts.h"

#include <string.h>

#include "engine/base/json.h"
#include "engine/base/text.h"

static void put_over(cJSON *under, const cJSON *item)
{
	cJSON_DeleteItemFromObjectCaseSensitive(under, item->string);
	cJSON_AddItemToObject(under, item->string, cJSON_Duplicate(item, true));
}

static cJSON *merged(const cJSON *base, const cJSON *entry)
{
	cJSON *all = cJSON_Duplicate(base, true);
	const cJSON *item, *part;

	cJSON_ArrayForEach(item, entry)
	{
		cJSON *there = cJSON_GetObjectItemCaseSensitive(all, item->string);

		if ((!strcmp(item->string, "env") || !strcmp(item->string, "files") ||
		     !strcmp(item->string, "credentials")) &&
		    cJSON_IsObject(there) && cJSON_IsObject(item)) {
			cJSON_ArrayForEach(part, item)
				put_over(there, part);
		} else {
			put_over(all, item);
		}
	}
	return all;
}

cJSON *manifest_inherit(const cJSON *known, const cJSON *entry, struct error *err)
{
	const cJSON *from = cJSON_GetObjectItemCaseSensitive(entry, "inherits"), *base, *item;
	const char *names[AGENTS_MAX + 1] = { 0 }, *near;
	char shown[64];
	int n = 0;

	if (!from)
		return cJSON_Duplicate(entry, true);
	if (!cJSON_IsString(from)) {
		error_set(err, 0, "\"inherits\" must be an agent's name");
		return NULL;
	}
	base = cJSON_GetObjectItemCaseSensitive(known, from->valuestring);
	if (base)
		return merged(base, entry);
	cJSON_ArrayForEach(item, known)
		if (n < AGENTS_MAX)
			names[n++] = item->string;
	error_set(err, 0, "\"inherits\": no agent \"%s\" is built in or above this one",
		  text_clean_str(shown, sizeof(shown), from->valuestring));
	near = text_nearest(from->valuestring, names);
	if (near)
		error_hint(err, "did you mean \"%s\"?", near);
	return NULL;
}
