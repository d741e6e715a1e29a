/*
 * `stop`, `kill`: the ends of machines.
 */

#include "tui/verbs/ending.h"

static int end_verb(struct call *c, const char *what, void (*how)(struct client *))
{
	struct chosen ch = {0};
	int code = chosen_init(&ch, c, true);

	if (code == 0)
		code = chosen_confirm(c, &ch, what);
	if (code == 0 && ch.n == 0)
		talk("no session runs");
	else if (code == 0)
		code = ending_all(&ch, c->paths, how, true);
	chosen_done(&ch);
	return code;
}

static int run_stop(struct call *c)
{
	return end_verb(c, "stop", client_stop);
}

static int run_kill(struct call *c)
{
	return end_verb(c, "kill", client_kill);
}

const struct verb verb_stop = {
	.name = "stop", .group = VERB_SESSIONS, .args = "S...", .max = -1,
	.help = "ask machines to power off; killed after 10 s",
	.options = {
		[ENDING_ALL] = {"all", 'a', NULL, "all that run"},
		[ENDING_YES] = {"yes", 'y', NULL, "do not ask"},
	},
	.run = run_stop,
};

const struct verb verb_kill = {
	.name = "kill", .group = VERB_SESSIONS, .args = "S...", .max = -1,
	.help = "end machines at once",
	.options = {
		[ENDING_ALL] = {"all", 'a', NULL, "all that run"},
		[ENDING_YES] = {"yes", 'y', NULL, "do not ask"},
	},
	.run = run_kill,
};
