/* Which templates go, and which are left alone. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/session/template.h"
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

static const struct test tests[] = {
	{ "the_least_recently_used_goes_first", the_least_recently_used_goes_first },
	{ "what_is_used_stays_and_what_is_not_whole_goes", what_is_used_stays_and_what_is_not_whole_goes },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
