/*
 * JSON, by cJSON: this is its front door. Files that people write may have
 * comments (// and slash-star); errors name file and line. Readers ask for the keys
 * they know, and unknown ones are refused with the nearest known one.
 */
#ifndef ENGINE_BASE_JSON_H
#define ENGINE_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "engine/base/error.h"

/* Deleted with cJSON_Delete when the local leaves scope. */
#define AUTO_JSON __attribute__((cleanup(json_drop)))
void json_drop(cJSON **j);

/* Parse `text` (len bytes), which the error calls `name`. With comments, they
 * and trailing commas are blanked first, so that line numbers hold. Depth is
 * limited by cJSON (1000). */
cJSON *json_parse(const char *name, const char *text, size_t len, bool comments,
		  struct error *err);

/* Refuse keys of object `o` that are not in the NULL-terminated list. */
int json_known(const cJSON *o, const char *where, const char *const *keys, struct error *err);

/* Typed members: 0 and the value, or the default when the key is absent; -1
 * with err when it has another type or is out of range. */
int json_int(const cJSON *o, const char *key, long long min, long long max, long long dflt,
	     long long *out, struct error *err);
int json_bool(const cJSON *o, const char *key, bool dflt, bool *out, struct error *err);
/* Borrowed from o; must be shorter than cap (including NUL). */
int json_str(const cJSON *o, const char *key, size_t cap, const char *dflt, const char **out,
	     struct error *err);
/* Same into a buffer, without the fuss: "" when absent or no string. */
void json_copy(const cJSON *o, const char *key, char *out, size_t cap);
/* Same, made fit for a terminal (text_clean). */
void json_clean(const cJSON *o, const char *key, char *out, size_t cap);
double json_num(const cJSON *o, const char *key, double dflt);

/* Text without trailing newline, to be freed; NULL without memory. */
char *json_text(const cJSON *j, bool pretty);

#endif
