#include "tui/verbs/ending.h"

#include <stdlib.h>
#include <string.h>

#include "engine/session/force.h"

/* the supervisor kills after 10 s by itself, 30 s with a system of the image's own */
enum { STOP_MS = 60000 };

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
int chosen_init(struct chosen *ch, struct call *c, bool alive)
{
	struct sessions all;
	struct error err;
	int code = 0;

	if (call_has(c, ENDING_ALL) == (c->n_args > 0))
		return talk_usage(c->verb->name, "name sessions, or say --all");
	if (sessions_load(&all, c->paths, &err) < 0)
		return talk_error(&err);
	ch->items = calloc(all.n + 1 + (size_t)c->n_args, sizeof(*ch->items));
	if (!ch->items)
		code = EXIT_FAILED;
	else if (!call_has(c, ENDING_ALL))
		code = choose_named(ch, &all, c);
	for (size_t i = 0; code == 0 && call_has(c, ENDING_ALL) && i < all.n; i++) {
		if (all.items[i].alive == alive)
			ch->items[ch->n++] = all.items[i];
	}
	sessions_done(&all);
	return code;
}

int chosen_confirm(const struct call *c, const struct chosen *ch, const char *what)
{
	if (call_has(c, ENDING_YES) || ch->n == 0)
		return 0;
	if (ch->n == 1)
		return talk_confirm("%s %s", what, ch->items[0].record.id);
	return talk_confirm("%s %zu sessions", what, ch->n);
}

void chosen_done(struct chosen *ch)
{
	free(ch->items);
	ch->items = NULL;
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

int ending_all(const struct chosen *ch, const struct paths *paths, void (*how)(struct client *),
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
