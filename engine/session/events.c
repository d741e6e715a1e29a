#include "engine/session/events.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine/base/text.h"

const char *const event_kind_names[] = { "refused", "failed", "allowed", "denied", "capped", "down",
						"silent", "back" };
static_assert(sizeof(event_kind_names) / sizeof(*event_kind_names) == EVENT_KIND_COUNT, "a name for each");

static struct event *find(struct events *e, enum event_kind kind, const char *name, uint16_t port,
			  const char *why)
{
	for (unsigned i = 0; i < e->n; i++) {
		struct event *v = &e->items[i];

		if (v->kind == kind && v->port == port && !strcmp(v->name, name) && !strcmp(v->why, why))
			return v;
	}
	return NULL;
}

/* Room for one more: that which was last heard of longest ago goes. */
static struct event *append(struct events *e)
{
	unsigned oldest = 0;

	if (e->n < EVENTS_MAX)
		return &e->items[e->n++];
	for (unsigned i = 1; i < e->n; i++)
		if (e->items[i].last < e->items[oldest].last)
			oldest = i;
	memmove(&e->items[oldest], &e->items[oldest + 1], (e->n - oldest - 1) * sizeof(e->items[0]));
	e->lost++;
	return &e->items[e->n - 1];
}

struct event *events_note(struct events *e, enum event_kind kind, const char *name, uint16_t port,
			  const char *why, uint64_t count)
{
	char clean[EVENT_NAME], reason[EVENT_WHY];
	int64_t now = time(NULL);
	struct event *v;

	text_clean_str(clean, sizeof(clean), name);
	text_clean_str(reason, sizeof(reason), why);
	v = find(e, kind, clean, port, reason);
	if (!v) {
		v = append(e);
		*v = (struct event){ .kind = kind, .port = port, .first = now };
		strcpy(v->name, clean);
		strcpy(v->why, reason);
	}
	v->last = now;
	v->count = count ? count : v->count + 1;
	return v;
}

void event_text(const struct event *e, char out[EVENT_TEXT])
{
	char port[8] = "", times[32] = "";

	if (e->port)
		snprintf(port, sizeof(port), ":%u", (unsigned)e->port);
	if (e->count > 1)
		snprintf(times, sizeof(times), " (%llu x)", (unsigned long long)e->count);
	snprintf(out, EVENT_TEXT, "%s%s%s%s%s%s%s", event_kind_names[e->kind], e->name[0] ? " " : "", e->name,
		 port, times, e->why[0] ? ": " : "", e->why);
}

cJSON *events_json(const struct events *e)
{
	cJSON *list = cJSON_CreateArray();

	for (unsigned i = 0; i < e->n; i++) {
		const struct event *v = &e->items[i];
		cJSON *j = cJSON_CreateObject();

		cJSON_AddStringToObject(j, "kind", event_kind_names[v->kind]);
		cJSON_AddStringToObject(j, "name", v->name);
		cJSON_AddNumberToObject(j, "port", v->port);
		cJSON_AddStringToObject(j, "why", v->why);
		cJSON_AddNumberToObject(j, "count", (double)v->count);
		cJSON_AddNumberToObject(j, "first", (double)v->first);
		cJSON_AddNumberToObject(j, "last", (double)v->last);
		cJSON_AddItemToArray(list, j);
	}
	return list;
}

static double number(const cJSON *j, const char *key, double max)
{
	double v = json_num(j, key, 0);

	return v >= 0 && v <= max ? v : 0;
}

void events_parse(struct events *e, const cJSON *list)
{
	const cJSON *j;

	e->n = 0;
	cJSON_ArrayForEach(j, list)
	{
		struct event *v = &e->items[e->n];
		char kind[16], text[sizeof(v->name)];
		int k = 0;

		if (e->n == EVENTS_MAX)
			return;
		json_copy(j, "kind", kind, sizeof(kind));
		while (k < EVENT_KIND_COUNT && strcmp(kind, event_kind_names[k]) != 0)
			k++;
		if (k == EVENT_KIND_COUNT)
			continue;
		*v = (struct event){ .kind = (enum event_kind)k, .port = (uint16_t)number(j, "port", 65535),
				     .count = (uint64_t)number(j, "count", 1e15),
				     .first = (int64_t)number(j, "first", 1e12),
				     .last = (int64_t)number(j, "last", 1e12) };
		json_copy(j, "name", text, sizeof(text));
		text_clean_str(v->name, sizeof(v->name), text);
		json_copy(j, "why", text, sizeof(text));
		text_clean_str(v->why, sizeof(v->why), text);
		e->n++;
	}
}
