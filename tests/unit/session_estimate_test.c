/* How long a start takes still: what is learned from, what is said, what is not. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/session/estimate.h"
#include "engine/session/template.h"
#include "engine/session/template_build.h"
#include "tests/test.h"

enum { NOW = 1800000000 };

static void step(struct session_record *r, const char *name, double ms)
{
	struct session_step *s = &r->steps[r->n_steps++];

	snprintf(s->name, sizeof(s->name), "%s", name);
	s->ms = ms;
}

static struct session_record of_kind(const char *agent, int64_t created)
{
	struct session_record r = { .state = SESSION_STARTING, .created = created, .steps_of = 3 };

	snprintf(r.agent, sizeof(r.agent), "%s", agent);
	snprintf(r.image, sizeof(r.image), "tiny");
	snprintf(r.backend, sizeof(r.backend), "qemu");
	snprintf(r.order, sizeof(r.order), "%011llx", (unsigned long long)created * 1000);
	return r;
}

/* One that was ready ten seconds after it began, mostly by its guest. */
static struct session_record earlier(const char *agent, int64_t created, double guest)
{
	struct session_record r = of_kind(agent, created);

	step(&r, "hypervisor", 1000);
	step(&r, "guest", guest);
	step(&r, "agent", 2000);
	r.state = SESSION_READY;
	r.ready = created + 10;
	r.total_ms = 3000 + guest;
	return r;
}

static struct session_record under_way(int64_t created)
{
	struct session_record r = of_kind("shell", created);

	step(&r, "hypervisor", 1000);
	step(&r, "guest", -1);
	return r;
}

/* What is said of r with that one on record. */
static struct estimate by(const struct session_record *r, const struct session_record *past, int64_t now)
{
	struct estimate_past p = { .n = 0 };

	estimate_take(&p, r, past);
	return estimate_start(r, &p, now);
}

static const char *words(struct estimate e)
{
	static char out[24];

	return estimate_text(&e, out, sizeof(out));
}

static void the_steps_that_are_left_count(void)
{
	struct session_record was = earlier("shell", NOW - 1000, 7000), now = under_way(NOW);
	struct estimate e = by(&now, &was, NOW + 1), before;

	CHECK(e.known);
	CHECK_STR(words(e), "left 9s");
	CHECK(e.share > 0.09 && e.share < 0.11);
	e = by(&now, &was, NOW + 5);
	CHECK_STR(words(e), "left 5s");
	CHECK(e.share > 0.49 && e.share < 0.51);
	/* Sooner than last time: the bar goes on, it does not jump back. */
	before = e;
	now.steps[1].ms = 4000;
	step(&now, "agent", -1);
	e = by(&now, &was, NOW + 5);
	CHECK_STR(words(e), "left 2s");
	CHECK(e.share > before.share);
}

static void the_share_only_grows(void)
{
	struct session_record was = earlier("shell", NOW - 1000, 7000), now = of_kind("shell", NOW);
	static const struct {
		const char *name;
		int64_t till;
	} life[] = { { "hypervisor", 3 }, { "guest", 4 }, { "agent", 60 } }; /* late, early, late */
	double last = 0;
	int64_t t = 0;

	for (size_t i = 0; i < 3; i++) {
		if (i)
			now.steps[i - 1].ms = (double)(life[i - 1].till - (i > 1 ? life[i - 2].till : 0)) * 1000;
		step(&now, life[i].name, -1);
		for (; t <= life[i].till; t++) {
			struct estimate e = by(&now, &was, NOW + t);

			CHECK(e.known && e.share >= last && e.share <= ESTIMATE_MOST);
			last = e.share;
		}
	}
	CHECK(last == ESTIMATE_MOST);
}

static void without_a_measurement_no_figure(void)
{
	struct session_record was = earlier("shell", NOW - 1000, 7000), now = under_way(NOW), other;
	struct estimate e = by(&now, &now, NOW + 1);

	CHECK_STR(words(e), "");
	CHECK(e.known && e.share > 0.3 && e.share < 0.34); /* step 2 of 3 */
	/* Of another kind each. */
	other = was;
	snprintf(other.agent, sizeof(other.agent), "claude");
	CHECK_STR(words(by(&now, &other, NOW + 1)), "");
	other = was;
	snprintf(other.image, sizeof(other.image), "debian");
	CHECK_STR(words(by(&now, &other, NOW + 1)), "");
	other = was;
	other.warm = true;
	CHECK_STR(words(by(&now, &other, NOW + 1)), "");
	now.warm = true;
	CHECK_STR(words(by(&now, &other, NOW + 1)), "left 9s");
	now.standby = true;
	CHECK_STR(words(by(&now, &other, NOW + 1)), "");
	now = under_way(NOW);
	snprintf(was.accel, sizeof(was.accel), "tcg");
	CHECK_STR(words(by(&now, &was, NOW + 1)), "left 9s"); /* not known yet */
	snprintf(now.accel, sizeof(now.accel), "kvm");
	CHECK_STR(words(by(&now, &was, NOW + 1)), "");
	/* One that never came up; one that came up meanwhile. */
	now = under_way(NOW);
	other = earlier("shell", NOW - 1000, 7000);
	other.ready = 0;
	CHECK_STR(words(by(&now, &other, NOW + 1)), "");
	other.ready = NOW + 1;
	CHECK_STR(words(by(&now, &other, NOW + 1)), "");
	/* Ready already. */
	now.state = SESSION_READY;
	CHECK_STR(words(by(&now, &was, NOW + 1)), "");
}

static void overdue_says_nothing(void)
{
	struct session_record was = earlier("shell", NOW - 1000, 7000), now = under_way(NOW);

	CHECK_STR(words(by(&now, &was, NOW + 9)), "left 2s"); /* a little late */
	CHECK_STR(words(by(&now, &was, NOW + 30)), "");
	CHECK(by(&now, &was, NOW + 3000).share == ESTIMATE_MOST);
	/* A clock that was set back, or is not set at all. */
	CHECK_STR(words(by(&now, &was, NOW - 100)), "left 9s");
	now.created = was.ready = 0;
	CHECK_STR(words(by(&now, &was, NOW)), "");
}

static void a_turn_is_no_measure(void)
{
	struct session_record was = earlier("shell", NOW - 1000, 7000), now = of_kind("shell", NOW);

	was.n_steps = 0;
	step(&was, "hypervisor", 1000);
	step(&was, "turn", 90000);
	step(&was, "guest", 7000);
	step(&now, "hypervisor", -1);
	CHECK_STR(words(by(&now, &was, NOW + 1)), "left 7s");
	now.steps[0].ms = 1000;
	step(&now, "turn", -1);
	CHECK_STR(words(by(&now, &was, NOW + 2)), "");
}

static void the_middle_of_the_latest(void)
{
	static const double guests[] = { 90000, 5000, 7000, 60000, 6000, 4000 }; /* oldest first */
	struct session_record all[6], now = under_way(NOW);
	struct estimate_past p = { .n = 0 };

	for (size_t i = 0; i < 6; i++)
		all[i] = earlier("shell", NOW - 1000 + (int64_t)i * 20, guests[i]);
	for (size_t i = 0; i < 6; i++) /* in no order */
		estimate_take(&p, &now, &all[(i * 5 + 2) % 6]);
	CHECK_INT(p.n, ESTIMATE_PAST);
	for (size_t i = 0; i < ESTIMATE_PAST; i++)
		CHECK(p.latest[i] == &all[5 - i]);
	/* 4, 5, 6, 7, 60 of the guest; 2 of the agent. */
	CHECK_STR(words(estimate_start(&now, &p, NOW + 1)), "left 8s");
}

/* --- Templates --- */

static void of_a_whole(void)
{
	CHECK(!estimate_whole(NOW, 0, NOW + 5).known);
	CHECK_STR(words(estimate_whole(NOW, 20000, NOW)), "left 20s");
	CHECK_STR(words(estimate_whole(NOW, 20000, NOW + 15)), "left 5s");
	CHECK(estimate_whole(NOW, 20000, NOW + 15).share == 0.75);
	CHECK_STR(words(estimate_whole(NOW, 20000, NOW + 21)), "");
	CHECK(estimate_whole(NOW, 20000, NOW + 500).share == ESTIMATE_MOST);
	CHECK_STR(words(estimate_whole(NOW, 20000, NOW - 500)), "left 20s");
	CHECK_STR(words(estimate_whole(NOW, 150000, NOW)), "left 2m");
}

static void put(int templates, const char *key, const char *image, unsigned memory_mib, double ms,
		int64_t made)
{
	const struct timespec times[2] = { { .tv_sec = made }, { .tv_sec = made } };
	struct error err;
	char text[512];

	snprintf(text, sizeof(text),
		 "{\"key\":\"%s\",\"backend\":\"qemu\",\"memory_mib\":%u,\"cpus\":1,\"disk\":4096,\"accel\":1,"
		 "\"machine\":\"kernel a\\nimage %s\\nmemory\\n\",\"made_ms\":%g}", key, memory_mib, image, ms);
	CHECK(mkdirat(templates, key, 0700) == 0);
	AUTO_CLOSE int dir = openat(templates, key, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(file_write(dir, "template.json", text, strlen(text), 0600, &err) == 0);
	CHECK(file_write(dir, "ram", "", 0, 0600, &err) == 0);
	CHECK(utimensat(dir, "ram", times, 0) == 0);
}

static void the_newest_like_it(void)
{
	char path[] = "/tmp/vmdeck-estimate-XXXXXX", machine[] = "kernel b\nimage 1:2\nmemory\n";
	struct template_wish w = { .text = machine, .memory_mib = 512, .cpus = 1, .disk_size = 4096,
				   .accel = VM_ACCEL_TCG, .backend = "qemu" };
	struct error err;

	CHECK(mkdtemp(path));
	AUTO_CLOSE int t = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK_INT(template_expected_ms(t, &w), 0);
	put(t, "00000000000000000000000000000001", "1:3", 1024, 99000, 5000); /* another size */
	put(t, "00000000000000000000000000000002", "1:3", 512, 0, 6000); /* does not say */
	put(t, "00000000000000000000000000000003", "1:3", 512, -1e300, 6000);
	put(t, ".new-00000000000000000000000000000004", "1:3", 512, 7000, 9000); /* not one by its key */
	CHECK_INT(template_expected_ms(t, &w), 0);
	put(t, "00000000000000000000000000000005", "1:3", 512, 31000, 3000);
	put(t, "00000000000000000000000000000006", "1:3", 512, 32000, 2000);
	CHECK_INT(template_expected_ms(t, &w), 31000);
	put(t, "00000000000000000000000000000007", "1:2", 512, 21000, 1000); /* older, of the image */
	CHECK_INT(template_expected_ms(t, &w), 21000);
	put(t, "00000000000000000000000000000008", "1:22", 512, 77000, 9000);
	CHECK_INT(template_expected_ms(t, &w), 21000);
	CHECK(dir_remove(AT_FDCWD, path, &err) == 0);
}

/* From the maker to who shows it. */
static void a_maker_tells_it(void)
{
	static const char key[] = "00000000000000050000000000000001";
	char dir[] = "/tmp/vmdeck-estimate-XXXXXX";
	struct paths p = { .cache = "" };
	struct template_build seen[2];
	struct error err;

	CHECK(mkdtemp(dir));
	snprintf(p.cache, sizeof(p.cache), "%s/cache", dir);
	AUTO_CLOSE int templates = template_dir(&p, &err);
	AUTO_CLOSE int claim = template_claim(templates, key, &err);
	CHECK(claim >= 0);
	template_build_begin(claim, key, 512, 41000);
	template_build_tell(claim, key, TEMPLATE_SAVING, NOW);
	CHECK_INT(template_builds(&p, seen, 2), 1);
	CHECK_INT(seen[0].expected_ms, 41000);
	CHECK_INT(seen[0].memory_mib, 512);
	CHECK_INT(seen[0].phase, TEMPLATE_SAVING);
	own_close(&claim);
	claim = template_claim(templates, key, &err);
	template_build_begin(claim, key, 512, 0);
	template_build_tell(claim, key, TEMPLATE_BOOTING, NOW);
	CHECK_INT(template_builds(&p, seen, 2), 1);
	CHECK_INT(seen[0].expected_ms, 0);
	CHECK(dir_remove(AT_FDCWD, dir, &err) == 0);
}

static const struct test tests[] = {
	{ "the_steps_that_are_left_count", the_steps_that_are_left_count },
	{ "the_share_only_grows", the_share_only_grows },
	{ "without_a_measurement_no_figure", without_a_measurement_no_figure },
	{ "overdue_says_nothing", overdue_says_nothing },
	{ "a_turn_is_no_measure", a_turn_is_no_measure },
	{ "the_middle_of_the_latest", the_middle_of_the_latest },
	{ "of_a_whole", of_a_whole },
	{ "the_newest_like_it", the_newest_like_it },
	{ "a_maker_tells_it", a_maker_tells_it },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
