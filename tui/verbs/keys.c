/*
 * `keys`: the dashboard's bindings as they are in force.
 */
#include <stdio.h>

#include "tui/settings.h"
#include "tui/verbs/verb.h"

enum { JSON };

static void print(const struct bindings *b)
{
	for (int ctx = 0; ctx < CONTEXT_COUNT; ctx++) {
		say("%s\n", context_names[ctx]);
		for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
			char keys[ACTION_KEYS * KEY_NAME_CAP];

			if ((int)action_rows[a].context != ctx)
				continue;
			bindings_keys(b, (enum action)a, keys, sizeof(keys));
			say("  %-24s %-14s %s\n", keys[0] ? keys : "-", action_rows[a].name,
			    action_rows[a].help);
		}
	}
	say("leader\n ");
	for (int i = 0; i < LEADER_KEYS && b->leaders[i].code; i++) {
		char name[KEY_NAME_CAP];

		say(" %s", key_name(b->leaders[i], name));
	}
	say("\n");
}

static int run(struct call *c)
{
	struct settings s;
	struct error err;

	settings_init(&s);
	if (settings_load(&s, c->paths, &err) < 0)
		return talk_error(&err);
	if (call_has(c, JSON))
		say_json(bindings_json(&s.bindings));
	else
		print(&s.bindings);
	return EXIT_DONE;
}

const struct verb verb_keys = {
	.name = "keys",
	.group = VERB_ABOUT,
	.args = "",
	.help = "the dashboard's keys, with your changes",
	.options = {
		[JSON] = {"json", 0, NULL, "one object"},
	},
	.run = run,
};
