#include "engine/session/sessions.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/session/sweep.h"

static void place(const struct paths *p, char out[PATH_MAX])
{
	snprintf(out, PATH_MAX, "%s/sessions", p->state);
}

int sessions_dir(const struct paths *p, bool make, struct error *err)
{
	char dir[PATH_MAX];

	if (make) {
		int fd = paths_need(p->state, err);

		if (fd < 0)
			return -1;
		close(fd);
	}
	place(p, dir);
	return make ? paths_need(dir, err) : paths_open(dir, err);
}

static bool good_id(const char *id)
{
	size_t n = strlen(id);

	return n && n <= SESSION_ID_MAX &&
	       strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == n && id[0] != '-';
}

int session_dir(const struct paths *p, const char *id, struct error *err)
{
	AUTO_CLOSE int all = -1;
	int fd;

	if (good_id(id)) {
		all = sessions_dir(p, false, err);
		if (all < 0 && err->code != ENOENT)
			return -1;
		fd = all < 0 ? -1 : openat(all, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			return fd;
	}
	error_set(err, 0, "no session \"%.40s\"", good_id(id) ? id : "?");
	error_hint(err, "vmdeck ls --all lists them");
	err->code = ENOENT;
	return -1;
}

bool session_held(int dir)
{
	AUTO_CLOSE int fd = openat(dir, "owner.lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

/* A record that says "alive" under a free lock was left by a supervisor that
 * could not say goodbye. */
static void correct(struct session_record *r)
{
	char now[37];

	if (!session_alive(r->state))
		return;
	boot_id(now);
	r->state = SESSION_ENDED;
	if (strcmp(now, r->boot) != 0)
		snprintf(r->cause, sizeof(r->cause), "ended by a reboot of the host");
	else
		snprintf(r->cause, sizeof(r->cause), "supervisor killed");
	r->hint[0] = '\0';
}

static int by_order(const void *a, const void *b)
{
	const struct session_entry *x = a, *y = b;
	int d = strcmp(x->record.order, y->record.order);

	return d ? d : strcmp(x->record.id, y->record.id);
}

void session_read(int dir, const char *id, struct session_entry *e)
{
	struct error err;

	e->alive = session_held(dir);
	if (record_load(&e->record, dir, &err) < 0) {
		e->record = (struct session_record){ .state = SESSION_FAILED, .exit_code = -1 };
		snprintf(e->record.cause, sizeof(e->record.cause), "its record cannot be read: %.300s",
			 err.msg);
		snprintf(e->record.hint, sizeof(e->record.hint), "vmdeck rm %s", id);
	}
	snprintf(e->record.id, sizeof(e->record.id), "%s", id); /* the directory is right */
	if (!e->alive)
		correct(&e->record);
}

static bool read_entry(struct session_entry *e, int all, const char *id)
{
	AUTO_CLOSE int dir = openat(all, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (dir < 0)
		return false;
	session_read(dir, id, e);
	return true;
}

int sessions_load(struct sessions *s, const struct paths *p, struct error *err)
{
	int all = sessions_dir(p, false, err);
	struct dirent *e;
	DIR *d;

	*s = (struct sessions){ 0 };
	if (all < 0)
		return err->code == ENOENT ? 0 : -1;
	d = fdopendir(all);
	if (!d) {
		close(all);
		return error_set(err, errno, "list sessions");
	}
	while ((e = readdir(d))) {
		struct session_entry *more;

		if (!good_id(e->d_name))
			continue;
		more = realloc(s->items, (s->n + 1) * sizeof(*more));
		if (!more)
			break;
		s->items = more;
		if (read_entry(&s->items[s->n], all, e->d_name))
			s->n++;
	}
	closedir(d);
	if (s->n)
		qsort(s->items, s->n, sizeof(*s->items), by_order);
	return 0;
}

void sessions_done(struct sessions *s)
{
	free(s->items);
	*s = (struct sessions){ 0 };
}

const struct session_entry *sessions_find(const struct sessions *s, const char *id)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->items[i].record.id, id))
			return &s->items[i];
	return NULL;
}

void sessions_busy(int all)
{
	while (flock(all, LOCK_SH) < 0 && errno == EINTR)
		;
}

void sessions_idle(int all)
{
	flock(all, LOCK_UN);
}

int session_remove(const struct paths *p, const char *id, struct error *err)
{
	AUTO_CLOSE int dir = session_dir(p, id, err);
	AUTO_CLOSE int all = -1;
	AUTO_CLOSE int lock = -1;
	char gone[SESSION_ID_MAX + 32];

	if (dir < 0)
		return -1;
	/* Holding the lock while it goes away keeps a racing remover or launcher off. */
	lock = openat(dir, "owner.lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) < 0 &&
	    (session_held(dir) || flock(lock, LOCK_EX) < 0)) { /* readers only: they are quick */
		error_set(err, 0, "session %s is alive", id);
		error_hint(err, "stop it first: vmdeck stop %s", id);
		err->code = EBUSY;
		return -1;
	}
	all = sessions_dir(p, false, err);
	if (all < 0)
		return -1;
	sessions_busy(all); /* its lock goes away before it does */
	snprintf(gone, sizeof(gone), ".gone-%s-%d", id, (int)getpid());
	if (renameat(all, id, all, gone) < 0)
		return error_set(err, errno, "remove session %s", id);
	return dir_remove(all, gone, err);
}
