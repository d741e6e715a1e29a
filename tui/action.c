#include "tui/action.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"

const char *const context_names[CONTEXT_COUNT] = {
	[CONTEXT_LIST] = "list",           [CONTEXT_FILTERED] = "filtered",
	[CONTEXT_SCROLL] = "scroll",
	[CONTEXT_LEADER] = "leader",       [CONTEXT_PICKER] = "picker",
	[CONTEXT_PREFLIGHT] = "preflight", [CONTEXT_ROWS] = "rows",
	[CONTEXT_LINE] = "line",           [CONTEXT_PAGER] = "pager",
	[CONTEXT_QUESTION] = "question",   [CONTEXT_ANYWHERE] = "anywhere",
};
static_assert(CONTEXT_COUNT == 11, "each context has its name above");

const struct action_row action_rows[ACTION_COUNT] = {
#define X(id, context, name, keys, word, help) \
	[ACTION_##id] = { CONTEXT_##context, name, keys, word, help },
	ACTIONS(X)
#undef X
};

const char *action_name(enum action a, char *out, size_t cap)
{
	snprintf(out, cap, "%s.%s", context_names[action_rows[a].context], action_rows[a].name);
	return out;
}

static void add_key(struct key *keys, size_t max, struct key k)
{
	for (size_t i = 0; i < max; i++)
		if (!keys[i].code) {
			keys[i] = k;
			return;
		}
	assert(!"room for every default key");
}

static void add_names(struct key *keys, size_t max, const char *names)
{
	while (*names) {
		size_t n = strcspn(names, " ");
		struct key k;

		if (!key_parse(names, n, &k))
			assert(!"default keys have names");
		add_key(keys, max, k);
		names += n;
		names += *names == ' ';
	}
}

void bindings_init(struct bindings *b)
{
	memset(b, 0, sizeof(*b));
	for (size_t a = 1; a < ACTION_COUNT; a++)
		add_names(b->keys[a], ACTION_KEYS, action_rows[a].keys);
	add_names(b->leaders, LEADER_KEYS, "C-] F12");
}

static bool has(const struct bindings *b, size_t a, struct key k)
{
	for (size_t i = 0; i < ACTION_KEYS && b->keys[a][i].code; i++)
		if (key_same(b->keys[a][i], k))
			return true;
	return false;
}

static enum action find_in(const struct bindings *b, enum context c, struct key k)
{
	for (size_t a = 1; a < ACTION_COUNT; a++)
		if (action_rows[a].context == c && has(b, a, k))
			return (enum action)a;
	return ACTION_NONE;
}

enum action bindings_find(const struct bindings *b, enum context c, struct key k)
{
	enum action a = find_in(b, c, k);

	if (a == ACTION_NONE && c == CONTEXT_FILTERED)
		a = find_in(b, CONTEXT_LIST, k);
	if (a == ACTION_NONE && c != CONTEXT_LEADER)
		a = find_in(b, CONTEXT_ANYWHERE, k);
	return a;
}

bool bindings_is_leader(const struct bindings *b, struct key k)
{
	for (size_t i = 0; i < LEADER_KEYS && b->leaders[i].code; i++)
		if (key_same(b->leaders[i], k))
			return true;
	return false;
}

static enum action by_name(const char *name)
{
	char full[64];

	for (size_t a = 1; a < ACTION_COUNT; a++)
		if (strcmp(action_name((enum action)a, full, sizeof(full)), name) == 0)
			return (enum action)a;
	return ACTION_NONE;
}

static int unknown_action(const char *name, struct error *err)
{
	char names[ACTION_COUNT][64];
	const char *list[ACTION_COUNT];
	const char *near;

	for (size_t a = 1; a < ACTION_COUNT; a++)
		list[a - 1] = action_name((enum action)a, names[a], sizeof(names[a]));
	list[ACTION_COUNT - 1] = NULL;
	near = text_nearest(name, list);
	error_set(err, 0, "keys: there is no action \"%.60s\"", name);
	if (near)
		error_hint(err, "did you mean \"%s\"? `vmdeck keys` lists them", near);
	else
		error_hint(err, "`vmdeck keys` lists them");
	return -1;
}

static int read_array(struct key *keys, size_t max, const cJSON *array, const char *what,
		      struct error *err)
{
	const cJSON *item;
	size_t n = 0;

	if (!cJSON_IsArray(array))
		return error_set(err, 0, "%s: is not an array of keys", what);
	memset(keys, 0, max * sizeof(*keys));
	cJSON_ArrayForEach(item, array)
	{
		if (n == max)
			return error_set(err, 0, "%s: more than %zu keys", what, max);
		if (!cJSON_IsString(item) ||
		    !key_parse(item->valuestring, strlen(item->valuestring), &keys[n])) {
			error_set(err, 0, "%s: no key is named \"%.40s\"", what,
				  cJSON_IsString(item) ? item->valuestring : "");
			error_hint(err, "keys look like n, J, Space, Enter, C-d, M-Up, F5, PgUp");
			return -1;
		}
		n++;
	}
	return 0;
}

/* The table's own overlap between a context and CONTEXT_ANYWHERE is meant. */
static bool meant(const struct bindings *dflt, size_t a, size_t b, struct key k)
{
	return has(dflt, a, k) && has(dflt, b, k);
}

static bool same_place(size_t a, size_t b)
{
	enum context x = action_rows[a].context, y = action_rows[b].context;

	if (x == y)
		return true;
	if (x == CONTEXT_LEADER || y == CONTEXT_LEADER)
		return false;
	return x == CONTEXT_ANYWHERE || y == CONTEXT_ANYWHERE;
}

static int collision(size_t a, size_t b, struct key k, struct error *err)
{
	char one[64], two[64], name[KEY_NAME_CAP];

	error_set(err, 0, "keys: %s is both %s and %s", key_name(k, name),
		  action_name((enum action)a, one, sizeof(one)),
		  action_name((enum action)b, two, sizeof(two)));
	error_hint(err, "give one of them another key, or none: \"%s\": []", two);
	return -1;
}

static int check(const struct bindings *b, struct error *err)
{
	struct bindings dflt;

	bindings_init(&dflt);
	for (size_t x = 1; x < ACTION_COUNT; x++)
		for (size_t y = x + 1; y < ACTION_COUNT; y++) {
			if (!same_place(x, y))
				continue;
			for (size_t i = 0; i < ACTION_KEYS && b->keys[x][i].code; i++)
				if (has(b, y, b->keys[x][i]) &&
				    !meant(&dflt, x, y, b->keys[x][i]))
					return collision(x, y, b->keys[x][i], err);
		}
	return 0;
}

int bindings_read(struct bindings *b, const cJSON *keys, const cJSON *leader, struct error *err)
{
	struct bindings next = *b;
	const cJSON *item;

	if (keys && !cJSON_IsObject(keys))
		return error_set(err, 0, "keys: is not an object");
	cJSON_ArrayForEach(item, keys)
	{
		char what[80];
		enum action a = by_name(item->string);

		if (a == ACTION_NONE)
			return unknown_action(item->string, err);
		snprintf(what, sizeof(what), "keys: %s", item->string);
		if (read_array(next.keys[a], ACTION_KEYS, item, what, err) < 0)
			return -1;
	}
	if (leader && read_array(next.leaders, LEADER_KEYS, leader, "leader", err) < 0)
		return -1;
	if (!next.leaders[0].code) {
		error_set(err, 0, "leader: at least one key is needed");
		error_hint(err, "without it nobody could stop typing into a session");
		return -1;
	}
	if (check(&next, err) < 0)
		return -1;
	*b = next;
	return 0;
}

const char *bindings_key(const struct bindings *b, enum action a, char *out, size_t cap)
{
	char name[KEY_NAME_CAP] = "";

	if (b->keys[a][0].code)
		key_name(b->keys[a][0], name);
	snprintf(out, cap, "%s", name);
	return out;
}

const char *bindings_way(const struct bindings *b, enum action a, char out[KEY_WAY_CAP])
{
	char name[KEY_WAY_CAP - 2];

	if (!bindings_key(b, a, out, KEY_WAY_CAP)[0])
		snprintf(out, KEY_WAY_CAP, "\"%s\"", action_name(a, name, sizeof(name)));
	return out;
}

const char *bindings_keys(const struct bindings *b, enum action a, char *out, size_t cap)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < ACTION_KEYS && b->keys[a][i].code && n < cap; i++) {
		char name[KEY_NAME_CAP];

		n += (size_t)snprintf(out + n, cap - n, "%s%s", i ? " " : "",
				      key_name(b->keys[a][i], name));
	}
	return out;
}

static cJSON *names_of(const struct key *keys, size_t max)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; array && i < max && keys[i].code; i++) {
		char name[KEY_NAME_CAP];

		cJSON_AddItemToArray(array, cJSON_CreateString(key_name(keys[i], name)));
	}
	return array;
}

cJSON *bindings_json(const struct bindings *b)
{
	AUTO_JSON cJSON *o = cJSON_CreateObject();
	cJSON *rows, *r;

	if (!o || !cJSON_AddNumberToObject(o, "schema", 1))
		return NULL;
	cJSON_AddItemToObject(o, "leader", names_of(b->leaders, LEADER_KEYS));
	rows = cJSON_AddArrayToObject(o, "keys");
	for (size_t a = 1; rows && a < ACTION_COUNT; a++) {
		char full[64];
		cJSON *row = cJSON_CreateObject();

		cJSON_AddStringToObject(row, "action",
					action_name((enum action)a, full, sizeof(full)));
		cJSON_AddStringToObject(row, "context", context_names[action_rows[a].context]);
		cJSON_AddItemToObject(row, "keys", names_of(b->keys[a], ACTION_KEYS));
		cJSON_AddStringToObject(row, "help", action_rows[a].help);
		cJSON_AddItemToArray(rows, row);
	}
	r = o;
	o = NULL;
	return r;
}
