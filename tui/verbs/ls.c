/*
 * `ls`: the sessions, one a line.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine/base/text.h"
#include "engine/session/estimate.h"
#include "engine/session/sessions.h"
#include "engine/session/sweep.h"
#include "tui/verbs/verb.h"

enum { ALL, JSON };

static void age(char *out, size_t cap, const struct session_record *r)
{
	int64_t since = r->ended ? r->ended : r->ready ? r->ready : r->created;
	int64_t now = (int64_t)time(NULL);

	if (!since || now < since)
		snprintf(out, cap, "-");
	else
		text_duration(out, cap, (uint64_t)(now - since));
}

/* By the others that are on record. */
static struct estimate estimate(const struct sessions *all, const struct session_record *r)
{
	struct estimate_past past = { .n = 0 };

	if (r->state != SESSION_STARTING)
		return (struct estimate){ 0 };
	for (size_t i = 0; i < all->n; i++)
		estimate_take(&past, r, &all->items[i].record);
	return estimate_start(r, &past, (int64_t)time(NULL));
}

static void note(char *out, size_t cap, const struct session_record *r, const struct estimate *e)
{
	const struct session_step *step = record_step(r);
	char left[24];

	if (r->state == SESSION_STARTING && step)
		snprintf(out, cap, "%u/%u %s%s%s", r->n_steps, r->steps_of, step->name,
			 e->left ? ", " : "", estimate_text(e, left, sizeof(left)));
	else if (r->cause[0] || r->net[0] || !session_alive(r->state) || !r->guards[0])
		snprintf(out, cap, "%s", r->cause[0] || !session_alive(r->state) ? r->cause : r->net);
	else
		snprintf(out, cap, "guards that this host lacks: %s", r->guards);
}

/* Names may be long: the columns after them stay columns. */
struct widths {
	int session, agent;
};

static struct widths widths_of(const struct sessions *all, bool ended)
{
	struct widths w = {20, 12};

	for (size_t i = 0; i < all->n; i++) {
		int session = (int)strlen(all->items[i].record.id);
		int agent = (int)strlen(all->items[i].record.agent);

		if (!ended && !all->items[i].alive)
			continue;
		w.session = session > w.session ? session : w.session;
		w.agent = agent > w.agent ? agent : w.agent;
	}
	return w;
}

static void print_row(const struct session_record *r, const struct estimate *e, struct widths w)
{
	char when[32], why[sizeof(r->cause)], memory[16], accel[24], in[16], out[16], net[64];

	age(when, sizeof(when), r);
	note(why, sizeof(why), r, e);
	text_size(memory, sizeof(memory), (uint64_t)r->memory_mib << 20);
	snprintf(accel, sizeof(accel), "%s%s%s", r->backend, r->accel[0] ? "/" : "", r->accel);
	text_size(in, sizeof(in), r->net_in);
	text_size(out, sizeof(out), r->net_out);
	snprintf(net, sizeof(net), "%s/%s/%u", in, out, r->net_open);
	if (r->net_refused)
		snprintf(net + strlen(net), sizeof(net) - strlen(net), " !%llu",
			 (unsigned long long)r->net_refused);
	say("%-*s %-14s %-10s %-*s %-11s %-7s %-14s%s%s\n", w.session, r->id,
	    session_state_names[r->state], when, w.agent, r->agent, accel, memory, net, why[0] ? " " : "", why);
}

static void print_json(const struct sessions *all, bool ended)
{
	cJSON *j = cJSON_CreateObject(), *list;

	cJSON_AddNumberToObject(j, "schema", 1);
	list = cJSON_AddArrayToObject(j, "sessions");
	for (size_t i = 0; i < all->n; i++) {
		struct estimate e;
		cJSON *s;

		if (!ended && !all->items[i].alive)
			continue;
		e = estimate(all, &all->items[i].record);
		s = record_json(&all->items[i].record);
		cJSON_DeleteItemFromObjectCaseSensitive(s, "schema");
		cJSON_AddBoolToObject(s, "alive", all->items[i].alive);
		if (e.left)
			cJSON_AddNumberToObject(s, "left", (double)e.left);
		cJSON_AddItemToArray(list, s);
	}
	say_json(j);
}

static int run(struct call *c)
{
	bool ended = call_has(c, ALL);
	struct sessions all;
	struct widths w;
	struct error err;
	size_t shown = 0, hidden = 0;

	sessions_sweep(c->paths);
	if (sessions_load(&all, c->paths, &err) < 0)
		return talk_error(&err);
	if (call_has(c, JSON)) {
		print_json(&all, ended);
		sessions_done(&all);
		return EXIT_DONE;
	}
	w = widths_of(&all, ended);
	for (size_t i = 0; i < all.n; i++) {
		struct estimate e;

		if (!ended && !all.items[i].alive) {
			hidden++;
			continue;
		}
		if (shown++ == 0)
			say("%-*s %-14s %-10s %-*s %-11s %-7s %-14s %s\n", w.session, "SESSION", "STATE",
			    "FOR", w.agent, "AGENT", "BACKEND", "MEMORY", "IN/OUT/OPEN", "NOTE");
		e = estimate(&all, &all.items[i].record);
		print_row(&all.items[i].record, &e, w);
	}
	if (!shown && hidden)
		talk("no session runs; %zu ended: vmdeck ls --all", hidden);
	else if (!shown)
		talk("no sessions; vmdeck up shell starts one");
	sessions_done(&all);
	return EXIT_DONE;
}

const struct verb verb_ls = {
	.name = "ls",
	.group = VERB_SESSIONS,
	.args = "",
	.help = "list sessions",
	.more = "One that starts has its step in the last column, and how long that and the rest\n"
		"take still (\"left\", seconds, in --json) by earlier starts of the same agent that\n"
		"are on record; without any, or when it is overdue, no figure.",
	.options = {
		[ALL] = {"all", 'a', NULL, "the ended ones too"},
		[JSON] = {"json", 0, NULL, "one object with each session's record"},
	},
	.run = run,
};
