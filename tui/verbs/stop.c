/*
 * `stop`, `kill`, `restart`, `rm`: the ends of sessions. All names are looked
 * up before the first is touched, and all machines go down side by side.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/own.h"
#include "engine/session/force.h"
#include "engine/session/launch.h"
#include "tui/prepare.h"
#include "tui/verbs/remote.h"
#include "tui/verbs/verb.h"

enum { ALL, YES };
enum { STOP_MS = 60000 }; /* the supervisor kills after 10 s by itself, 30 s with a system of the image's own */

/* The sessions that were meant. */
struct chosen {
	struct session_entry *items;
	size_t n;
};

static int choose_named(struct chosen *ch, const struct sessions *all, struct call *c)
{
	for (int i = 0; i < c->n_args; i++) {
		const struct session_entry *e = sessions_find(all, c->args[i]);
		bool twice = false;

		if (!e) {
			talk("vmdeck: no session \"%s\"; nothing was done", c->args[i]);
			talk("  fix: vmdeck ls --all lists them");
			return EXIT_NOT_FOUND;
		}
		for (size_t k = 0; k < ch->n; k++)
			twice = twice || strcmp(ch->items[k].record.id, e->record.id) == 0;
		if (!twice)
			ch->items[ch->n++] = *e;
	}
	return 0;
}

/* With --all: those that run, or those that have ended. */
static int choose(struct chosen *ch, struct call *c, bool alive)
{
	struct sessions all;
	struct error err;
	int code = 0;

	if (call_has(c, ALL) == (c->n_args > 0))
		return talk_usage(c->verb->name, "name sessions, or say --all");
	if (sessions_load(&all, c->paths, &err) < 0)
		return talk_error(&err);
	ch->items = calloc(all.n + 1 + (size_t)c->n_args, sizeof(*ch->items));
	if (!ch->items)
		code = EXIT_FAILED;
	else if (!call_has(c, ALL))
		code = choose_named(ch, &all, c);
	for (size_t i = 0; code == 0 && call_has(c, ALL) && i < all.n; i++) {
		if (all.items[i].alive == alive)
			ch->items[ch->n++] = all.items[i];
	}
	sessions_done(&all);
	return code;
}

static int confirm(const struct call *c, const struct chosen *ch, const char *what)
{
	if (call_has(c, YES) || ch->n == 0)
		return 0;
	if (ch->n == 1)
		return talk_confirm("%s %s", what, ch->items[0].record.id);
	return talk_confirm("%s %zu sessions", what, ch->n);
}

/* Machines on their way down. */
struct ending {
	const struct paths *paths;
	struct peer *peers;
	size_t n;
};

/* The last word of a supervisor comes a moment before it lets go of the lock;
 * who is told "ended" may remove or replace the session at once. */
static bool let_go(const struct ending *e)
{
	struct sessions all;
	struct error err;
	bool all_free = true;

	if (sessions_load(&all, e->paths, &err) < 0)
		return true;
	for (size_t i = 0; i < e->n; i++) {
		const struct session_entry *s =
			e->peers[i].open ? sessions_find(&all, e->peers[i].client.record.id) : NULL;

		all_free = all_free && !(s && s->alive);
	}
	sessions_done(&all);
	return all_free;
}

static bool ended(void *arg)
{
	const struct ending *e = arg;

	for (size_t i = 0; i < e->n; i++) {
		if (e->peers[i].open && !peer_over(&e->peers[i]))
			return false;
	}
	return let_go(e);
}

static void tell_ended(const struct ending *e, const struct chosen *ch)
{
	for (size_t i = 0; i < e->n; i++) {
		const struct peer *p = &e->peers[i];
		const char *id = ch->items[i].record.id;

		if (!p->open)
			continue;
		if (!peer_over(p))
			talk("%s has not ended yet", id);
		else if (p->gone)
			talk("%s: %s", id, p->gone_error.msg);
		else
			talk("%s ended%s%s", id, p->client.record.cause[0] ? ": " : "",
			     p->client.record.cause);
	}
}

/* A supervisor that does not answer is itself ended: everything goes with it. */
static void force(struct ending *e, const struct chosen *ch)
{
	for (size_t i = 0; i < e->n; i++) {
		struct error err;

		if (!e->peers[i].open || peer_over(&e->peers[i]))
			continue;
		if (session_force(e->paths, ch->items[i].record.id, &err) < 0)
			talk_error(&err);
		else
			talk("%s did not answer: its supervisor was killed", ch->items[i].record.id);
	}
}

/* End those that run; the others are told. */
static int end_all(const struct chosen *ch, const struct paths *paths, void (*how)(struct client *),
		   bool tell_idle)
{
	struct ending e = {.paths = paths, .n = ch->n};
	struct remote remote;
	struct error err = {0};
	enum remote_end end;
	int code = 0;

	e.peers = calloc(ch->n + 1, sizeof(*e.peers));
	if (!e.peers || remote_init(&remote, &err) < 0) {
		free(e.peers);
		return EXIT_FAILED;
	}
	for (size_t i = 0; i < ch->n; i++) {
		const char *id = ch->items[i].record.id;

		if (!ch->items[i].alive) {
			if (tell_idle)
				talk("%s has ended already", id);
			continue;
		}
		if (peer_open(&e.peers[i], &remote, paths, id, NULL, NULL, &err) < 0) {
			code = talk_error(&err);
			continue;
		}
		how(&e.peers[i].client);
	}
	end = remote_until(&remote, ended, &e, how == client_kill ? FORCE_AFTER_MS : STOP_MS, &err);
	if (end == REMOTE_TIMEOUT && how == client_kill) {
		force(&e, ch);
		end = remote_until(&remote, ended, &e, FORCE_AFTER_MS, &err);
	}
	tell_ended(&e, ch);
	if (end != REMOTE_DONE)
		code = remote_tell(end, "the end", &err);
	for (size_t i = 0; i < e.n; i++)
		peer_close(&e.peers[i]);
	free(e.peers);
	remote_done(&remote);
	return code;
}

static int end_verb(struct call *c, const char *what, void (*how)(struct client *))
{
	struct chosen ch = {0};
	int code = choose(&ch, c, true);

	if (code == 0)
		code = confirm(c, &ch, what);
	if (code == 0 && ch.n == 0)
		talk("no session runs");
	else if (code == 0)
		code = end_all(&ch, c->paths, how, true);
	free(ch.items);
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

static int run_rm(struct call *c)
{
	struct chosen ch = {0};
	struct error err;
	int code = choose(&ch, c, false);

	for (size_t i = 0; code == 0 && i < ch.n; i++) {
		if (ch.items[i].alive) {
			talk("vmdeck: session %s is alive; nothing was removed", ch.items[i].record.id);
			talk("  fix: stop it first: vmdeck stop %s", ch.items[i].record.id);
			code = EXIT_CONFLICT;
		}
	}
	if (code == 0)
		code = confirm(c, &ch, "remove");
	for (size_t i = 0; code == 0 && i < ch.n; i++) {
		if (session_remove(c->paths, ch.items[i].record.id, &err) < 0)
			code = talk_error(&err);
		else
			talk("%s removed", ch.items[i].record.id);
	}
	if (code == 0 && ch.n == 0)
		talk("no session has ended");
	free(ch.items);
	return code;
}

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
	int code = choose(&ch, c, true);

	if (code == 0 && manifest_load(&m, c->paths, &err) < 0)
		code = talk_error(&err);
	if (code == 0)
		code = can_relaunch(&ch, &m, c->paths);
	if (code == 0)
		code = confirm(c, &ch, "end and launch again");
	if (code == 0)
		code = end_all(&ch, c->paths, client_stop, false);
	for (size_t i = 0; code == 0 && i < ch.n; i++)
		code = relaunch(&ch.items[i].record, &m, c->paths);
	manifest_done(&m);
	free(ch.items);
	return code;
}

const struct verb verb_stop = {
	.name = "stop", .group = VERB_SESSIONS, .args = "S...", .max = -1,
	.help = "ask machines to power off; killed after 10 s",
	.options = {
		[ALL] = {"all", 'a', NULL, "all that run"},
		[YES] = {"yes", 'y', NULL, "do not ask"},
	},
	.run = run_stop,
};

const struct verb verb_kill = {
	.name = "kill", .group = VERB_SESSIONS, .args = "S...", .max = -1,
	.help = "end machines at once",
	.options = {
		[ALL] = {"all", 'a', NULL, "all that run"},
		[YES] = {"yes", 'y', NULL, "do not ask"},
	},
	.run = run_kill,
};

const struct verb verb_restart = {
	.name = "restart", .group = VERB_SESSIONS, .args = "S...", .max = -1,
	.help = "end sessions and launch them again under their names",
	.more = "What the guest wrote to its disk is lost, as at every end. The agent is read\n"
		"anew from the manifest.",
	.options = {
		[ALL] = {"all", 'a', NULL, "all that run"},
		[YES] = {"yes", 'y', NULL, "do not ask"},
	},
	.run = run_restart,
};

const struct verb verb_rm = {
	.name = "rm", .group = VERB_SESSIONS, .args = "S...", .max = -1,
	.help = "remove ended sessions and their logs",
	.options = {
		[ALL] = {"all", 'a', NULL, "all that have ended"},
		[YES] = {"yes", 'y', NULL, "do not ask"},
	},
	.run = run_rm,
};
