/*
 * `up`: launch agents, tell their steps, wait until they are ready.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/session/launch.h"
#include "engine/session/manifest_work.h"
#include "engine/session/sweep.h"
#include "tui/prepare.h"
#include "tui/verbs/up_parts.h"

enum { UP_MAX = 256 };

/* What the command line says instead of the manifest. */
static int set_work(const struct call *c, struct agent *a)
{
	static char text[32 << 10];
	const char *prompt = c->values[PROMPT];
	struct error err;
	size_t n;

	if (prompt && !strcmp(prompt, "-")) {
		n = text[0] ? strlen(text) : fread(text, 1, sizeof(text) - 1, stdin);
		text[n] = '\0';
		prompt = text;
	}
	if ((prompt && manifest_set_prompt(a, prompt, &err) < 0) ||
	    (c->values[WORKSPACE] && manifest_set_workspace(a, c->values[WORKSPACE], &err) < 0))
		return talk_error(&err);
	return EXIT_DONE;
}

static int find_agents(struct up *u)
{
	const struct call *c = u->call;
	struct error err;
	int code = 0;

	if (manifest_load(&u->manifest, c->paths, &err) < 0)
		return talk_error(&err);
	u->agents = calloc((size_t)c->n_args, sizeof(*u->agents));
	if (!u->agents)
		return EXIT_FAILED;
	for (int i = 0; i < c->n_args && code == 0; i++) {
		const struct agent *a = manifest_find(&u->manifest, c->args[i], &err);

		if (!a) {
			talk_error(&err);
			return EXIT_NOT_FOUND;
		}
		u->agents[u->n_agents++] = a;
		code = set_work(c, &u->manifest.agents[a - u->manifest.agents]);
		if (code == EXIT_DONE)
			code = prepare_backend(a);
	}
	for (size_t i = 0; i < u->n_agents && code == 0; i++)
		code = prepare_agent(u->agents[i], c->paths);
	return code;
}

/* One that does not fit; another agent's may. */
static void refuse(struct up *u, const struct error *err)
{
	char who[96];

	snprintf(who, sizeof(who), "%s, %zu of %u", u->agents[up_next(u) / u->count]->name,
		 up_next(u) % u->count + 1, u->count);
	talk("vmdeck: refused %s: %s", who, err->msg);
	if (err->hint[0])
		talk("  fix: %s", err->hint);
	u->refused++;
}

/* Launch so many more, as long as all goes well. */
static void launch_more(struct up *u, size_t more)
{
	const struct call *c = u->call;
	struct error err;

	for (; more && up_next(u) < up_wanted(u) && !u->launched; more--) {
		struct start *s = &u->starts[u->n];
		struct launch l = {
			.agent = u->agents[up_next(u) / u->count],
			.name = c->values[NAME],
			.cols = u->cols,
			.rows = u->rows,
			.cold = call_has(c, COLD),
			.force = call_has(c, FORCE),
			.growth = u->growth,
		};

		if (launch_session(&l, c->paths, s->id, &err) == 0)
			u->n++;
		else if (err.code == ENOMEM || err.code == ENOSPC)
			refuse(u, &err);
		else
			u->launched = talk_error(&err);
	}
}

/* How many machines come up at once: what the processors can do. More of them
 * would each come up later, and the cold ones before a template is there. */
static size_t width(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return cpus > 1 ? (size_t)cpus : 1;
}

static void look(struct up *u, struct start *s)
{
	if (s->settled)
		return;
	if (s->peer.open && s->peer.known)
		s->record = s->peer.client.record;
	if (s->peer.gone) {
		s->record.state = SESSION_FAILED;
		snprintf(s->record.cause, sizeof(s->record.cause), "%.300s",
			 s->peer.gone_error.msg);
	}
	up_tell_steps(u, s);
	if (up_ok(s->record.state) || !session_alive(s->record.state)) {
		s->settled = true;
		up_tell_end(s);
		peer_close(&s->peer);
	}
}

static void watch(struct up *u, size_t from)
{
	for (size_t i = from; i < u->n; i++) {
		struct start *s = &u->starts[i];
		struct error err;

		if (peer_open(&s->peer, &u->remote, u->call->paths, s->id, NULL, u, &err) < 0) {
			s->peer.gone = true;
			s->peer.gone_error = err;
		}
	}
}

static size_t starting(struct up *u)
{
	size_t n = 0;

	for (size_t i = 0; i < u->n; i++) {
		look(u, &u->starts[i]);
		n += !u->starts[i].settled;
	}
	return n;
}

static bool all_settled(void *arg)
{
	struct up *u = arg;
	size_t n = starting(u), before;

	if (!u->quiet)
		building_tell(&u->building, u->call->paths);
	while (n < width() && up_next(u) < up_wanted(u) && !u->launched) {
		before = u->n;
		launch_more(u, width() - n);
		watch(u, before);
		n = starting(u);
	}
	return n == 0;
}

static int wait_all(struct up *u, long long timeout_ms)
{
	struct error err = {0};
	enum remote_end end;

	end = remote_until(&u->remote, all_settled, u, timeout_ms, &err);
	if (end == REMOTE_DONE)
		return 0;
	remote_tell(end, "ready", &err);
	up_tell_going_on(u);
	return end == REMOTE_TIMEOUT ? EXIT_TIMED_OUT
				     : end == REMOTE_SIGNAL ? EXIT_INTERRUPTED : EXIT_FAILED;
}

static bool all_begun(void *arg)
{
	struct up *u = arg;

	return all_settled(u) || up_next(u) == up_wanted(u) || u->launched;
}

/* Not until they are ready, but until each had its turn to begin. */
static int wait_for_turns(struct up *u, long long timeout_ms)
{
	struct error err = {0};
	enum remote_end end;

	u->quiet = true;
	end = remote_until(&u->remote, all_begun, u, timeout_ms, &err);
	if (end == REMOTE_DONE)
		return 0;
	remote_tell(end, "their turn", &err);
	up_tell_going_on(u);
	return end == REMOTE_TIMEOUT ? EXIT_TIMED_OUT
				     : end == REMOTE_SIGNAL ? EXIT_INTERRUPTED : EXIT_FAILED;
}

/* What is known without waiting. */
static void read_records(struct up *u)
{
	struct sessions all;
	struct error err;

	if (sessions_load(&all, u->call->paths, &err) < 0)
		return;
	for (size_t i = 0; i < u->n; i++) {
		const struct session_entry *e = sessions_find(&all, u->starts[i].id);

		if (e)
			u->starts[i].record = e->record;
	}
	sessions_done(&all);
}

/* Machines in place of those that were taken. */
static void refill(const struct up *u)
{
	struct launch *all = calloc(u->n_agents, sizeof(*all));

	for (size_t i = 0; all && i < u->n_agents; i++)
		all[i] = (struct launch){ .agent = u->agents[i], .cols = u->cols, .rows = u->rows,
					  .growth = u->growth };
	if (all && u->n && !call_has(u->call, COLD))
		launch_standby_later(all, u->n_agents, u->call->paths);
	free(all);
}

static int launch_and_wait(struct up *u, long long timeout_s)
{
	struct error err;
	int code = EXIT_DONE;

	u->starts = calloc(up_wanted(u), sizeof(*u->starts));
	if (!u->starts)
		return EXIT_FAILED;
	if (remote_init(&u->remote, &err) < 0)
		return talk_error(&err);
	/* Those that were launched before one failed are told too. */
	if (call_has(u->call, NO_WAIT)) {
		code = wait_for_turns(u, timeout_s * 1000);
		read_records(u);
	} else {
		code = wait_all(u, timeout_s * 1000);
	}
	for (size_t i = 0; i < u->n && code == 0 && !call_has(u->call, NO_WAIT); i++) {
		if (!up_ok(u->starts[i].record.state))
			code = EXIT_FAILED;
	}
	building_end(u->call->paths);
	up_print(u);
	fflush(stdout);
	refill(u);
	sessions_sweep(u->call->paths); /* of launches before this one, that were killed */
	for (size_t i = 0; i < u->n; i++)
		peer_close(&u->starts[i].peer);
	remote_done(&u->remote);
	sessions_done(&u->past);
	if (u->refused && code == EXIT_DONE)
		code = EXIT_BLOCKED;
	return u->launched ? u->launched : code;
}

static int parse_size(const struct call *c, struct up *u)
{
	const char *s = c->values[SIZE];
	unsigned cols, rows;
	char end;

	if (!s)
		return 0;
	if (sscanf(s, "%4u%*1[xX]%4u%c", &cols, &rows, &end) != 2 || cols < 1 || cols > 500 ||
	    rows < 1 || rows > 500)
		return talk_usage("up", "--size: \"%s\" is not COLSxROWS of 1 to 500 each", s);
	u->cols = (unsigned short)cols;
	u->rows = (unsigned short)rows;
	return 0;
}

/* Before a kernel is fetched for it. */
static bool good_name(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= SESSION_ID_MAX && name[0] >= 'a' && name[0] <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static int run(struct call *c)
{
	struct up u = {.call = c};
	long long count = call_number(c, COUNT, 1, UP_MAX, 1);
	long long timeout = call_number(c, TIMEOUT, 1, 86400, 120);
	int code;

	if (count < 0 || timeout < 0 || parse_size(c, &u))
		return EXIT_USAGE;
	if (call_has(c, NAME) && (c->n_args > 1 || count > 1))
		return talk_usage("up", "--name names one session; it does not go with --count or "
					"several agents");
	if (call_has(c, NAME) && !good_name(c->values[NAME]))
		return talk_usage("up", "--name: \"%s\" is no name; a letter, then letters, digits and "
					"dashes, all lower case, %d at most",
				  c->values[NAME], SESSION_ID_MAX);
	if (c->n_args * count > UP_MAX)
		return talk_usage("up", "that would be more than %d sessions", UP_MAX);
	u.count = (unsigned)count;
	u.growth = prepare_config(c->paths);
	code = find_agents(&u);
	if (code == 0 && !call_has(c, FORCE))
		code = prepare_ask(u.agents, u.n_agents, u.count, c->paths);
	if (code == 0)
		code = launch_and_wait(&u, timeout);
	free(u.starts);
	free(u.agents);
	manifest_done(&u.manifest);
	return code;
}

const struct verb verb_up = {
	.name = "up",
	.group = VERB_SESSIONS,
	.args = "AGENT...",
	.help = "launch agents and wait until they are ready",
	.more = "Prints the new sessions' names on stdout, their steps and times on stderr. The\n"
		"default kernel and the image tiny are made first where they are missing.\n"
		"Interrupted, it leaves the sessions that it started and says which. What does not\n"
		"fit into this host's memory or disk is refused by name; the rest starts.\n"
		"Templates that are made meanwhile are told: they make the next start warm. Cold\n"
		"starts and templates say \"left 12s\" where earlier ones of their kind were measured.",
	.min = 1,
	.max = -1,
	.options = {
		[NAME] = {"name", 'n', "NAME", "the session's name; else AGENT-1, AGENT-2 ..."},
		[COUNT] = {"count", 'c', "N", "so many of each agent"},
		[NO_WAIT] = {"no-wait", 0, NULL, "do not wait for ready"},
		[TIMEOUT] = {"timeout", 't', "SEC", "wait no longer than this (120)"},
		[SIZE] = {"size", 0, "COLSxROWS", "size of the console (120x40)"},
		[JSON] = {"json", 0, NULL, "one object with each session's state, steps and times"},
		[COLD] = {"cold", 0, NULL, "boot, even where a warm start is possible"},
		[PROMPT] = {"prompt", 'p', "TEXT", "what it is to do first; - reads stdin"},
		[WORKSPACE] = {"workspace", 'w', "DIR", "a directory here that it gets a copy of"},
		[FORCE] = {"force", 0, NULL, "launch in spite of what preflight says"},
	},
	.run = run,
};
