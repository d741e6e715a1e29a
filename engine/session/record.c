#include "engine/session/record.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

enum { RECORD_CAP = 64 << 10 };

const char *const session_state_names[] = {
	"starting", "ready", "working", "asks", "idle", "exited", "not responding", "stopping",
	"failed", "ended"
};
static_assert(sizeof(session_state_names) / sizeof(*session_state_names) == SESSION_STATE_COUNT,
	      "a name for each");

/* One line per member: what is written is what is read. */
#define RECORD_TEXTS(X)                                                               \
	X(id) X(agent) X(label) X(accent) X(image) X(backend) X(accel) X(policy) X(boot) X(cause) X(hint) \
	X(guards) X(note) X(recording) X(net)                                         \
	X(version) X(order)
#define RECORD_NUMBERS(X)                                                             \
	X(steps_of) X(total_ms) X(memory_mib) X(cpus) X(cols) X(rows) X(created)      \
	X(ready) X(ended) X(since) X(pid) X(vm_pid) X(started) X(exit_code) X(mem_used_kib)    \
	X(mem_total_kib) X(load1) X(cpu) X(dropped) X(changes)                          \
	X(net_in) X(net_out) X(net_refused) X(net_open)

cJSON *record_json(const struct session_record *r)
{
	cJSON *j = cJSON_CreateObject();
	cJSON *steps = cJSON_CreateArray();

	cJSON_AddNumberToObject(j, "schema", 1);
#define X(m) cJSON_AddStringToObject(j, #m, r->m);
	RECORD_TEXTS(X)
#undef X
#define X(m) cJSON_AddNumberToObject(j, #m, (double)r->m);
	RECORD_NUMBERS(X)
#undef X
	cJSON_AddStringToObject(j, "state", session_state_names[r->state]);
	cJSON_AddBoolToObject(j, "warm", r->warm);
	cJSON_AddBoolToObject(j, "standby", r->standby);
	cJSON_AddBoolToObject(j, "changes_known", r->changes_known);
	for (unsigned i = 0; i < r->n_steps; i++) {
		cJSON *s = cJSON_CreateObject();

		cJSON_AddStringToObject(s, "name", r->steps[i].name);
		cJSON_AddNumberToObject(s, "ms", r->steps[i].ms);
		cJSON_AddItemToArray(steps, s);
	}
	cJSON_AddItemToObject(j, "steps", steps);
	return j;
}

/* A number that fits any of the record's members; nonsense becomes 0. */
static double sane(const cJSON *j, const char *key)
{
	double v = json_num(j, key, 0);

	return v >= -1e15 && v <= 1e15 ? v : 0;
}

static double clamp(double v, double min, double max)
{
	return v < min ? min : v > max ? max : v;
}

int record_parse(struct session_record *r, const cJSON *j, struct error *err)
{
	const cJSON *steps = cJSON_GetObjectItemCaseSensitive(j, "steps"), *s;
	char state[32];
	int i = 0;

	*r = (struct session_record){ 0 };
	if (!cJSON_IsObject(j))
		return error_set(err, 0, "session record: not an object");
#define X(m) json_clean(j, #m, r->m, sizeof(r->m));
	RECORD_TEXTS(X)
#undef X
#define X(m) r->m = (__typeof__(r->m))clamp(sane(j, #m), (__typeof__(r->m))-1 > 0 ? 0 : -1e9, \
					    sizeof(r->m) <= 4 ? 2e9 : 1e15);
	RECORD_NUMBERS(X)
#undef X
	r->standby = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "standby"));
	r->changes_known = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "changes_known"));
	r->warm = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(j, "warm"));
	json_copy(j, "state", state, sizeof(state));
	while (i < SESSION_STATE_COUNT && strcmp(state, session_state_names[i]) != 0)
		i++;
	if (i == SESSION_STATE_COUNT || !r->id[0])
		return error_set(err, 0, "session record: no id, or an unknown state");
	r->state = (enum session_state)i;
	cJSON_ArrayForEach(s, steps)
	{
		if (r->n_steps == SESSION_STEPS)
			break;
		json_clean(s, "name", r->steps[r->n_steps].name, sizeof(r->steps[0].name));
		r->steps[r->n_steps++].ms = sane(s, "ms");
	}
	return 0;
}

int record_load(struct session_record *r, int dir, struct error *err)
{
	size_t len;
	AUTO_FREE char *text = file_read(dir, "session.json", RECORD_CAP, &len, err);
	AUTO_JSON cJSON *j = text ? json_parse("session.json", text, len, false, err) : NULL;

	return j ? record_parse(r, j, err) : -1;
}

int record_save(const struct session_record *r, int dir, struct error *err)
{
	AUTO_JSON cJSON *j = record_json(r);
	AUTO_FREE char *text = json_text(j, true);

	if (!text)
		return error_set(err, ENOMEM, "session record");
	return file_write(dir, "session.json", text, strlen(text), 0600, err);
}

const struct session_step *record_step(const struct session_record *r)
{
	return r->state == SESSION_STARTING && r->n_steps ? &r->steps[r->n_steps - 1] : NULL;
}
