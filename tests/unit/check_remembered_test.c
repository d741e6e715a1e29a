/*
 * What is remembered of a good launch: it is found again, costs next to nothing,
 * and is forgotten when anything that it rests on changes.
 */
#include "tests/unit/check_fixture.h"

#include <time.h>

#include "engine/check/remembered.h"

struct place {
	char dir[64], image[96], file[96];
	struct check_plan plan;
};

static void place_init(struct place *p)
{
	memset(p, 0, sizeof(*p));
	strcpy(p->dir, "/tmp/vmdeck-remembered-XXXXXX");
	if (!mkdtemp(p->dir))
		abort();
	snprintf(p->image, sizeof(p->image), "%s/root.ext4", p->dir);
	snprintf(p->file, sizeof(p->file), "%s/notes", p->dir);
	p->plan.quick = true;
	p->plan.n_images = 1;
	strcpy(p->plan.images[0].name, "work");
	strcpy(p->plan.images[0].path, p->image);
	p->plan.n_files = 1;
	strcpy(p->plan.files[0].path, p->file);
	strcpy(p->plan.state_dir, p->dir);
}

static void place_done(struct place *p)
{
	struct error err;

	dir_remove(AT_FDCWD, p->dir, &err);
}

static void put(const char *path, const char *text)
{
	struct error err;

	if (file_write(AT_FDCWD, path, text, strlen(text), 0600, &err) < 0)
		abort();
}

static bool known(const struct place *p)
{
	char key[65];
	struct error err;

	return remembered_key(&p->plan, key, &err) == 0 && remembered_has(p->dir, key);
}

static void keep(const struct place *p)
{
	char key[65];
	struct error err;

	if (remembered_key(&p->plan, key, &err) < 0)
		abort();
	remembered_keep(p->dir, key);
}

static void what_changes_is_forgotten(void)
{
	struct place p;
	char path[256];

	place_init(&p);
	put(p.image, "one");
	put(p.file, "x");
	CHECK(!known(&p));
	keep(&p);
	CHECK(known(&p));
	put(p.image, "two"); /* another file under that name */
	CHECK(!known(&p));
	keep(&p);
	CHECK(known(&p));
	unlink(p.file);
	CHECK(!known(&p));
	put(p.file, "x");
	keep(&p);
	p.plan.images[0].networked = true;
	CHECK(!known(&p));
	p.plan.images[0].networked = false;
	CHECK(known(&p));
	/* A hypervisor that is another one. */
	snprintf(path, sizeof(path), "%s", getenv("PATH"));
	setenv("PATH", "/nonexistent", 1);
	CHECK(!known(&p));
	setenv("PATH", path, 1);
	CHECK(known(&p));
	if (chmod(p.image, 0640) < 0)
		abort();
	CHECK(!known(&p));
	place_done(&p);
}

static void the_oldest_goes(void)
{
	struct place p;
	char key[65];
	struct error err;

	place_init(&p);
	if (remembered_key(&p.plan, key, &err) < 0)
		abort();
	for (int i = 0; i < 100; i++) {
		char other[65];

		memset(other, 'a' + i % 26, 64);
		other[0] = (char)('0' + i % 10);
		other[1] = (char)('0' + i / 10);
		other[64] = '\0';
		if (i == 80)
			remembered_keep(p.dir, key);
		remembered_keep(p.dir, other);
	}
	CHECK(remembered_has(p.dir, key));
	CHECK(!remembered_has(p.dir, "00"));
	for (int i = 0; i < 32; i++) {
		char other[65];

		memset(other, 'z', 64);
		other[0] = (char)('A' + i);
		other[64] = '\0';
		remembered_keep(p.dir, other);
	}
	CHECK(!remembered_has(p.dir, key));
	put(p.image, "");
	place_done(&p);
}

/* CPU time of this thread, in microseconds. */
static long cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void a_warm_launch_pays_next_to_nothing(void)
{
	enum { TIMES = 50 };
	struct place p;
	struct report r;
	struct error err;
	long begun;

	place_init(&p);
	put(p.image, "one");
	keep(&p);
	begun = cpu_us();
	for (int i = 0; i < TIMES; i++) {
		CHECK(known(&p));
		if (check_now(&p.plan, &r, &err) < 0)
			CHECK_FAIL("%s", err.msg);
		CHECK(report_find(&r, "R01")->done && !report_find(&r, "N00")->done);
		report_done(&r);
	}
	begun = (cpu_us() - begun) / TIMES;
	printf("# %ld us for each launch\n", begun);
	CHECK(begun < 5000 || getenv("VMDECK_SLOW"));
	place_done(&p);
}

static void memory_and_disk_are_asked_all_the_same(void)
{
	struct place p;
	struct report r;
	struct error err;
	enum report_verdict v;

	place_init(&p);
	put(p.image, "one");
	p.plan.memory_mib = 1ULL << 40;
	p.plan.sessions = 1;
	keep(&p);
	CHECK(known(&p));
	if (check_now(&p.plan, &r, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	v = report_verdict(&r);
	report_done(&r);
	CHECK_INT(v, REPORT_BLOCKED);
	p.plan.memory_mib = 1;
	p.plan.disk_bytes = 1ULL << 60;
	if (check_now(&p.plan, &r, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	v = report_verdict(&r);
	report_done(&r);
	CHECK_INT(v, REPORT_BLOCKED);
	place_done(&p);
}

static const struct test tests[] = {
	{ "remembered: what changes is forgotten", what_changes_is_forgotten },
	{ "remembered: the oldest goes", the_oldest_goes },
	{ "remembered: a warm launch pays next to nothing", a_warm_launch_pays_next_to_nothing },
	{ "remembered: memory and disk are asked all the same", memory_and_disk_are_asked_all_the_same },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
