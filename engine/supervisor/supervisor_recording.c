#include "engine/supervisor/supervisor_parts.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { VALUES = 64 };

/* Names that people give to secrets. */
static bool names_a_secret(const char *name, size_t n)
{
	static const char *const words[] = { "KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL" };
	char upper[64];

	if (n >= sizeof(upper))
		n = sizeof(upper) - 1;
	for (size_t i = 0; i < n; i++)
		upper[i] = (char)toupper((unsigned char)name[i]);
	upper[n] = '\0';
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strstr(upper, words[i]))
			return true;
	return false;
}

/* The values of the agent's environment that look like secrets; borrowed. */
static void secret_values(const struct supervisor *s, const char *values[VALUES + 1])
{
	const cJSON *item;
	int n = 0;

	cJSON_ArrayForEach(item, s->spec.env)
	{
		const char *eq = cJSON_IsString(item) ? strchr(item->valuestring, '=') : NULL;

		if (eq && n < VALUES && names_a_secret(item->valuestring, (size_t)(eq - item->valuestring)))
			values[n++] = eq + 1;
	}
	values[n] = NULL;
}

static void answer(struct viewer *v, uint32_t request, const char *name)
{
	uint8_t buf[WIRE_MAX];
	struct wire w;

	wire_begin(&w, buf, WIRE_TEXT_IS, request);
	wire_u8(&w, 1);
	wire_put(&w, name, strlen(name));
	viewer_post(v, &w);
}

void supervisor_tape(struct supervisor *s, struct viewer *v, struct wire *w)
{
	struct recording *r = &s->console.recording;
	const char *values[VALUES + 1];
	struct error err;

	if (!wire_get_u8(w)) {
		if (!r->on) {
			error_set(&err, ESRCH, "no recording runs");
			viewer_fail(v, w->request, &err);
			return;
		}
		recording_stop(r);
		supervisor_tape_ended(s);
		answer(v, w->request, r->name);
		return;
	}
	secret_values(s, values);
	if (recording_start(r, s->dir, s->console.vt, s->record.id, values, &err) < 0) {
		viewer_fail(v, w->request, &err);
		return;
	}
	snprintf(s->record.recording, sizeof(s->record.recording), "%s", r->name);
	supervisor_changed(s, true);
	answer(v, w->request, r->name);
}

void supervisor_tape_ended(struct supervisor *s)
{
	if (!s->record.recording[0] || s->console.recording.on)
		return;
	s->record.recording[0] = '\0';
	supervisor_changed(s, true);
}
