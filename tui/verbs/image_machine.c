/*
 * The machine in which a recipe's commands run: a session like any other, of an
 * agent that is nobody's, with an allowlist, started cold. Its disk is kept by a
 * descriptor, and read when the machine is over.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/session/launch.h"
#include "tui/verbs/image_parts.h"
#include "tui/verbs/remote.h"

enum {
	MEMORY_MIB = 1024,
	DISK_MIB = 32 * 1024, /* sparse */
	TICK_MS = 500,
	END_MS = 30 * 1000,
};

/* One after the other; the first that fails ends it. What they wrote is on the disk
 * when they end well, whatever becomes of the machine then. */
static char *script(const struct recipe *r)
{
	static const char end[] = "sync 2>/dev/null || :\n";
	size_t len = sizeof(end);

	for (const char *const *c = r->commands; *c; c++)
		len += strlen(*c) + 1;
	char *text = calloc(1, len);
	for (const char *const *c = r->commands; text && *c; c++)
		strcat(strcat(text, *c), "\n");
	return text ? strcat(text, end) : NULL;
}

/* As an agents.json would say it. */
static char *describe(const struct recipe *r, const struct image *base)
{
	AUTO_JSON cJSON *j = cJSON_CreateObject();
	cJSON *agents = cJSON_AddObjectToObject(j, "agents");
	cJSON *a = cJSON_AddObjectToObject(agents, "build");
	cJSON *argv = cJSON_AddArrayToObject(a, "command");
	cJSON *env = cJSON_AddObjectToObject(a, "env");
	AUTO_FREE char *text = script(r);

	cJSON_AddItemToArray(argv, cJSON_CreateString("/bin/sh"));
	cJSON_AddItemToArray(argv, cJSON_CreateString("-ec"));
	cJSON_AddItemToArray(argv, cJSON_CreateString(text ? text : "false"));
	cJSON_AddStringToObject(env, "DEBIAN_FRONTEND", "noninteractive");
	cJSON_AddStringToObject(a, "image", base->path);
	cJSON_AddStringToObject(a, "user", "root");
	cJSON_AddStringToObject(a, "cwd", "/");
	cJSON_AddStringToObject(a, "network", r->allow[0] ? "allowlist" : "none");
	cJSON_AddNumberToObject(a, "memory", MEMORY_MIB);
	cJSON_AddNumberToObject(a, "cpus", 2);
	cJSON_AddNumberToObject(a, "disk", DISK_MIB);
	if (r->allow[0]) {
		cJSON *allow = cJSON_AddArrayToObject(a, "allow");

		for (const char *const *n = r->allow; *n; n++)
			cJSON_AddItemToArray(allow, cJSON_CreateString(*n));
	}
	return json_text(j, true);
}

static int read_agent(struct manifest *m, const struct recipe *r, const struct image *base,
		      struct error *err)
{
	AUTO_FREE char *text = describe(r, base);
	AUTO_CLOSE int fd = memfd_create("agents", MFD_CLOEXEC);
	char path[64];

	if (!text || fd < 0 || fd_write_all(fd, text, strlen(text), err) < 0)
		return error_set(err, ENOMEM, "commands");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return manifest_read(m, path, err);
}

static bool over(void *arg)
{
	return peer_over(arg);
}

/* Until the machine is over, telling that something goes on. */
static int watch(struct image_machine *im, struct remote *r, struct peer *p,
		 const struct recipe *recipe, struct error *err)
{
	struct progress now = {.phase = PROGRESS_RUN, .remaining = -1};

	snprintf(now.text, sizeof(now.text), "%.100s", recipe->commands[0]);
	for (;;) {
		enum remote_end end = remote_until(r, over, p, TICK_MS, err);

		if (end == REMOTE_DONE)
			return 0;
		if (end == REMOTE_BROKEN)
			return -1;
		if (end == REMOTE_SIGNAL || im->progress(im->progress_arg, &now)) {
			client_kill(&p->client);
			remote_until(r, over, p, END_MS, err);
			return error_set(err, ECANCELED, "commands");
		}
	}
}

static int judge_record(const struct session_record *record, struct error *err)
{
	/* The state of one that was quicker than its machine's word "ready" is failed. */
	if (record->exit_code == 0)
		return 0;
	if (record->exit_code > 0)
		error_set(err, 0, "they ended with exit code %d", record->exit_code);
	else
		error_set(err, 0, "%.300s", record->cause[0] ? record->cause : "the machine broke");
	error_hint(err, "vmdeck screen %s shows what they said; what they may reach is the recipe's "
		   "\"allow\"", record->id);
	return -1;
}

/* The supervisor writes its last record, then lets go of the lock. */
static int judge(const struct paths *paths, const char *id, struct error *err)
{
	uint64_t end = now_ms() + END_MS;

	for (;;) {
		struct sessions all;

		if (sessions_load(&all, paths, err) < 0)
			return -1;
		const struct session_entry *e = sessions_find(&all, id);
		bool last = !e || !e->alive || now_ms() >= end;
		int result = !last ? 0
			     : e ? judge_record(&e->record, err)
				 : error_set(err, ENOENT, "session %s", id);

		sessions_done(&all);
		if (last)
			return result;
		poll(NULL, 0, 20);
	}
}

static int run_in(struct image_machine *im, const char *id, const struct recipe *r,
		  struct error *err)
{
	struct remote remote;
	struct peer peer = {0};
	int result;

	if (remote_init(&remote, err) < 0)
		return -1;
	result = peer_open(&peer, &remote, im->paths, id, NULL, NULL, err);
	if (result == 0)
		result = watch(im, &remote, &peer, r, err);
	peer_close(&peer);
	remote_done(&remote);
	return result == 0 ? judge(im->paths, id, err) : -1;
}

/* Its lock is free a moment after its record says that it is over. */
static void remove_session(const struct paths *paths, const char *id)
{
	uint64_t end = now_ms() + END_MS;
	struct error why;

	while (session_remove(paths, id, &why) < 0 && why.code == EBUSY && now_ms() < end)
		poll(NULL, 0, 20);
}

int image_run_commands(void *machine, const struct recipe *r, const struct image *base,
		       struct error *err)
{
	struct image_machine *im = machine;
	char id[SESSION_ID_MAX + 1], name[SESSION_ID_MAX + 1];
	AUTO_CLOSE int disk = -1;
	struct manifest m;
	int result;

	if (read_agent(&m, r, base, err) < 0)
		return -1;
	snprintf(name, sizeof(name), "build-%d", (int)getpid());
	const struct agent *agent = manifest_find(&m, "build", err);
	const struct launch l = {
		.agent = agent, .name = name, .cold = true, .replace = true, .disk = &disk,
	};

	result = agent ? launch_session(&l, im->paths, id, err) : -1;
	if (result == 0)
		result = run_in(im, id, r, err);
	manifest_done(&m);
	if (result < 0 && err->code != ECANCELED)
		return -1;
	/* What failed is kept to be looked at. */
	remove_session(im->paths, name);
	return result < 0 ? -1 : take_fd(&disk);
}
