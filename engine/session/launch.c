#include "engine/session/launch_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/base/text.h"
#include "engine/net/gateway.h"
#include "engine/session/belongings.h"
#include "engine/session/detach.h"
#include "engine/session/order.h"
#include "engine/session/sessions.h"
#include "engine/session/sweep.h"
#include "engine/session/wire.h"

enum {
	NUMBERS = 1000,
	STEPS = 7,      /* prepare disk supervisor network hypervisor guest agent */
	STEPS_DEMO = 3, /* supervisor hypervisor agent */
	STEPS_STANDBY = 4, /* prepare claim guest agent */
};

void attempt_done(struct attempt *a)
{
	struct error ignored;

	for (int i = 0; i < SPEC_FD_COUNT; i++)
		own_close(&a->fds[i]);
	if (a->temp[0])
		dir_remove(a->all, a->temp, &ignored);
	own_close(&a->template_disk);
	own_close(&a->standby.socket); /* one that was not told to go on goes */
	own_close(&a->all);
	image_done(&a->image);
	template_wish_done(&a->wish);
	spec_done(&a->spec);
}

/* What the supervisor is told. */

static cJSON *strings(char *const *list)
{
	cJSON *j = cJSON_CreateArray();

	for (; list && *list; list++)
		cJSON_AddItemToArray(j, cJSON_CreateString(*list));
	return j;
}

/* What programs must know to reach the gateway: its proxy, and of each provider where
 * it is, with a placeholder for its key. Not "http_proxy": busybox's wget sends such a
 * proxy even its https:// URLs, which is none of HTTP; what reads only that name
 * goes by the relay. */
static void add_network_env(const struct attempt *a, cJSON *j)
{
	static const char *const proxy[] = {
		"HTTP_PROXY=" GATEWAY_PROXY_URL, "HTTPS_PROXY=" GATEWAY_PROXY_URL, "NO_PROXY=" GATEWAY_NO_PROXY,
		"https_proxy=" GATEWAY_PROXY_URL, "no_proxy=" GATEWAY_NO_PROXY,
		NULL
	};
	const struct agent *agent = a->l->agent;

	if (agent->network.mode == POLICY_NONE || !strcmp(agent->backend, "demo"))
		return;
	for (const char *const *p = proxy; *p; p++)
		cJSON_AddItemToArray(j, cJSON_CreateString(*p));
	for (size_t i = 0; i < agent->n_credentials; i++)
		for (size_t k = 0; k < PROVIDER_ENV && a->have[i]; k++) {
			char text[PROVIDER_ENV_TEXT + 128];

			if (provider_env(&agent->credentials[i].provider, k, text, sizeof(text)) == 0 && text[0])
				cJSON_AddItemToArray(j, cJSON_CreateString(text));
		}
}

/* The image's environment first: the agent's comes last and wins. */
static cJSON *environment(const struct attempt *a)
{
	cJSON *j = strings(a->image.env), *more = strings(a->l->agent->env), *item;

	add_network_env(a, j);
	while ((item = cJSON_DetachItemFromArray(more, 0)))
		cJSON_AddItemToArray(j, item);
	cJSON_Delete(more);
	return j;
}

static void fill_spec(struct attempt *a)
{
	const struct agent *agent = a->l->agent;
	struct session_record *r = &a->spec.record;
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	r->state = SESSION_STARTING;
	r->steps_of = a->standby.socket >= 0 ? STEPS_STANDBY :
		      strcmp(agent->backend, "demo") ? STEPS : STEPS_DEMO;
	r->standby = a->standby.socket >= 0;
	r->warm = r->standby || a->fds[SPEC_FD_TEMPLATE] >= 0; /* till it turns out otherwise */
	r->exit_code = -1;
	r->memory_mib = agent->memory_mib;
	r->cpus = agent->cpus;
	r->cols = a->l->cols ? a->l->cols : 120;
	r->rows = a->l->rows ? a->l->rows : 40;
	r->created = t.tv_sec;
	snprintf(r->order, sizeof(r->order), "%011llx", (unsigned long long)t.tv_sec * 1000 +
		 (unsigned long long)t.tv_nsec / 1000000);
	snprintf(r->agent, sizeof(r->agent), "%s", agent->name);
	snprintf(r->label, sizeof(r->label), "%s", agent->label);
	snprintf(r->accent, sizeof(r->accent), "%s", agent->accent);
	snprintf(r->image, sizeof(r->image), "%.255s", agent->image);
	snprintf(r->backend, sizeof(r->backend), "%s", agent->backend);
	snprintf(r->policy, sizeof(r->policy), "%s", agent->policy);
	snprintf(r->version, sizeof(r->version), "%s", VERSION);
	boot_id(r->boot);
	a->spec.argv = agent->argv[0] ? strings(agent->argv) : strings(a->image.argv);
	if (!belongings_prompt(agent, a->spec.argv) && agent->prompt)
		a->spec.prompt = strdup(agent->prompt);
	a->spec.env = environment(a);
	snprintf(a->spec.user, sizeof(a->spec.user), "%.32s", agent->user[0] ? agent->user : a->image.user);
	snprintf(a->spec.cwd, sizeof(a->spec.cwd), "%.255s", agent->cwd[0] ? agent->cwd : a->image.cwd);
	snprintf(a->spec.script, sizeof(a->spec.script), "%s", agent->script);
	a->spec.on_exit = agent->on_exit;
	a->spec.network = agent->network;
	a->spec.patterns = agent->patterns;
}

/* The directory. It is made under a name that nobody looks at, locked, and
 * renamed: whoever sees it sees it owned. */

int attempt_dir(struct attempt *a, struct error *err)
{
	char lock[64];

	if (mkdirat(a->all, a->temp, 0700) < 0) {
		int e = errno;

		a->temp[0] = '\0';
		return error_set(err, e, "make the session's directory");
	}
	a->fds[SPEC_FD_DIR] = openat(a->all, a->temp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (a->fds[SPEC_FD_DIR] < 0)
		return error_set(err, errno, "open the session's directory");
	/* It appears already held: a look in between would take it for nobody's. */
	a->fds[SPEC_FD_LOCK] = openat(a->fds[SPEC_FD_DIR], ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	snprintf(lock, sizeof(lock), "/proc/self/fd/%d", a->fds[SPEC_FD_LOCK]);
	if (a->fds[SPEC_FD_LOCK] < 0 || flock(a->fds[SPEC_FD_LOCK], LOCK_EX | LOCK_NB) < 0 ||
	    linkat(AT_FDCWD, lock, a->fds[SPEC_FD_DIR], "owner.lock", AT_SYMLINK_FOLLOW) < 0)
		return error_set(err, errno, "lock the session");
	a->fds[SPEC_FD_LISTEN] = wire_listen(a->fds[SPEC_FD_DIR], err);
	return a->fds[SPEC_FD_LISTEN] < 0 ? -1 : 0;
}

/* The record carries the id, so it is written before the name is taken; a
 * name that turns out to be taken is tried with the next. */
static int take_name(struct attempt *a, const char *id, struct error *err)
{
	struct session_record *r = &a->spec.record;
	int dir = a->fds[SPEC_FD_DIR];

	snprintf(r->id, sizeof(r->id), "%s", id);
	if (spec_save(&a->spec, dir, err) < 0 || record_save(r, dir, err) < 0)
		return -1;
	if (renameat2(a->all, a->temp, a->all, id, RENAME_NOREPLACE) < 0)
		return error_set(err, errno, "name the session %s", id);
	a->temp[0] = '\0';
	return 0;
}

static bool name_taken(const struct attempt *a, const char *id)
{
	return faccessat(a->all, id, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int name_free_number(struct attempt *a, struct error *err)
{
	for (int n = 1; n <= NUMBERS; n++) {
		char id[SESSION_ID_MAX + 1];

		snprintf(id, sizeof(id), "%s-%d", a->l->agent->name, n);
		if (name_taken(a, id))
			continue;
		if (take_name(a, id, err) == 0)
			return 0;
		if (err->code != EEXIST)
			return -1;
	}
	error_set(err, 0, "%d sessions of %s are on record", NUMBERS, a->l->agent->name);
	error_hint(err, "vmdeck gc removes those that have ended");
	return -1;
}

static int name_as_wished(struct attempt *a, struct error *err)
{
	const char *id = a->l->name;
	size_t n = strlen(id);

	if (!n || n > SESSION_ID_MAX || id[0] < 'a' || id[0] > 'z' ||
	    strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != n) {
		error_set(err, 0, "not a name for a session");
		error_hint(err, "a letter, then letters, digits and dashes, at most %d, all lower case",
			   SESSION_ID_MAX);
		return -1;
	}
	if (a->l->replace && name_taken(a, id) && session_remove(a->paths, id, err) < 0)
		return -1;
	if (take_name(a, id, err) == 0)
		return 0;
	if (err->code == EEXIST) {
		error_set(err, 0, "there is a session %s already", id);
		error_hint(err, "choose another name, or remove it: vmdeck rm %s", id);
		err->code = EEXIST;
	}
	return -1;
}

/* The supervisor. */

int attempt_supervise(struct attempt *a, struct error *err)
{
	AUTO_CLOSE int log = openat(a->fds[SPEC_FD_DIR], "supervisor.log",
				    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	struct session_record r;
	int code = detach_start("supervise", a->spec.record.id, a->fds, SPEC_FD_COUNT, log, err);

	if (code <= 0)
		return code;
	if (record_load(&r, a->fds[SPEC_FD_DIR], err) == 0 && r.cause[0]) {
		error_set(err, 0, "%s", r.cause);
		error_hint(err, "%s", r.hint);
	} else {
		error_set(err, 0, "the supervisor did not start");
		error_hint(err, "look at supervisor.log in the session's directory");
	}
	return -1;
}

static void make_temp_name(struct attempt *a)
{
	snprintf(a->temp, sizeof(a->temp), ".new-%d-%llx", (int)getpid(), (unsigned long long)now_us());
}

/* A machine that was waiting becomes this session's: its directory is the session's
 * already, under the name that nobody looks at. */
static bool take_standby(struct attempt *a)
{
	if (!a->named || standby_claim(a->paths, a->wish.key, a->all, a->temp, &a->standby))
		return false;
	a->fds[SPEC_FD_DIR] = a->standby.dir;
	attempt_project(a);
	/* Replaced files are written to the medium at once by some file systems. */
	unlinkat(a->standby.dir, "spec.json", 0);
	unlinkat(a->standby.dir, "session.json", 0);
	attempt_step(a, "prepare", a->spec.requested_us);
	return true;
}

static int prepare(struct attempt *a, struct error *err)
{
	make_temp_name(a);
	if (strcmp(a->l->agent->backend, "demo") != 0) {
		if (credentials_pack(a->l->agent->credentials, a->l->agent->n_credentials,
				     &a->fds[SPEC_FD_CREDENTIALS], a->have, err) < 0)
			return -1;
		if (attempt_parts(a, err) < 0)
			return -1;
		if (take_standby(a))
			return attempt_files(a, err);
		if (attempt_admit(a, err) < 0)
			return -1;
		if (attempt_machine(a, err) < 0)
			return -1;
	}
	return attempt_dir(a, err);
}

static int begin(struct attempt *a, struct error *err)
{
	if (a->standby.socket < 0)
		return attempt_supervise(a, err);
	return standby_go(&a->standby,
			  (const int[STANDBY_FDS]){ [STANDBY_FILES] = a->fds[SPEC_FD_FILES],
						    [STANDBY_CREDENTIALS] =
							    a->fds[SPEC_FD_CREDENTIALS] },
			  err);
}

static int attempt_run(struct attempt *a, struct error *err)
{
	a->spec.requested_us = now_us();
	a->all = sessions_dir(a->paths, true, err);
	if (a->all < 0)
		return -1;
	sessions_busy(a->all);
	if (prepare(a, err) < 0)
		return -1;
	fill_spec(a);
	if ((a->l->name ? name_as_wished(a, err) : name_free_number(a, err)) < 0)
		return -1;
	sessions_idle(a->all);
	if (begin(a, err) < 0)
		return -1;
	if (a->make_template)
		order_place(a->paths, &a->wish);
	return 0;
}

void attempt_init(struct attempt *a, const struct launch *l, const struct paths *p)
{
	*a = (struct attempt){ .l = l, .paths = p, .all = -1, .template_disk = -1,
			       .standby = { -1, -1 } };
	for (int i = 0; i < SPEC_FD_COUNT; i++)
		a->fds[i] = -1;
}

int launch_session(const struct launch *l, const struct paths *p, char id[SESSION_ID_MAX + 1],
		   struct error *err)
{
	struct attempt a;
	int r;

	attempt_init(&a, l, p);
	r = attempt_run(&a, err);
	memcpy(id, a.spec.record.id, SESSION_ID_MAX + 1);
	if (r < 0)
		error_wrap(err, "agent %s", l->agent->name);
	else if (l->disk)
		*l->disk = fcntl(a.fds[SPEC_FD_DISK], F_DUPFD_CLOEXEC, 3);
	attempt_done(&a);
	return r;
}
