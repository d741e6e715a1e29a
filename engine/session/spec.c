#include "engine/session/spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/session/network_status.h"

enum { SPEC_CAP = 1 << 20 };

static void put_patterns(cJSON *j, const char *key, const char list[][PATTERN_MAX])
{
	cJSON *out = cJSON_AddArrayToObject(j, key);

	for (int i = 0; i < ATTENTION_PATTERNS && list[i][0]; i++)
		cJSON_AddItemToArray(out, cJSON_CreateString(list[i]));
}

static void get_patterns(const cJSON *j, const char *key, char list[][PATTERN_MAX])
{
	const cJSON *in = cJSON_GetObjectItemCaseSensitive(j, key), *item;
	int n = 0;

	cJSON_ArrayForEach(item, in)
		if (n < ATTENTION_PATTERNS && cJSON_IsString(item))
			snprintf(list[n++], PATTERN_MAX, "%s", item->valuestring);
}

int spec_save(const struct spec *s, int dir, struct error *err)
{
	AUTO_JSON cJSON *j = cJSON_CreateObject();
	AUTO_FREE char *text = NULL;

	cJSON_AddItemToObject(j, "record", record_json(&s->record));
	cJSON_AddItemToObject(j, "argv", cJSON_Duplicate(s->argv, true));
	cJSON_AddItemToObject(j, "env", cJSON_Duplicate(s->env, true));
	if (s->mine)
		cJSON_AddItemToObject(j, "mine", cJSON_Duplicate(s->mine, true));
	cJSON_AddStringToObject(j, "user", s->user);
	cJSON_AddStringToObject(j, "cwd", s->cwd);
	cJSON_AddStringToObject(j, "script", s->script);
	if (s->prompt)
		cJSON_AddStringToObject(j, "prompt", s->prompt);
	put_patterns(j, "ready_patterns", s->patterns.ready);
	put_patterns(j, "working_patterns", s->patterns.working);
	put_patterns(j, "asks_patterns", s->patterns.asks);
	cJSON_AddNumberToObject(j, "on_exit", s->on_exit);
	cJSON_AddNumberToObject(j, "accel", s->accel);
	cJSON_AddBoolToObject(j, "cpu_max", s->cpu_max);
	cJSON_AddBoolToObject(j, "own_root", s->own_root);
	cJSON_AddBoolToObject(j, "boot_init", s->boot_init);
	cJSON_AddBoolToObject(j, "standby", s->standby);
	cJSON_AddNumberToObject(j, "tsc_khz", (double)s->tsc_khz);
	cJSON_AddNumberToObject(j, "promised_kib", (double)s->promised_kib);
	cJSON_AddNumberToObject(j, "requested_us", (double)s->requested_us);
	network_policy_put(j, &s->network);
	text = json_text(j, true);
	if (!text)
		return error_set(err, 0, "session spec: out of memory");
	return file_write(dir, "spec.json", text, strlen(text), 0600, err);
}

int spec_load(struct spec *s, int dir, struct error *err)
{
	const char *prompt;
	size_t len;
	AUTO_FREE char *text = file_read(dir, "spec.json", SPEC_CAP, &len, err);
	AUTO_JSON cJSON *j = text ? json_parse("spec.json", text, len, false, err) : NULL;

	*s = (struct spec){ 0 };
	if (!j || record_parse(&s->record, cJSON_GetObjectItemCaseSensitive(j, "record"), err) < 0)
		return -1;
	s->argv = cJSON_DetachItemFromObjectCaseSensitive(j, "argv");
	s->mine = cJSON_DetachItemFromObjectCaseSensitive(j, "mine");
	s->env = cJSON_DetachItemFromObjectCaseSensitive(j, "env");
	json_copy(j, "user", s->user, sizeof(s->user));
	json_copy(j, "cwd", s->cwd, sizeof(s->cwd));
	json_copy(j, "script", s->script, sizeof(s->script));
	prompt = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(j, "prompt"));
	s->prompt = prompt ? strdup(prompt) : NULL;
	get_patterns(j, "ready_patterns", s->patterns.ready);
	get_patterns(j, "working_patterns", s->patterns.working);
	get_patterns(j, "asks_patterns", s->patterns.asks);
	s->on_exit = (enum agent_exit)json_num(j, "on_exit", 0);
	s->accel = (enum vm_accel)json_num(j, "accel", 0);
	s->cpu_max = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "cpu_max"));
	s->standby = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "standby"));
	s->own_root = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "own_root"));
	s->boot_init = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "boot_init"));
	s->tsc_khz = (unsigned long)json_num(j, "tsc_khz", 0);
	s->promised_kib = (uint64_t)json_num(j, "promised_kib", 0);
	s->requested_us = (uint64_t)json_num(j, "requested_us", 0);
	if ((unsigned)s->on_exit >= AGENT_EXIT_COUNT || (unsigned)s->accel >= VM_ACCEL_COUNT)
		return error_set(err, 0, "spec.json: a value is out of range");
	if (network_policy_get(&s->network, j, err) < 0)
		return error_wrap(err, "spec.json");
	return 0;
}

void spec_done(struct spec *s)
{
	cJSON_Delete(s->argv);
	cJSON_Delete(s->env);
	cJSON_Delete(s->mine);
	s->argv = s->env = s->mine = NULL;
	free(s->prompt);
	s->prompt = NULL;
}
