#include "tui/ignored.h"

#include <string.h>

#include "engine/base/file.h"
#include "engine/base/json.h"
#include "engine/base/own.h"
#include "engine/check/report.h"

static const char file[] = "ignored.json";

void ignored_load(struct ignored *g, const struct paths *p)
{
	struct error none;
	AUTO_CLOSE int dir = paths_open(p->state, &none);
	AUTO_FREE char *text = NULL;
	AUTO_JSON cJSON *j = NULL;
	const cJSON *id;
	size_t len;

	g->rows = 0;
	text = dir < 0 ? NULL : file_read(dir, file, 65536, &len, &none);
	j = text ? json_parse(file, text, len, false, &none) : NULL;
	cJSON_ArrayForEach(id, cJSON_GetObjectItemCaseSensitive(j, "checks"))
	{
		int i = cJSON_IsString(id) ? check_index(id->valuestring) : -1;

		if (i >= 0)
			g->rows |= 1ULL << i;
	}
}

static int save(const struct ignored *g, const struct paths *p, struct error *err)
{
	AUTO_CLOSE int dir = paths_need(p->state, err);
	AUTO_JSON cJSON *j = cJSON_CreateObject();
	AUTO_FREE char *text = NULL;
	cJSON *list;

	if (dir < 0)
		return -1;
	cJSON_AddNumberToObject(j, "schema", 1);
	list = cJSON_AddArrayToObject(j, "checks");
	for (size_t i = 0; i < checks_count; i++)
		if (g->rows & 1ULL << i)
			cJSON_AddItemToArray(list, cJSON_CreateString(checks[i].id));
	text = json_text(j, true);
	if (!text)
		return error_set(err, 0, "no memory");
	return file_write(dir, file, text, strlen(text), 0600, err);
}

int ignored_toggle(struct ignored *g, const char *id, const struct paths *p, struct error *err)
{
	int i = check_index(id);

	if (i < 0)
		return 0;
	g->rows ^= 1ULL << i;
	if (save(g, p, err) == 0)
		return 0;
	g->rows ^= 1ULL << i;
	return -1;
}

bool ignored_has(const struct ignored *g, const struct check_record *r)
{
	int i = check_index(r->id);

	return i >= 0 && g->rows & 1ULL << i && !record_blocks(r);
}
