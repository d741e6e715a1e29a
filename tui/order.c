#include "tui/order.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/json.h"
#include "engine/base/own.h"
#include "engine/base/text.h"

enum { FILE_CAP = 64 * 1024 };

const char *const order_sort_names[SORT_COUNT] = { "own", "state", "name", "age",
						     "cpu", "memory" };
static_assert(SORT_COUNT == 6, "each sort has its name above");

static const char file[] = "dashboard.json";

static size_t read_names(const cJSON *array, char (*out)[ORDER_NAME], size_t max)
{
	const cJSON *item;
	size_t n = 0;

	cJSON_ArrayForEach(item, array)
	{
		if (n < max && cJSON_IsString(item) && strlen(item->valuestring) < ORDER_NAME)
			text_clean_str(out[n++], ORDER_NAME, item->valuestring);
	}
	return n;
}

static void read_sort(struct order *o, const cJSON *j)
{
	char name[16];

	json_copy(j, "sort", name, sizeof(name));
	for (size_t i = 0; i < SORT_COUNT; i++)
		if (strcmp(name, order_sort_names[i]) == 0)
			o->sort = (enum order_sort)i;
}

void order_load(struct order *o, const struct paths *p)
{
	struct error ignored;
	AUTO_CLOSE int dir = -1;
	AUTO_FREE char *text = NULL;
	AUTO_JSON cJSON *j = NULL;
	size_t len;

	memset(o, 0, sizeof(*o));
	o->paths = p;
	dir = paths_open(p->state, &ignored);
	if (dir < 0)
		return;
	text = file_read(dir, file, FILE_CAP, &len, &ignored);
	if (!text)
		return;
	j = json_parse(file, text, len, false, &ignored);
	if (!j)
		return;
	o->n = read_names(cJSON_GetObjectItemCaseSensitive(j, "order"), o->ids, ORDER_MAX);
	o->n_picked = read_names(cJSON_GetObjectItemCaseSensitive(j, "picked"), o->picked,
				 ORDER_PICKED_MAX);
	json_copy(j, "theme", o->theme, sizeof(o->theme));
	read_sort(o, j);
	o->grouped = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "grouped"));
	o->told_leader = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "told_leader"));
	arrangements_read(&o->arrangements, cJSON_GetObjectItemCaseSensitive(j, "arrangements"));
}

static void add_names(cJSON *j, const char *key, const char (*names)[ORDER_NAME], size_t n)
{
	cJSON *array = cJSON_AddArrayToObject(j, key);

	for (size_t i = 0; array && i < n; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(names[i]));
}

int order_save(const struct order *o, struct error *err)
{
	AUTO_JSON cJSON *j = cJSON_CreateObject();
	AUTO_FREE char *text = NULL;
	AUTO_CLOSE int dir = paths_need(o->paths->state, err);

	if (dir < 0)
		return error_wrap(err, "remember the order");
	cJSON_AddNumberToObject(j, "schema", 1);
	add_names(j, "order", o->ids, o->n);
	add_names(j, "picked", o->picked, o->n_picked);
	cJSON_AddStringToObject(j, "sort", order_sort_names[o->sort]);
	cJSON_AddBoolToObject(j, "grouped", o->grouped);
	cJSON_AddBoolToObject(j, "told_leader", o->told_leader);
	if (o->arrangements.n)
		cJSON_AddItemToObject(j, "arrangements", arrangements_json(&o->arrangements));
	if (o->theme[0])
		cJSON_AddStringToObject(j, "theme", o->theme);
	text = json_text(j, true);
	if (!text)
		return error_set(err, 0, "remember the order: no memory");
	if (file_write(dir, file, text, strlen(text), 0600, err) < 0)
		return error_wrap(err, "remember the order");
	return 0;
}

size_t order_find(const struct order *o, const char *id)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->ids[i], id) == 0)
			return i;
	return o->n;
}

static void remove_at(struct order *o, size_t i)
{
	memmove(o->ids[i], o->ids[i + 1], (o->n - i - 1) * ORDER_NAME);
	o->n--;
}

bool order_add(struct order *o, const char *id)
{
	if (order_find(o, id) < o->n)
		return false;
	if (o->n == ORDER_MAX)
		remove_at(o, 0);
	snprintf(o->ids[o->n++], ORDER_NAME, "%s", id);
	return true;
}

void order_drop(struct order *o, const char *id)
{
	size_t i = order_find(o, id);

	if (i < o->n)
		remove_at(o, i);
}

void order_swap(struct order *o, const char *a, const char *b)
{
	size_t i = order_find(o, a), k = order_find(o, b);

	if (i == o->n || k == o->n)
		return;
	snprintf(o->ids[i], ORDER_NAME, "%s", b);
	snprintf(o->ids[k], ORDER_NAME, "%s", a);
}
