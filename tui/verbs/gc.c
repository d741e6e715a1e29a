/*
 * `gc`: what nobody owns any more. A session is owned while its lock is held, a
 * directory under construction while its own lock is; nothing is judged by its
 * name or age alone.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/session/sessions.h"
#include "engine/session/standby.h"
#include "engine/session/template.h"
#include "tui/stores.h"
#include "tui/verbs/verb.h"

enum { DRY_RUN, YES, JSON };

struct gone {
	char what[16]; /* "session", "leftover", "template" */
	char name[SESSION_ID_MAX + 1];
	char path[PATH_MAX]; /* of a leftover; a template's name */
	char why[256];
	bool template;
	bool session; /* a leftover that was, or would have been, one */
};

struct rubbish {
	struct gone *items;
	size_t n;
};

static struct gone *add(struct rubbish *r)
{
	struct gone *more = realloc(r->items, (r->n + 1) * sizeof(*more));

	if (!more)
		return NULL;
	r->items = more;
	r->items[r->n] = (struct gone){0};
	return &r->items[r->n++];
}

static int find_sessions(struct rubbish *r, const struct paths *p, struct error *err)
{
	struct sessions all;

	if (sessions_load(&all, p, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		const struct session_record *s = &all.items[i].record;
		struct gone *g;

		if (all.items[i].alive || !(g = add(r)))
			continue;
		strcpy(g->what, "session");
		snprintf(g->name, sizeof(g->name), "%s", s->id);
		snprintf(g->why, sizeof(g->why), "%s%s%.200s", session_state_names[s->state],
			 s->cause[0] ? ": " : "", s->cause);
	}
	sessions_done(&all);
	return 0;
}

enum { UNLOCKED_S = 60 }; /* a session's directory may be without a lock this long */

/* Free for the taking? Gives a descriptor that keeps it so, or -1. Builders lock
 * the directory itself, sessions the file in it; one that has no such file is
 * being made, being removed, or was left by a death in between. */
static int take_lock(int dir, const char *name, bool session)
{
	AUTO_CLOSE int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	AUTO_CLOSE int lock = -1;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_uid != geteuid())
		return -1;
	if (!session)
		return flock(fd, LOCK_EX | LOCK_NB) < 0 ? -1 : take_fd(&fd);
	lock = openat(fd, "owner.lock", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (lock < 0)
		return time(NULL) - st.st_mtime > UNLOCKED_S ? take_fd(&fd) : -1;
	return flock(lock, LOCK_EX | LOCK_NB) < 0 ? -1 : take_fd(&lock);
}

/* What builders that were killed left (engine/image/fresh.h), and removals that
 * were cut short (sessions.c). */
static void find_leftovers(struct rubbish *r, const char *dir, const char *prefix, bool session)
{
	DIR *d = opendir(dir);

	if (!d)
		return;
	for (struct dirent *e; (e = readdir(d));) {
		struct gone *g;
		int fd;

		if (strncmp(e->d_name, prefix, strlen(prefix)) != 0)
			continue;
		fd = take_lock(dirfd(d), e->d_name, session);
		if (fd < 0)
			continue;
		close(fd);
		g = add(r);
		if (!g)
			continue;
		strcpy(g->what, "leftover");
		g->session = session;
		snprintf(g->path, sizeof(g->path), "%s/%s", dir, e->d_name);
		snprintf(g->why, sizeof(g->why), "was being made or removed when its maker died");
	}
	closedir(d);
}

/* Machines that waited for a launch, and died. */
static void find_standbys(struct rubbish *r, const struct paths *p)
{
	struct error ignored;
	AUTO_CLOSE int all = standby_dir(p, false, &ignored);
	AUTO_FREE struct standby *list = NULL;
	size_t n = 0;

	if (all < 0 || standby_list(all, &list, &n, &ignored) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		AUTO_CLOSE int lock = list[i].alive ? -1 : take_lock(all, list[i].name, true);
		struct gone *g = lock < 0 ? NULL : add(r);

		if (!g)
			continue;
		strcpy(g->what, "leftover");
		g->session = true;
		snprintf(g->path, sizeof(g->path), "%.3000s/standby/%s", p->state, list[i].name);
		snprintf(g->why, sizeof(g->why), "was waiting for a launch when it died");
	}
}

/* Those in use are listed by nobody: they may go when their sessions have. */
static int find_templates(struct rubbish *r, const struct paths *p, struct error *err)
{
	AUTO_CLOSE int dir = template_dir_open(p, err);
	struct template_entry *all;
	size_t n;

	if (dir < 0 && err->code == ENOENT)
		return 0;
	if (dir < 0 || template_list(dir, TEMPLATE_CAP_BYTES, &all, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct gone *g;

		if (!all[i].why[0] || all[i].in_use || !(g = add(r)))
			continue;
		strcpy(g->what, "template");
		g->template = true;
		snprintf(g->path, sizeof(g->path), "%s", all[i].name);
		snprintf(g->why, sizeof(g->why), "%s", all[i].why);
	}
	free(all);
	return 0;
}

static int find_all(struct rubbish *r, const struct paths *p, struct error *err)
{
	char dir[PATH_MAX];

	if (find_sessions(r, p, err) < 0)
		return -1;
	if (find_templates(r, p, err) < 0)
		return -1;
	if (kernels_dir(p, dir, err) < 0)
		return -1;
	find_leftovers(r, dir, ".new-", false);
	if (images_dir(p, dir, err) < 0)
		return -1;
	find_leftovers(r, dir, ".new-", false);
	if (snprintf(dir, sizeof(dir), "%s/sessions", p->state) < (int)sizeof(dir)) {
		find_leftovers(r, dir, ".gone-", true);
		find_leftovers(r, dir, ".new-", true);
	}
	find_standbys(r, p);
	return 0;
}

static int remove_one(const struct gone *g, const struct paths *p, struct error *err)
{
	AUTO_CLOSE int fd = -1;

	if (g->name[0])
		return session_remove(p, g->name, err);
	if (g->template) {
		fd = template_dir_open(p, err);
		return fd < 0 || template_remove(fd, g->path, err) < 0 ? -1 : 0;
	}
	fd = take_lock(AT_FDCWD, g->path, g->session);
	if (fd < 0)
		return 0; /* taken or gone meanwhile */
	return dir_remove(AT_FDCWD, g->path, err);
}

static const char *called(const struct gone *g)
{
	return g->name[0] ? g->name : g->path;
}

static void print_json(const struct rubbish *r, bool removed)
{
	cJSON *j = cJSON_CreateObject(), *list;

	cJSON_AddNumberToObject(j, "schema", 1);
	cJSON_AddBoolToObject(j, "removed", removed);
	list = cJSON_AddArrayToObject(j, "items");
	for (size_t i = 0; i < r->n; i++) {
		cJSON *o = cJSON_CreateObject();

		cJSON_AddStringToObject(o, "what", r->items[i].what);
		cJSON_AddStringToObject(o, "name", called(&r->items[i]));
		cJSON_AddStringToObject(o, "why", r->items[i].why);
		cJSON_AddItemToArray(list, o);
	}
	say_json(j);
}

static int remove_all(const struct rubbish *r, const struct paths *p)
{
	struct error err;
	int code = EXIT_DONE;

	for (size_t i = 0; i < r->n; i++) {
		if (remove_one(&r->items[i], p, &err) < 0)
			code = talk_error(&err);
	}
	return code;
}

static int collect(struct call *c, const struct rubbish *r)
{
	bool dry = call_has(c, DRY_RUN);
	int code = EXIT_DONE;

	if (!call_has(c, JSON)) {
		for (size_t i = 0; i < r->n; i++)
			say("%-9s %-20s %s\n", r->items[i].what, called(&r->items[i]), r->items[i].why);
		fflush(stdout);
	}
	if (r->n && !dry && !call_has(c, YES)) {
		code = talk_confirm("remove these %zu with their logs", r->n);
		if (code)
			return code;
	}
	if (!dry)
		code = remove_all(r, c->paths);
	if (call_has(c, JSON))
		print_json(r, !dry && code == EXIT_DONE);
	else if (!r->n)
		talk("nothing to collect");
	else if (dry)
		talk("nothing was removed");
	return code;
}

static int run(struct call *c)
{
	struct rubbish r = {0};
	struct error err;
	int code;

	code = find_all(&r, c->paths, &err) < 0 ? talk_error(&err) : collect(c, &r);
	free(r.items);
	return code;
}

const struct verb verb_gc = {
	.name = "gc",
	.group = VERB_SESSIONS,
	.args = "",
	.help = "remove ended sessions, old templates and what died half made",
	.options = {
		[DRY_RUN] = {"dry-run", 'n', NULL, "only list it"},
		[YES] = {"yes", 'y', NULL, "do not ask"},
		[JSON] = {"json", 0, NULL, "one object with what there was"},
	},
	.run = run,
};
