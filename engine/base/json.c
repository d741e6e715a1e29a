#include "engine/base/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/base/text.h"

void json_drop(cJSON **j)
{
	cJSON_Delete(*j);
}

/* cJSON_Minify would strip comments too, but it moves the text, and then no
 * error could name its line. */
static void blank_comments(char *s)
{
	for (; *s; s++) {
		if (*s == '"') {
			for (s++; *s && *s != '"'; s++)
				if (*s == '\\' && s[1])
					s++;
			if (!*s)
				return;
		} else if (s[0] == '/' && s[1] == '/') {
			for (; *s && *s != '\n'; s++)
				*s = ' ';
			if (!*s)
				return;
		} else if (s[0] == '/' && s[1] == '*') {
			for (; *s && !(s[0] == '*' && s[1] == '/'); s++)
				if (*s != '\n')
					*s = ' ';
			if (!*s)
				return;
			s[0] = s[1] = ' ';
		}
	}
}

/* Needs comments to be gone already. */
static void blank_trailing_commas(char *s)
{
	for (; *s; s++) {
		if (*s == '"') {
			for (s++; *s && *s != '"'; s++)
				if (*s == '\\' && s[1])
					s++;
			if (!*s)
				return;
		} else if (*s == ',') {
			const char *next = s + 1 + strspn(s + 1, " \t\r\n");

			if (*next == '}' || *next == ']')
				*s = ' ';
		}
	}
}

cJSON *json_parse(const char *name, const char *text, size_t len, bool comments,
		  struct error *err)
{
	AUTO_FREE char *copy = malloc(len + 1);
	const char *end = NULL;
	cJSON *j;
	int line = 1, col = 1;

	if (!copy) {
		error_set(err, errno, "%s", name);
		return NULL;
	}
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (memchr(copy, '\0', len)) {
		error_set(err, 0, "%s: has a NUL byte, so it is not JSON", name);
		return NULL;
	}
	if (comments) {
		blank_comments(copy);
		blank_trailing_commas(copy);
	}
	j = cJSON_ParseWithOpts(copy, &end, true);
	if (j)
		return j;
	for (const char *p = copy; end && p < end && *p; p++) {
		col++;
		if (*p == '\n')
			line++, col = 1;
	}
	error_set(err, 0, "%s:%d:%d: not valid JSON here", name, line, col);
	error_hint(err, "look for a missing comma, quote or bracket at or before that place");
	return NULL;
}

int json_known(const cJSON *o, const char *where, const char *const *keys, struct error *err)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, o)
	{
		const char *const *k = keys;
		char shown[64];
		const char *near;

		while (*k && strcmp(*k, item->string) != 0)
			k++;
		if (*k)
			continue;
		text_clean_str(shown, sizeof(shown), item->string);
		near = text_nearest(item->string, keys);
		error_set(err, 0, "%s: unknown key \"%s\"", where, shown);
		if (near)
			error_hint(err, "did you mean \"%s\"?", near);
		return -1;
	}
	return 0;
}

int json_int(const cJSON *o, const char *key, long long min, long long max, long long dflt,
	     long long *out, struct error *err)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

	*out = dflt;
	if (!v)
		return 0;
	if (!cJSON_IsNumber(v) || v->valuedouble != (double)(long long)v->valuedouble)
		return error_set(err, 0, "\"%s\" must be a whole number", key);
	if (v->valuedouble < (double)min || v->valuedouble > (double)max)
		return error_set(err, 0, "\"%s\" must be from %lld to %lld", key, min, max);
	*out = (long long)v->valuedouble;
	return 0;
}

int json_bool(const cJSON *o, const char *key, bool dflt, bool *out, struct error *err)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

	*out = dflt;
	if (!v)
		return 0;
	if (!cJSON_IsBool(v))
		return error_set(err, 0, "\"%s\" must be true or false", key);
	*out = cJSON_IsTrue(v);
	return 0;
}

int json_str(const cJSON *o, const char *key, size_t cap, const char *dflt, const char **out,
	     struct error *err)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

	*out = dflt;
	if (!v)
		return 0;
	if (!cJSON_IsString(v))
		return error_set(err, 0, "\"%s\" must be a text", key);
	if (strlen(v->valuestring) >= cap)
		return error_set(err, 0, "\"%s\" is longer than %zu characters", key, cap - 1);
	*out = v->valuestring;
	return 0;
}

void json_copy(const cJSON *o, const char *key, char *out, size_t cap)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

	snprintf(out, cap, "%s", cJSON_IsString(v) ? v->valuestring : "");
}

void json_clean(const cJSON *o, const char *key, char *out, size_t cap)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

	text_clean_str(out, cap, cJSON_IsString(v) ? v->valuestring : "");
}

double json_num(const cJSON *o, const char *key, double dflt)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

	return cJSON_IsNumber(v) ? v->valuedouble : dflt;
}

char *json_text(const cJSON *j, bool pretty)
{
	return pretty ? cJSON_Print(j) : cJSON_PrintUnformatted(j);
}
