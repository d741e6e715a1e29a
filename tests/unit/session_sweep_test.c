#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/session/sessions.h"
#include "engine/session/sweep.h"
#include "tests/test.h"

/* A state directory of our own; the working directory is that of its sessions. */
static void make_place(struct paths *p)
{
	static char dir[] = "/tmp/vmdeck-sweep-XXXXXX";
	struct error err;

	snprintf(dir, sizeof(dir), "/tmp/vmdeck-sweep-XXXXXX");
	CHECK(mkdtemp(dir) != NULL);
	setenv("VMDECK_HOME", dir, 1);
	CHECK(paths_init(p, &err) == 0);
	CHECK(dir_make(p->state, 0700, &err) == 0 && chdir(p->state) == 0);
	CHECK(mkdir("sessions", 0700) == 0 && chdir("sessions") == 0);
}

static void remove_place(void)
{
	struct error err;

	CHECK(chdir("/") == 0 && dir_remove(AT_FDCWD, getenv("VMDECK_HOME"), &err) == 0);
}

static void make_file(const char *path, int age)
{
	struct timespec t[2];
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	clock_gettime(CLOCK_REALTIME, &t[0]);
	t[0].tv_sec -= age;
	t[1] = t[0];
	CHECK(fd >= 0 && futimens(fd, t) == 0);
	close(fd);
}

static int hold(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 ? fd : -1;
}

static bool there(const char *path)
{
	return access(path, F_OK) == 0;
}

static void what_the_killed_have_left_goes(void)
{
	struct paths p;

	make_place(&p);
	mkdir(".new-1-2", 0700);
	mkdir(".new-1-3", 0700);
	make_file(".new-1-3/owner.lock", 0);
	make_file(".new-1-3/spec.json", 0);
	mkdir(".gone-x-4", 0700);
	mkdir("dead-1", 0700);
	make_file("dead-1/owner.lock", 0);
	make_file("dead-1/session.json", 60);
	make_file("dead-1/session.json.1.tmp", 60);
	sessions_sweep(&p);
	CHECK(!there(".new-1-2") && !there(".new-1-3") && !there(".gone-x-4"));
	CHECK(there("dead-1/session.json") && !there("dead-1/session.json.1.tmp"));
	remove_place();
}

static void what_is_held_stays(void)
{
	struct paths p;
	int made, lives;

	make_place(&p);
	mkdir(".new-1-2", 0700);
	make_file(".new-1-2/owner.lock", 0);
	made = hold(".new-1-2/owner.lock");
	mkdir("lives-1", 0700);
	make_file("lives-1/owner.lock", 0);
	lives = hold("lives-1/owner.lock");
	make_file("lives-1/session.json.1.tmp", 60);
	CHECK(made >= 0 && lives >= 0);
	sessions_sweep(&p);
	CHECK(there(".new-1-2/owner.lock") && there("lives-1/session.json.1.tmp"));
	close(made);
	close(lives);
	sessions_sweep(&p);
	CHECK(!there(".new-1-2") && !there("lives-1/session.json.1.tmp") && there("lives-1"));
	remove_place();
}

static void what_is_being_made_or_written_stays(void)
{
	struct paths p;
	struct error err;
	int all;

	make_place(&p);
	all = sessions_dir(&p, false, &err);
	CHECK(all >= 0);
	sessions_busy(all);
	mkdir(".new-1-2", 0700); /* its lock comes next */
	mkdir("dead-1", 0700);
	make_file("dead-1/owner.lock", 0);
	make_file("dead-1/order.json.7.tmp", 0);
	make_file("dead-1/notes.tmp", 60); /* not ours */
	sessions_sweep(&p);
	CHECK(there(".new-1-2") && there("dead-1/order.json.7.tmp") && there("dead-1/notes.tmp"));
	sessions_idle(all);
	sessions_sweep(&p);
	CHECK(!there(".new-1-2") && there("dead-1/order.json.7.tmp"));
	close(all);
	remove_place();
}

static void links_are_not_followed(void)
{
	struct paths p;

	make_place(&p);
	mkdir("../elsewhere", 0700);
	make_file("../elsewhere/a.1.tmp", 60);
	CHECK(symlink("../elsewhere", ".new-1-2") == 0 && symlink("../elsewhere", "dead-1") == 0);
	sessions_sweep(&p);
	CHECK(there("../elsewhere/a.1.tmp"));
	remove_place();
}

static const struct test tests[] = {
	{ "what_the_killed_have_left_goes", what_the_killed_have_left_goes },
	{ "what_is_held_stays", what_is_held_stays },
	{ "what_is_being_made_or_written_stays", what_is_being_made_or_written_stays },
	{ "links_are_not_followed", links_are_not_followed },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
