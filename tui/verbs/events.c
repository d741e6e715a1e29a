/*
 * `events`: what was refused, and what else happened to a session's network.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/verbs/network_ask.h"

enum { FOLLOW, EVENTS_JSON };

struct following {
	struct network_asking asking; /* first: the client's events come here */
	struct events seen;
	bool json, asked, again;
};

static void print_event(const struct event *e)
{
	char text[EVENT_TEXT], when[32];
	time_t t = (time_t)e->last;
	struct tm tm;

	localtime_r(&t, &tm);
	strftime(when, sizeof(when), "%H:%M:%S", &tm);
	event_text(e, text);
	say("%s %s\n", when, text);
}

static void print_event_line(const struct events *e, unsigned i)
{
	struct events one = { .n = 1 };
	cJSON *list;
	char *text;

	one.items[0] = e->items[i];
	list = events_json(&one);
	text = json_text(cJSON_GetArrayItem(list, 0), false);
	say("%s\n", text ? text : "{}");
	free(text);
	cJSON_Delete(list);
}

static bool known(const struct events *seen, const struct event *e)
{
	for (unsigned i = 0; i < seen->n; i++) {
		const struct event *s = &seen->items[i];

		if (s->kind == e->kind && s->port == e->port && s->count == e->count &&
		    !strcmp(s->name, e->name) && !strcmp(s->why, e->why))
			return true;
	}
	return false;
}

static int show_events(struct call *c, const struct network_asking *a)
{
	const struct events *e = &a->status->events;

	if (call_has(c, EVENTS_JSON)) {
		cJSON *j = cJSON_CreateObject();

		cJSON_AddNumberToObject(j, "schema", 1);
		cJSON_AddItemToObject(j, "events", events_json(e));
		say_json(j);
		return EXIT_DONE;
	}
	for (unsigned i = 0; i < e->n; i++)
		print_event(&e->items[i]);
	if (!e->n)
		talk("nothing was refused");
	if (e->lost)
		talk("%llu older one%s made room", (unsigned long long)e->lost, e->lost == 1 ? "" : "s");
	return EXIT_DONE;
}

/* Each turn: ask again when the record has moved, print what is new. */
static bool followed(void *arg)
{
	struct following *f = arg;
	struct network_asking *a = &f->asking;

	if (f->asked && a->answered) {
		f->asked = false;
		if (a->err.msg[0])
			return true;
		if (a->status)
			for (unsigned i = 0; i < a->status->events.n; i++) {
				if (known(&f->seen, &a->status->events.items[i]))
					continue;
				if (f->json)
					print_event_line(&a->status->events, i);
				else
					print_event(&a->status->events.items[i]);
			}
		if (a->status)
			f->seen = a->status->events;
		if (peer_over(&a->peer) && !f->again)
			return true;
	}
	if (!f->asked && f->again) {
		f->again = false;
		f->asked = true;
		a->answered = false;
		a->request = client_network(&a->peer.client);
	}
	return say_broken() || a->peer.gone;
}

struct ticking {
	struct following f; /* first */
	struct timer timer;
};

/* Once a second is soon enough for a person, and a guest that is refused a thousand
 * times a second is told of once a second. */
static void tick(struct timer *t)
{
	struct ticking *k = SOURCE_OWNER(t, struct ticking, timer);

	k->f.again = true;
}

static int follow(struct call *c)
{
	static struct ticking k; /* too large for the stack */
	struct remote r;
	struct error err;
	enum remote_end end;
	int code;

	k = (struct ticking){ .f = { .json = call_has(c, EVENTS_JSON), .again = true }, .timer.fn = tick };
	if (remote_init(&r, &err) < 0)
		return talk_error(&err);
	code = peer_meet(&k.f.asking.peer, &r, c->paths, c->args[0], &network_asking_events, &k.f.asking, false);
	if (!code && timer_start(&r.loop, &k.timer, 1000, 1000, &err) < 0)
		code = talk_error(&err);
	if (!code) {
		end = remote_until(&r, followed, &k.f, -1, &err);
		code = end == REMOTE_SIGNAL ? EXIT_INTERRUPTED :
		       end != REMOTE_DONE   ? talk_error(&err) :
		       k.f.asking.err.msg[0] ? talk_error(&k.f.asking.err) :
					       EXIT_DONE;
	}
	timer_stop(&k.timer);
	peer_close(&k.f.asking.peer);
	remote_done(&r);
	return code;
}

static int run_events(struct call *c)
{
	return call_has(c, FOLLOW) ? follow(c) : network_ask(c, show_events);
}

const struct verb verb_events = {
	.name = "events",
	.group = VERB_SESSIONS,
	.args = "S",
	.help = "list what a session was refused, and what else happened to its network",
	.more = "Each name, port and reason is one line with its count, newest count last told.\n"
		"With --follow, lines come as they change, and with --json one object a line.",
	.min = 1,
	.max = 1,
	.options = {
		[FOLLOW] = {"follow", 'f', NULL, "go on until the session ends"},
		[EVENTS_JSON] = {"json", 0, NULL, "one object with every event"},
	},
	.run = run_events,
};
