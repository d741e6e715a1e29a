#include "tui/desk/arrangement.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/view/picker.h"

static const char *const shapes[TILES_SHAPES] = { "even", "columns", "rows" };
static_assert(TILES_SHAPES == 3, "each shape has its name above");

static const struct {
	enum layout_mode mode;
	const char *name;
} modes[] = { { LAYOUT_NORMAL, "both" }, { LAYOUT_PANES, "panes" }, { LAYOUT_LIST, "list" } };
enum { MODES = sizeof(modes) / sizeof(modes[0]) };

uint64_t arrangement_add(uint64_t set, const char *name)
{
	uint64_t h = picker_tag(name);

	/* a sum does not mind the order; mixed, so that names do not cancel out */
	h ^= h >> 31;
	h *= 0x9e3779b97f4a7c15;
	h ^= h >> 29;
	return set + (h | 1);
}

static size_t find(const struct arrangements *a, uint64_t set)
{
	size_t i = 0;

	while (i < a->n && a->sets[i] != set)
		i++;
	return i;
}

const struct arrangement *arrangements_find(const struct arrangements *a, uint64_t set)
{
	size_t i = find(a, set);

	return i < a->n ? &a->items[i] : NULL;
}

void arrangements_put(struct arrangements *a, uint64_t set, const struct arrangement *what)
{
	struct arrangement copy = *what;
	size_t i = find(a, set);

	if (copy.mode == LAYOUT_ZOOM)
		copy.mode = LAYOUT_NORMAL;
	if (i == a->n)
		i = a->n < ARRANGEMENTS ? a->n++ : a->n - 1;
	memmove(a->sets + 1, a->sets, i * sizeof(a->sets[0]));
	memmove(a->items + 1, a->items, i * sizeof(a->items[0]));
	a->sets[0] = set;
	a->items[0] = copy;
}

static void read_weights(const cJSON *array, uint16_t out[TILES_MAX])
{
	const cJSON *item;
	int i = 0;

	cJSON_ArrayForEach(item, array)
	{
		if (i < TILES_MAX && cJSON_IsNumber(item) && item->valuedouble >= 0 &&
		    item->valuedouble <= 1000)
			out[i++] = (uint16_t)item->valuedouble;
	}
}

static void read_one(struct arrangements *a, const cJSON *j)
{
	struct arrangement w = { 0 };
	char set[24], word[16];
	const cJSON *cols = cJSON_GetObjectItemCaseSensitive(j, "cols"), *row;
	int r = 0;

	json_copy(j, "set", set, sizeof(set));
	if (!set[0] || a->n == ARRANGEMENTS)
		return;
	json_copy(j, "split", word, sizeof(word));
	for (int i = 0; i < TILES_SHAPES; i++)
		if (strcmp(word, shapes[i]) == 0)
			w.shape = (enum tiles_shape)i;
	json_copy(j, "show", word, sizeof(word));
	for (int i = 0; i < MODES; i++)
		if (strcmp(word, modes[i].name) == 0)
			w.mode = modes[i].mode;
	w.list_cols = (int)json_num(j, "list", 0);
	if (w.list_cols < 0 || w.list_cols > 1000)
		w.list_cols = 0;
	read_weights(cJSON_GetObjectItemCaseSensitive(j, "rows"), w.weights.rows);
	cJSON_ArrayForEach(row, cols)
	{
		if (r < TILES_MAX)
			read_weights(row, w.weights.cols[r++]);
	}
	a->sets[a->n] = strtoull(set, NULL, 16);
	a->items[a->n++] = w;
}

void arrangements_read(struct arrangements *a, const cJSON *array)
{
	const cJSON *item;

	a->n = 0;
	cJSON_ArrayForEach(item, array)
		read_one(a, item);
}

static cJSON *weights_json(const uint16_t w[TILES_MAX])
{
	cJSON *array = cJSON_CreateArray();
	int n = TILES_MAX;

	while (n && !w[n - 1])
		n--;
	for (int i = 0; i < n; i++)
		cJSON_AddItemToArray(array, cJSON_CreateNumber(w[i]));
	return array;
}

cJSON *arrangements_json(const struct arrangements *a)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < a->n; i++) {
		const struct arrangement *w = &a->items[i];
		cJSON *j = cJSON_CreateObject(), *cols = cJSON_CreateArray();
		char set[24];

		snprintf(set, sizeof(set), "%llx", (unsigned long long)a->sets[i]);
		cJSON_AddStringToObject(j, "set", set);
		cJSON_AddStringToObject(j, "split", shapes[w->shape]);
		for (int m = 0; m < MODES; m++)
			if (modes[m].mode == w->mode)
				cJSON_AddStringToObject(j, "show", modes[m].name);
		if (w->list_cols)
			cJSON_AddNumberToObject(j, "list", w->list_cols);
		cJSON_AddItemToObject(j, "rows", weights_json(w->weights.rows));
		for (int r = 0; r < TILES_MAX; r++)
			cJSON_AddItemToArray(cols, weights_json(w->weights.cols[r]));
		cJSON_AddItemToObject(j, "cols", cols);
		cJSON_AddItemToArray(array, j);
	}
	return array;
}
