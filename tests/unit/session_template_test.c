/* Which templates go, and which are left alone. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/session/template.h"
#include "engine/session/template_build.h"
#include "tests/test.h"

enum { MIB = 1 << 20 };

#define OLDEST "00000000000000000000000000000001"
#define MIDDLE "00000000000000000000000000000002"
#define NEWEST "00000000000000000000000000000003"
#define BROKEN "00000000000000000000000000000004"
#define HALF ".new-00000000000000000000000000000005"

struct scene {
	char dir[64];
	int all;
};

/* A directory with so much memory in it, used last at that time; 0: not described. */
static int put(struct scene *s, const char *name, size_t bytes, time_t used)
{
	char *block = calloc(1, bytes);
	const struct timespec times[2] = { { .tv_sec = used }, { .tv_sec = used } };
	struct error err;
	int r = -1;

	if (block && mkdirat(s->all, name, 0700) == 0) {
		AUTO_CLOSE int dir = openat(s->all, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		memset(block, 1, bytes);
		r = file_write(dir, "ram", block, bytes, 0400, &err);
		if (r == 0 && used)
			r = file_write(dir, "template.json", "{}", 2, 0600, &err) < 0 ? -1 :
			    utimensat(dir, "template.json", times, 0);
	}
	free(block);
	return r;
}

static int scene_init(struct scene *s)
{
	snprintf(s->dir, sizeof(s->dir), "/tmp/vmdeck-templates-XXXXXX");
	if (!mkdtemp(s->dir))
		return -1;
	s->all = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return put(s, MIDDLE, 4 * MIB, 2000) < 0 || put(s, OLDEST, 4 * MIB, 1000) < 0 ||
	       put(s, NEWEST, 4 * MIB, 3000) < 0 ? -1 : 0;
}

static void scene_done(struct scene *s)
{
	struct error ignored;

	close(s->all);
	dir_remove(AT_FDCWD, s->dir, &ignored);
}

/* Why that one is to go; "" it may stay, "?" it is not there. */
static const char *fate(struct scene *s, uint64_t cap, const char *name)
{
	static char why[128];
	struct template_entry *list;
	struct error err;
	size_t n;

	snprintf(why, sizeof(why), "?");
	if (template_list(s->all, cap, &list, &n, &err) < 0)
		return why;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i].name, name))
			snprintf(why, sizeof(why), "%s", list[i].why);
	free(list);
	return why;
}

static void the_least_recently_used_goes_first(void)
{
	struct scene s;

	CHECK(scene_init(&s) == 0);
	CHECK_STR(fate(&s, 64 * MIB, OLDEST), "");
	/* Room for two. */
	CHECK_STR(fate(&s, 9 * MIB, NEWEST), "");
	CHECK_STR(fate(&s, 9 * MIB, MIDDLE), "");
	CHECK(strstr(fate(&s, 9 * MIB, OLDEST), "templates take more than 9 MiB"));
	/* For one. */
	CHECK_STR(fate(&s, 5 * MIB, NEWEST), "");
	CHECK(strstr(fate(&s, 5 * MIB, MIDDLE), "more than 5 MiB"));
	scene_done(&s);
}

static void what_is_used_stays_and_what_is_not_whole_goes(void)
{
	struct scene s;
	struct error err;

	CHECK(scene_init(&s) == 0);
	CHECK(put(&s, BROKEN, MIB, 0) == 0 && put(&s, HALF, MIB, 0) == 0);
	AUTO_CLOSE int user = openat(s.all, OLDEST, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(user >= 0 && flock(user, LOCK_SH) == 0);
	CHECK_STR(fate(&s, 5 * MIB, OLDEST), "");
	CHECK_INT(template_remove(s.all, OLDEST, &err), 1);
	CHECK(faccessat(s.all, OLDEST "/ram", F_OK, 0) == 0);

	CHECK(strstr(fate(&s, 64 * MIB, BROKEN), "not whole"));
	CHECK(strstr(fate(&s, 64 * MIB, HALF), "maker died"));
	/* While it is being made it is locked. */
	AUTO_CLOSE int maker = openat(s.all, HALF, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(maker >= 0 && flock(maker, LOCK_EX) == 0);
	CHECK_INT(template_remove(s.all, HALF, &err), 1);
	own_close(&maker);
	CHECK_INT(template_remove(s.all, HALF, &err), 0);
	CHECK_INT(template_remove(s.all, BROKEN, &err), 0);
	CHECK_STR(fate(&s, 64 * MIB, BROKEN), "?");

	own_close(&user);
	CHECK_INT(template_remove(s.all, OLDEST, &err), 0);
	CHECK_STR(fate(&s, 64 * MIB, OLDEST), "?");
	CHECK_STR(fate(&s, 64 * MIB, MIDDLE), "");
	scene_done(&s);
}

/* A maker as far as its locks go. It says by a byte that it has them. */
static pid_t make_one(int templates, const char *key)
{
	struct error err;
	int ready[2];
	char byte;
	pid_t pid;
	bool there;

	if (pipe2(ready, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		int claim = template_claim(templates, key, &err);

		if (claim < 0)
			_exit(1);
		template_build_begin(claim, key, 256, 20000);
		template_build_tell(claim, key, TEMPLATE_BOOTING, 1800000000);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
		_exit(1);
	}
	close(ready[1]);
	there = read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	return there ? pid : -1;
}

static void one_that_is_made_is_stopped_and_no_other(void)
{
	struct template_build seen[4];
	struct paths p = { .cache = "" };
	char dir[] = "/tmp/vmdeck-making-XXXXXX";
	struct error err;
	pid_t mine, other;
	int status;

	CHECK(mkdtemp(dir));
	snprintf(p.cache, sizeof(p.cache), "%s/cache", dir);
	AUTO_CLOSE int templates = template_dir(&p, &err);
	CHECK(templates >= 0);
	mine = make_one(templates, OLDEST);
	other = make_one(templates, "f0000000000000010000000000000002");
	CHECK(mine > 0 && other > 0);
	CHECK_INT(template_builds(&p, seen, 4), 2);
	CHECK_STR(seen[0].key, "000000000000000");

	CHECK_INT(template_build_stop(&p, seen[0].key, &err), 0);
	CHECK(waitpid(mine, &status, 0) == mine && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	CHECK_INT(template_builds(&p, seen, 4), 1);
	CHECK_STR(seen[0].key, "f00000000000000");
	CHECK_INT(kill(other, 0), 0);
	/* Nobody is at it any more; and who never said who he is cannot be stopped. */
	CHECK_INT(template_build_stop(&p, OLDEST, &err), -1);
	CHECK_INT(err.code, ESRCH);
	CHECK_INT(template_build_stop(&p, "123456789012345", &err), -1);
	CHECK_INT(template_build_stop(&p, seen[0].key, &err), 0);
	CHECK(waitpid(other, &status, 0) == other);
	CHECK(dir_remove(AT_FDCWD, dir, &err) == 0);
}

static const struct test tests[] = {
	{ "the_least_recently_used_goes_first", the_least_recently_used_goes_first },
	{ "what_is_used_stays_and_what_is_not_whole_goes", what_is_used_stays_and_what_is_not_whole_goes },
	{ "one_that_is_made_is_stopped_and_no_other", one_that_is_made_is_stopped_and_no_other },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
