/*
 * `rm`: ended sessions and their logs.
 */
#include "engine/session/sessions.h"
#include "tui/verbs/ending.h"

static int run_rm(struct call *c)
{
	struct chosen ch = {0};
	struct error err;
	int code = chosen_init(&ch, c, false);

	for (size_t i = 0; code == 0 && i < ch.n; i++) {
		if (ch.items[i].alive) {
			talk("vmdeck: session %s is alive; nothing was removed", ch.items[i].record.id);
			talk("  fix: stop it first: vmdeck stop %s", ch.items[i].record.id);
			code = EXIT_CONFLICT;
		}
	}
	if (code == 0)
		code = chosen_confirm(c, &ch, "remove");
	for (size_t i = 0; code == 0 && i < ch.n; i++) {
		if (session_remove(c->paths, ch.items[i].record.id, &err) < 0)
			code = talk_error(&err);
		else
			talk("%s removed", ch.items[i].record.id);
	}
	if (code == 0 && ch.n == 0)
		talk("no session has ended");
	chosen_done(&ch);
	return code;
}

const struct verb verb_rm = {
	.name = "rm", .group = VERB_SESSIONS, .args = "S...", .max = -1,
	.help = "remove ended sessions and their logs",
	.options = {
		[ENDING_ALL] = {"all", 'a', NULL, "all that have ended"},
		[ENDING_YES] = {"yes", 'y', NULL, "do not ask"},
	},
	.run = run_rm,
};
