#include "tui/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/json.h"
#include "engine/base/own.h"
#include "engine/session/admission.h"
#include "engine/session/standby.h"

enum { SETTINGS_CAP = 256 * 1024, ESCDELAY = 25 };

void settings_init(struct settings *s)
{
	*s = (struct settings){ .mouse = true, .motion = true, .bell = true, .escdelay = ESCDELAY,
				.standby = -1, .growth = ADMISSION_GROWTH };
	bindings_init(&s->bindings);
}

static int read_console(struct settings *s, const cJSON *o, struct error *err)
{
	static const char *const known[] = { "follow_size", NULL };

	if (!o)
		return 0;
	if (!cJSON_IsObject(o))
		return error_set(err, 0, "console: is not an object");
	if (json_known(o, "console", known, err) < 0)
		return -1;
	return json_bool(o, "follow_size", false, &s->follow_size, err);
}

static int read_notify(struct settings *s, const cJSON *o, struct error *err)
{
	static const char *const known[] = { "bell", "osc", NULL };
	const char *osc;

	if (!o)
		return 0;
	if (!cJSON_IsObject(o))
		return error_set(err, 0, "notify: is not an object");
	if (json_known(o, "notify", known, err) < 0 || json_bool(o, "bell", true, &s->bell, err) < 0 ||
	    json_str(o, "osc", 16, "none", &osc, err) < 0)
		return -1;
	for (int i = 0; i < NOTIFY_OSCS; i++)
		if (strcmp(osc, notify_osc_names[i]) == 0) {
			s->osc = (enum notify_osc)i;
			return 0;
		}
	error_set(err, 0, "notify: \"osc\" is \"none\", \"9\" or \"777\"");
	error_hint(err, "9 is what iTerm2, WezTerm, kitty and Windows Terminal know; 777 rxvt and foot");
	return -1;
}

static int read_all(struct settings *s, const cJSON *o, struct error *err)
{
	static const char *const known[] = { "theme", "ascii", "mouse", "escdelay",
					     "leader", "keys", "console", "notify", "motion", "standby",
					     "growth", NULL };
	const char *theme;
	long long escdelay, standby, growth;

	if (!cJSON_IsObject(o))
		return error_set(err, 0, "is not an object");
	if (json_known(o, "settings", known, err) < 0 ||
	    json_str(o, "theme", sizeof(s->theme), "", &theme, err) < 0 ||
	    json_bool(o, "ascii", false, &s->ascii, err) < 0 ||
	    json_bool(o, "mouse", true, &s->mouse, err) < 0 ||
	    json_int(o, "escdelay", 1, 10000, ESCDELAY, &escdelay, err) < 0 ||
	    json_bool(o, "motion", true, &s->motion, err) < 0 ||
	    read_notify(s, cJSON_GetObjectItemCaseSensitive(o, "notify"), err) < 0 ||
	    json_int(o, "growth", 1, 100, ADMISSION_GROWTH, &growth, err) < 0 ||
	    json_int(o, "standby", 0, STANDBY_MAX, -1, &standby, err) < 0 ||
	    read_console(s, cJSON_GetObjectItemCaseSensitive(o, "console"), err) < 0)
		return -1;
	snprintf(s->theme, sizeof(s->theme), "%s", theme);
	s->escdelay = (unsigned)escdelay;
	s->standby = (int)standby;
	s->growth = (unsigned)growth;
	return bindings_read(&s->bindings, cJSON_GetObjectItemCaseSensitive(o, "keys"),
			     cJSON_GetObjectItemCaseSensitive(o, "leader"), err);
}

int settings_load(struct settings *s, const struct paths *p, struct error *err)
{
	AUTO_JSON cJSON *o = NULL;
	AUTO_FREE char *text = NULL;
	char path[PATH_MAX];
	size_t len;

	settings_init(s);
	snprintf(s->path, sizeof(s->path), "%s/config.json", p->config);
	text = file_read(AT_FDCWD, s->path, SETTINGS_CAP, &len, err);
	if (!text)
		return err->code == ENOENT || err->code == ENOTDIR ? 0 : -1;
	s->exists = true;
	o = json_parse(s->path, text, len, true, err);
	if (!o)
		return -1;
	if (read_all(s, o, err) == 0)
		return 0;
	memcpy(path, s->path, sizeof(path));
	settings_init(s);
	memcpy(s->path, path, sizeof(path));
	s->exists = true;
	return error_wrap(err, "%s", path);
}
