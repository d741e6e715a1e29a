/* Nobody is ended on a record's word. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/session/force.h"
#include "engine/session/record.h"
#include "engine/session/sessions.h"
#include "tests/test.h"

enum { FORGED = 10000 };

struct scene {
	char home[64];
	struct paths paths;
	int dir, lock; /* of session "victim", whose lock we hold */
	struct session_record r;
	pid_t bystander; /* a process of ours that has nothing to do with it */
};

/* A child that has of our descriptors only this one. */
static pid_t sleeper(int fd)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		for (int i = 3; i < 64; i++)
			if (i != fd && i != ready[1])
				close(i);
		close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	while (read(ready[0], &byte, 1) > 0)
		;
	close(ready[0]);
	return pid;
}

static bool scene_init(struct scene *s)
{
	struct error err;
	int all;

	snprintf(s->home, sizeof(s->home), "/tmp/vmdeck-force-XXXXXX");
	if (!mkdtemp(s->home) || setenv("VMDECK_HOME", s->home, 1) < 0 ||
	    paths_init(&s->paths, &err) < 0)
		return false;
	all = sessions_dir(&s->paths, true, &err);
	if (all < 0 || mkdirat(all, "victim", 0700) < 0)
		return false;
	s->dir = openat(all, "victim", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	close(all);
	s->lock = openat(s->dir, "owner.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (s->lock < 0 || flock(s->lock, LOCK_EX) < 0)
		return false;
	s->bystander = sleeper(-1);
	s->r = (struct session_record){ .state = SESSION_READY,
					.exit_code = -1,
					.pid = s->bystander,
					.started = process_started(s->bystander) };
	snprintf(s->r.id, sizeof(s->r.id), "victim");
	snprintf(s->r.agent, sizeof(s->r.agent), "shell");
	boot_id(s->r.boot);
	return s->bystander > 0 && s->r.started;
}

static bool alive(pid_t pid)
{
	return waitpid(pid, NULL, WNOHANG) == 0;
}

static void scene_done(struct scene *s)
{
	struct error ignored;

	kill(s->bystander, SIGKILL);
	waitpid(s->bystander, NULL, 0);
	close(s->lock);
	close(s->dir);
	dir_remove(AT_FDCWD, s->home, &ignored);
}

/* Forge number i: each differs from the truth in what a recycled pid, an old
 * record or a clever neighbour would have. */
static void forge(struct session_record *r, const struct scene *s, int i)
{
	*r = s->r;
	switch (i % 6) {
	case 0: /* all true, but it does not hold the lock */
		break;
	case 1:
		r->started += 1 + (unsigned)i;
		break;
	case 2:
		r->boot[i % 8] = r->boot[i % 8] == 'a' ? 'b' : 'a';
		break;
	case 3:
		r->pid = 1;
		r->started = process_started(1);
		break;
	case 4:
		r->pid = getpid();
		r->started = process_started(getpid());
		break;
	default:
		r->pid = 2 + i;
		r->started = 0;
	}
}

static void forged_records_end_nobody(void)
{
	struct scene s;
	struct session_record r;
	struct error err;

	CHECK(scene_init(&s));
	for (int i = 0; i < FORGED; i++) {
		forge(&r, &s, i);
		CHECK(record_save(&r, s.dir, &err) == 0);
		CHECK_INT(session_force(&s.paths, "victim", &err), -1);
	}
	CHECK(alive(s.bystander));
	scene_done(&s);
}

static void who_holds_the_lock_is_ended(void)
{
	struct scene s;
	struct error err;
	pid_t owner;
	int status;

	CHECK(scene_init(&s));
	owner = sleeper(s.lock);
	s.r.pid = owner;
	s.r.started = process_started(owner);
	CHECK(record_save(&s.r, s.dir, &err) == 0);
	kill(owner, SIGSTOP); /* as one that does not answer */
	CHECK_INT(session_force(&s.paths, "victim", &err), 0);
	CHECK_INT(waitpid(owner, &status, 0), owner);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	CHECK(alive(s.bystander));
	scene_done(&s);
}

static void an_ended_session_is_left_alone(void)
{
	struct scene s;
	struct error err;

	CHECK(scene_init(&s));
	CHECK(record_save(&s.r, s.dir, &err) == 0);
	flock(s.lock, LOCK_UN);
	CHECK_INT(session_force(&s.paths, "victim", &err), -1);
	CHECK_INT(err.code, ESRCH);
	CHECK(alive(s.bystander));
	scene_done(&s);
}

static const struct test tests[] = {
	{ "forged_records_end_nobody", forged_records_end_nobody },
	{ "who_holds_the_lock_is_ended", who_holds_the_lock_is_ended },
	{ "an_ended_session_is_left_alone", an_ended_session_is_left_alone },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
