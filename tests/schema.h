/*
 * JSON Schema, the part of it that docs/doctor.schema.json uses: type, const, enum,
 * required, properties, additionalProperties, items, minimum, minLength, maxLength,
 * $ref into $defs. A keyword that it does not know is an error, so that no rule is
 * silently not checked.
 */
#ifndef TESTS_SCHEMA_H
#define TESTS_SCHEMA_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/json.h"

struct schema {
	const cJSON *root;
	char why[256]; /* the first rule that is broken, and where */
};

static bool schema_broken(struct schema *s, const char *where, const char *what)
{
	if (!s->why[0])
		snprintf(s->why, sizeof(s->why), "%.150s: %.90s", where, what);
	return false;
}

static bool schema_type(const cJSON *v, const char *type)
{
	if (!strcmp(type, "object"))
		return cJSON_IsObject(v);
	if (!strcmp(type, "array"))
		return cJSON_IsArray(v);
	if (!strcmp(type, "string"))
		return cJSON_IsString(v);
	if (!strcmp(type, "boolean"))
		return cJSON_IsBool(v);
	if (!strcmp(type, "integer"))
		return cJSON_IsNumber(v) && v->valuedouble == floor(v->valuedouble);
	return !strcmp(type, "number") && cJSON_IsNumber(v);
}

static bool schema_holds(struct schema *s, const cJSON *rule, const cJSON *v, const char *where);

static bool schema_object(struct schema *s, const cJSON *rule, const cJSON *v, const char *where)
{
	const cJSON *props = cJSON_GetObjectItem(rule, "properties");
	const cJSON *more = cJSON_GetObjectItem(rule, "additionalProperties");
	const cJSON *item;

	cJSON_ArrayForEach(item, cJSON_GetObjectItem(rule, "required"))
		if (!cJSON_GetObjectItemCaseSensitive(v, item->valuestring))
			return schema_broken(s, where, item->valuestring);
	cJSON_ArrayForEach(item, v)
	{
		const cJSON *own = cJSON_GetObjectItemCaseSensitive(props, item->string);
		char at[256];

		snprintf(at, sizeof(at), "%.150s/%.90s", where, item->string);
		if (!own && cJSON_IsFalse(more))
			return schema_broken(s, at, "is not in the schema");
		if (!own)
			own = cJSON_IsObject(more) ? more : NULL;
		if (own && !schema_holds(s, own, item, at))
			return false;
	}
	return true;
}

static bool schema_word(struct schema *s, const cJSON *rule, const cJSON *key, const cJSON *v,
			const char *where)
{
	const char *k = key->string;
	const cJSON *item;
	char at[256];
	int i = 0;

	if (!strcmp(k, "type"))
		return schema_type(v, key->valuestring) || schema_broken(s, where, key->valuestring);
	if (!strcmp(k, "const"))
		return cJSON_Compare(key, v, true) || schema_broken(s, where, "const");
	if (!strcmp(k, "enum")) {
		cJSON_ArrayForEach(item, key)
			if (cJSON_Compare(item, v, true))
				return true;
		return schema_broken(s, where, "enum");
	}
	if (!strcmp(k, "minimum"))
		return v->valuedouble >= key->valuedouble || schema_broken(s, where, k);
	if (!strcmp(k, "minLength"))
		return strlen(v->valuestring) >= (size_t)key->valuedouble || schema_broken(s, where, k);
	if (!strcmp(k, "maxLength"))
		return strlen(v->valuestring) <= (size_t)key->valuedouble || schema_broken(s, where, k);
	if (!strcmp(k, "items")) {
		cJSON_ArrayForEach(item, v)
		{
			snprintf(at, sizeof(at), "%.150s/%d", where, i++);
			if (!schema_holds(s, key, item, at))
				return false;
		}
		return true;
	}
	if (!strcmp(k, "properties"))
		return schema_object(s, rule, v, where);
	if (!strcmp(k, "additionalProperties"))
		return cJSON_GetObjectItem(rule, "properties") || schema_object(s, rule, v, where);
	if (!strcmp(k, "required") || !strcmp(k, "$schema") || !strcmp(k, "title") || !strcmp(k, "$defs"))
		return true;
	return schema_broken(s, where, k);
}

static bool schema_holds(struct schema *s, const cJSON *rule, const cJSON *v, const char *where)
{
	const cJSON *ref = cJSON_GetObjectItemCaseSensitive(rule, "$ref");
	const cJSON *key;

	if (ref) {
		const cJSON *defs = cJSON_GetObjectItem(s->root, "$defs");
		const cJSON *to = strncmp(ref->valuestring, "#/$defs/", 8) ? NULL :
				  cJSON_GetObjectItemCaseSensitive(defs, ref->valuestring + 8);

		return to ? schema_holds(s, to, v, where) : schema_broken(s, where, ref->valuestring);
	}
	cJSON_ArrayForEach(key, rule)
		if (!schema_word(s, rule, key, v, where))
			return false;
	return true;
}

#endif
