#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine/session/estimate.h"
#include "tui/verbs/up_parts.h"

/* What `up` tells: steps and ends on stderr, names or one object on stdout. */

/* "  left 12s", by what is on record. Not of warm starts: they are ready sooner than all
 * records are read. */
static const char *left(struct up *u, const struct session_record *r, char *out, size_t cap)
{
	struct estimate_past past = { .n = 0 };
	struct estimate e = { 0 };
	struct error ignored;
	char text[24];

	if (r->state == SESSION_STARTING && !r->warm) {
		if (!u->looked && sessions_load(&u->past, u->call->paths, &ignored) < 0)
			u->past = (struct sessions){ 0 };
		u->looked = true;
		for (size_t i = 0; i < u->past.n; i++)
			estimate_take(&past, r, &u->past.items[i].record);
		e = estimate_start(r, &past, (int64_t)time(NULL));
	}
	snprintf(out, cap, "%s%s", e.left ? "  " : "", estimate_text(&e, text, sizeof(text)));
	return out;
}

void up_tell_steps(struct up *u, struct start *s)
{
	const struct session_record *r = &s->record;
	char text[32];

	for (; s->told < r->n_steps && r->steps[s->told].ms >= 0; s->told++) {
		bool last = s->told + 1 == r->n_steps || r->steps[s->told + 1].ms < 0;

		if (!u->quiet)
			talk("%s  %u/%u %-11s %8.1f ms%s", s->id, s->told + 1, r->steps_of,
			     r->steps[s->told].name, r->steps[s->told].ms,
			     last ? left(u, r, text, sizeof(text)) : "");
	}
}

void up_tell_end(const struct start *s)
{
	const struct session_record *r = &s->record;

	if (r->note[0])
		talk("%s  cold: %s", s->id, r->note);
	if (up_ok(r->state)) {
		talk("%s  %s in %.2f s (%s, %s%s)", s->id, session_state_names[r->state],
		     r->total_ms / 1000, r->standby && r->warm ? "from standby" : r->warm ? "warm" : "cold", r->backend,
		     strcmp(r->accel, "tcg") == 0 ? ", emulated: TCG does not isolate as KVM does" : "");
		return;
	}
	talk("vmdeck: %s %s: %s", s->id, session_state_names[r->state],
	     r->cause[0] ? r->cause : "no reason is known");
	if (r->hint[0])
		talk("  fix: %s", r->hint);
	else
		talk("  fix: vmdeck logs --boot %s shows what the machine said", s->id);
}

void up_tell_going_on(const struct up *u)
{
	for (size_t i = 0; i < u->n; i++) {
		const struct start *s = &u->starts[i];

		if (!s->settled)
			talk("%s goes on starting; vmdeck ls shows it, vmdeck kill %s ends it", s->id,
			     s->id);
	}
	if (up_next(u) < up_wanted(u))
		talk("%zu more were not launched", up_wanted(u) - up_next(u));
}

static cJSON *start_json(const struct start *s)
{
	const struct session_record *r = &s->record;
	cJSON *j = cJSON_CreateObject(), *steps;

	cJSON_AddStringToObject(j, "id", s->id);
	cJSON_AddStringToObject(j, "agent", r->agent);
	cJSON_AddStringToObject(j, "state", session_state_names[r->state]);
	cJSON_AddStringToObject(j, "backend", r->backend);
	cJSON_AddStringToObject(j, "accel", r->accel);
	cJSON_AddBoolToObject(j, "warm", r->warm);
	cJSON_AddBoolToObject(j, "standby", r->standby);
	cJSON_AddStringToObject(j, "note", r->note);
	steps = cJSON_AddArrayToObject(j, "steps");
	for (unsigned i = 0; i < r->n_steps; i++) {
		cJSON *step = cJSON_CreateObject();

		cJSON_AddStringToObject(step, "name", r->steps[i].name);
		if (r->steps[i].ms >= 0)
			cJSON_AddNumberToObject(step, "ms", r->steps[i].ms);
		else
			cJSON_AddNullToObject(step, "ms");
		cJSON_AddItemToArray(steps, step);
	}
	cJSON_AddNumberToObject(j, "ms", r->total_ms);
	if (!session_alive(r->state)) {
		cJSON_AddStringToObject(j, "cause", r->cause);
		cJSON_AddStringToObject(j, "hint", r->hint);
	}
	return j;
}

void up_print(const struct up *u)
{
	cJSON *j, *list;

	if (!call_has(u->call, JSON)) {
		for (size_t i = 0; i < u->n; i++)
			say("%s\n", u->starts[i].id);
		return;
	}
	j = cJSON_CreateObject();
	cJSON_AddNumberToObject(j, "schema", 1);
	list = cJSON_AddArrayToObject(j, "sessions");
	for (size_t i = 0; i < u->n; i++)
		cJSON_AddItemToArray(list, start_json(&u->starts[i]));
	cJSON_AddNumberToObject(j, "refused", (double)u->refused);
	say_json(j);
}
