/*
 * `restart`: sessions end and are launched again under their names.
 */
#include "engine/session/launch.h"
#include "tui/prepare.h"
#include "tui/verbs/ending.h"

static int relaunch(const struct session_record *r, const struct manifest *m,
		    const struct paths *paths)
{
	char id[SESSION_ID_MAX + 1];
	struct error err;
	struct launch l = {
		.agent = manifest_find(m, r->agent, &err),
		.name = r->id,
		.cols = (uint16_t)r->cols,
		.rows = (uint16_t)r->rows,
		.replace = true,
	};

	if (launch_session(&l, paths, id, &err) < 0)
		return talk_error(&err);
	talk("%s starts; vmdeck wait %s --state ready", id, id);
	say("%s\n", id);
	return 0;
}

/* Nothing is ended before all of it can be launched again. */
static int can_relaunch(const struct chosen *ch, const struct manifest *m, const struct paths *p)
{
	for (size_t i = 0; i < ch->n; i++) {
		struct error err;
		const struct agent *a = manifest_find(m, ch->items[i].record.agent, &err);
		int code;

		if (!a) {
			error_wrap(&err, "session %s", ch->items[i].record.id);
			talk_error(&err);
			return EXIT_NOT_FOUND;
		}
		code = prepare_backend(a);
		if (code == 0)
			code = prepare_agent(a, p);
		if (code)
			return code;
	}
	return 0;
}

static int run_restart(struct call *c)
{
	struct chosen ch = {0};
	struct manifest m = {0};
	struct error err;
	int code = chosen_init(&ch, c, true);

	if (code == 0 && manifest_load(&m, c->paths, &err) < 0)
		code = talk_error(&err);
	if (code == 0)
		code = can_relaunch(&ch, &m, c->paths);
	if (code == 0)
		code = chosen_confirm(c, &ch, "end and launch again");
	if (code == 0)
		code = ending_all(&ch, c->paths, client_stop, false);
	for (size_t i = 0; code == 0 && i < ch.n; i++)
		code = relaunch(&ch.items[i].record, &m, c->paths);
	manifest_done(&m);
	chosen_done(&ch);
	return code;
}

const struct verb verb_restart = {
	.name = "restart", .group = VERB_SESSIONS, .args = "S...", .max = -1,
	.help = "end sessions and launch them again under their names",
	.more = "What the guest wrote to its disk is lost, as at every end. The agent is read\n"
		"anew from the manifest.",
	.options = {
		[ENDING_ALL] = {"all", 'a', NULL, "all that run"},
		[ENDING_YES] = {"yes", 'y', NULL, "do not ask"},
	},
	.run = run_restart,
};
