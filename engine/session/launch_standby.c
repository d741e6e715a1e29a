/*
 * Machines without a session: as many as are wanted of an agent's template, made
 * and left to themselves (standby.h).
 */
#include "engine/session/launch_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/session/order.h"

enum { LATER_MS = 500 };

/* Those of the template; *all: of any. Being made counts. */
static unsigned count(int dir, const char *key, unsigned *all)
{
	AUTO_FREE struct standby *list = NULL;
	struct error ignored;
	size_t n = 0;
	unsigned found = 0;

	*all = 0;
	if (standby_list(dir, &list, &n, &ignored) < 0)
		return STANDBY_MAX;
	for (size_t i = 0; i < n; i++) {
		const char *name = list[i].name + (list[i].ready ? 0 : strlen(STANDBY_NEW));

		*all += list[i].alive;
		found += list[i].alive && strncmp(name, key, TEMPLATE_KEY) == 0;
	}
	return found;
}

/* A spec that names nobody. */
static void fill(struct attempt *a)
{
	const struct agent *agent = a->l->agent;
	struct session_record *r = &a->spec.record;

	a->spec.standby = true;
	r->state = SESSION_STARTING;
	r->exit_code = -1;
	r->memory_mib = agent->memory_mib;
	r->cpus = agent->cpus;
	r->cols = a->l->cols ? a->l->cols : 120;
	r->rows = a->l->rows ? a->l->rows : 40;
	r->created = time(NULL);
	snprintf(r->id, sizeof(r->id), "standby");
	snprintf(r->backend, sizeof(r->backend), "%s", agent->backend);
	snprintf(r->version, sizeof(r->version), "%s", VERSION);
	boot_id(r->boot);
	a->spec.argv = cJSON_CreateArray();
	a->spec.env = cJSON_CreateArray();
}

static int start_one(struct attempt *a, struct error *err)
{
	snprintf(a->temp, sizeof(a->temp), STANDBY_NEW "%s-%d-%llx", a->wish.key, (int)getpid(),
		 (unsigned long long)now_us());
	if (attempt_dir(a, err) < 0)
		return -1;
	a->fds[SPEC_FD_CLAIM] = standby_listen(a->fds[SPEC_FD_DIR], err);
	fill(a);
	if (a->fds[SPEC_FD_CLAIM] < 0 || spec_save(&a->spec, a->fds[SPEC_FD_DIR], err) < 0 ||
	    attempt_supervise(a, err) < 0)
		return -1;
	a->temp[0] = '\0'; /* it is the standby's own now */
	return 0;
}

/* 1: there are enough, or there is no template to make one of. */
static int one_more(const struct launch *l, const struct paths *p, unsigned want, struct error *err)
{
	struct agent plain = *l->agent; /* files are a session's */
	struct launch bare = *l;
	struct attempt a;
	unsigned all;
	int r;

	plain.n_files = 0;
	bare.agent = &plain;
	attempt_init(&a, &bare, p);
	a.spec.requested_us = now_us();
	a.all = standby_dir(p, true, err);
	r = a.all < 0 || attempt_parts(&a, err) < 0 || attempt_admit(&a, err) < 0 ? -1 : !a.named;
	/* So that two who look at the same time do not both make the last one. */
	if (r == 0 && flock(a.all, LOCK_EX) < 0)
		r = error_set(err, errno, "standby");
	if (r == 0 && (count(a.all, a.wish.key, &all) >= want || all >= STANDBY_MAX))
		r = 1;
	if (r == 0)
		r = attempt_machine(&a, err);
	if (r == 0 && a.fds[SPEC_FD_RAM] < 0) {
		order_place(p, &a.wish);
		r = 1;
	}
	if (r == 0)
		r = start_one(&a, err);
	attempt_done(&a);
	return r;
}

static int make_standbys(const struct launch *l, const struct paths *p, struct error *err)
{
	unsigned want = standby_number(p);
	int r = 0;

	if (!want || strcmp(l->agent->backend, "demo") == 0)
		return 0;
	for (unsigned i = 0; i < want && r == 0; i++)
		r = one_more(l, p, want, err);
	return r < 0 ? error_wrap(err, "standby of %s", l->agent->name) : 0;
}

void launch_standby_later(const struct launch *l, size_t n, const struct paths *p)
{
	struct error ignored;
	int null, status;
	pid_t pid;

	if (!n || !standby_number(p) || (pid = fork()) < 0)
		return;
	if (pid > 0) {
		waitpid(pid, &status, 0);
		return;
	}
	/* Nobody's child, so that nobody has to wait for it. */
	if (fork() != 0)
		_exit(0);
	setsid();
	null = open("/dev/null", O_RDWR);
	for (int i = 0; i < 3 && null >= 0; i++)
		dup2(null, i);
	syscall(SYS_close_range, 3, ~0U, 0);
	/* What was just launched comes first. */
	poll(NULL, 0, LATER_MS);
	for (size_t i = 0; i < n; i++)
		make_standbys(&l[i], p, &ignored);
	_exit(0);
}
