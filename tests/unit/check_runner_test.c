/* The runner: children, deadlines, dependencies, order, and starting over. */
#include "tests/unit/check_fixture.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "engine/check/runner.h"

/* --- Probes of a table of our own --- */

static void p_ok(const struct probe_ctx *ctx, struct check_record *r)
{
	(void)ctx;
	record_say(r, CHECK_OK, "fine");
}

static void p_fail(const struct probe_ctx *ctx, struct check_record *r)
{
	(void)ctx;
	record_say(r, CHECK_FAILED, "broken");
}

static void p_hang(const struct probe_ctx *ctx, struct check_record *r)
{
	(void)ctx;
	(void)r;
	for (;;)
		pause();
}

static void p_crash(const struct probe_ctx *ctx, struct check_record *r)
{
	(void)ctx;
	record_say(r, CHECK_OK, "said too early");
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
}

static void p_exit(const struct probe_ctx *ctx, struct check_record *r)
{
	(void)ctx;
	(void)r;
	_exit(0);
}

static void p_evil(const struct probe_ctx *ctx, struct check_record *r)
{
	(void)ctx;
	r->status = CHECK_OK;
	strcpy(r->summary, "\033]0;owned\007 ok");
	r->id = (const char *)16; /* must not be believed */
	r->n_seen = 1;
	strcpy(r->seen[0].key, "\033[2J");
	strcpy(r->seen[0].value, "x\n\ny");
}

static void p_malformed(const struct probe_ctx *ctx, struct check_record *r)
{
	(void)ctx;
	r->status = CHECK_OK;
	r->n_fixes = 200;
}

static void p_unended(const struct probe_ctx *ctx, struct check_record *r)
{
	(void)ctx;
	r->status = CHECK_OK;
	memset(r->summary, 'x', sizeof(r->summary));
}

/* Of children: how many are at work, and how many have to be before one of them ends. */
static struct together {
	int here, wanted;
} *together;

static void p_slow(const struct probe_ctx *ctx, struct check_record *r)
{
	struct timespec t = { .tv_nsec = 300 * 1000000L };

	__atomic_add_fetch(&together->here, 1, __ATOMIC_ACQ_REL);
	do
		nanosleep(&t, NULL);
	while (__atomic_load_n(&together->here, __ATOMIC_ACQUIRE) < together->wanted);
	p_ok(ctx, r);
}

/* Ok once the file in state_dir is there. */
static void p_file(const struct probe_ctx *ctx, struct check_record *r)
{
	if (access(ctx->plan->state_dir, F_OK) == 0)
		record_say(r, CHECK_OK, "there");
	else
		record_say(r, CHECK_FAILED, "not there");
}

static void p_bare(const struct probe_ctx *ctx, struct check_record *r)
{
#ifdef __SANITIZE_ADDRESS__
	const int most = 900; /* from there on is the sanitizers': tests/san/report.c */
#else
	const int most = 1024;
#endif
	int open_fds = 0;

	(void)ctx;
	for (int fd = 3; fd < most; fd++)
		open_fds += fcntl(fd, F_GETFD) >= 0;
	record_say(r, open_fds ? CHECK_FAILED : CHECK_OK, "%d descriptors", open_fds);
}

struct seen {
	struct loop loop;
	struct runner runner;
	char order[256];
	int finished;
};

static void saw(struct runner *r, const struct check_record *rec)
{
	struct seen *s = r->owner;

	strcat(s->order, rec->id);
	strcat(s->order, " ");
}

static void over(struct runner *r)
{
	struct seen *s = r->owner;

	s->finished++;
	loop_stop(&s->loop, 0);
}

static void seen_init(struct seen *s, const struct check *table, size_t n)
{
	static const struct check_plan plan;
	struct error err;

	memset(s, 0, sizeof(*s));
	if (loop_init(&s->loop, &err) < 0 ||
	    runner_init_with(&s->runner, table, n, &s->loop, &plan, NULL, &err) < 0)
		abort();
	s->runner.owner = s;
	s->runner.record = saw;
	s->runner.finished = over;
}

static void seen_run(struct seen *s)
{
	struct error err;

	s->order[0] = '\0';
	runner_start(&s->runner);
	loop_run(&s->loop, &err);
}

static void seen_done(struct seen *s)
{
	runner_done(&s->runner);
	loop_done(&s->loop);
}

static const struct check_record *rec(struct seen *s, int i)
{
	return &s->runner.report.records[i];
}

#define ROW(ID, PROBE, ...) \
	{ .id = ID, .title = ID, .doc = "", .why = "", .severity = CHECK_DEGRADED, \
	  .timeout_ms = 60000, .probe = PROBE, __VA_ARGS__ }
#define SIZE(t) (sizeof(t) / sizeof(*(t)))

static void a_probe_that_hangs_is_unknown_at_its_deadline(void)
{
	static const struct check table[] = {
		{ .id = "H", .title = "hangs", .doc = "", .timeout_ms = 100, .probe = p_hang },
		ROW("N", p_ok, .needs = { "H" }),
	};
	uint64_t t = now_ms();
	struct seen s;

	seen_init(&s, table, SIZE(table));
	seen_run(&s);
	t = now_ms() - t;
	CHECK_INT(rec(&s, 0)->status, CHECK_UNKNOWN);
	CHECK_STR(rec(&s, 0)->summary, "took longer than 1 s");
	CHECK_INT(rec(&s, 1)->status, CHECK_SKIP);
	CHECK(strstr(rec(&s, 1)->summary, "gave no answer"));
	CHECK(t >= 100 && t < 3000);
	seen_done(&s);
	CHECK_INT(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left */
	CHECK_INT(errno, ECHILD);
}

static void a_probe_that_crashes_is_unknown_and_no_more(void)
{
	static const struct check table[] = {
		ROW("C", p_crash), ROW("E", p_exit), ROW("A", p_ok),
	};
	struct seen s;

	seen_init(&s, table, SIZE(table));
	seen_run(&s);
	CHECK_INT(rec(&s, 0)->status, CHECK_UNKNOWN);
	CHECK(strstr(rec(&s, 0)->summary, "crashed (Segmentation fault)"));
	CHECK_INT(rec(&s, 1)->status, CHECK_UNKNOWN);
	CHECK(strstr(rec(&s, 1)->summary, "without an answer"));
	CHECK_INT(rec(&s, 2)->status, CHECK_OK);
	seen_done(&s);
}

static void an_answer_is_believed_only_after_a_look(void)
{
	static const struct check table[] = {
		ROW("V", p_evil), ROW("M", p_malformed), ROW("U", p_unended),
	};
	struct seen s;

	seen_init(&s, table, SIZE(table));
	seen_run(&s);
	CHECK_STR(rec(&s, 0)->id, "V");
	CHECK(!strchr(rec(&s, 0)->summary, 27) && !strchr(rec(&s, 0)->summary, 7));
	CHECK(!strchr(rec(&s, 0)->seen[0].key, 27) && !strchr(rec(&s, 0)->seen[0].value, '\n'));
	CHECK_INT(rec(&s, 1)->status, CHECK_UNKNOWN);
	CHECK(strstr(rec(&s, 1)->summary, "malformed"));
	CHECK_INT(rec(&s, 1)->n_fixes, 0);
	CHECK_INT(rec(&s, 2)->status, CHECK_UNKNOWN);
	seen_done(&s);
}

static void what_needs_a_failed_one_is_skipped_with_the_reason(void)
{
	static const struct check table[] = {
		ROW("F", p_fail), ROW("G", p_ok), ROW("N", p_ok, .needs = { "G", "F" }),
		ROW("M", p_ok, .needs = { "N" }), ROW("O", p_ok, .needs = { "G" }),
	};
	struct seen s;

	seen_init(&s, table, SIZE(table));
	seen_run(&s);
	CHECK_INT(rec(&s, 2)->status, CHECK_SKIP);
	CHECK_STR(rec(&s, 2)->summary, "not asked: F (F) failed");
	CHECK_INT(rec(&s, 3)->status, CHECK_SKIP);
	CHECK_STR(rec(&s, 3)->summary, "not asked: N (N) was not asked");
	CHECK_INT(rec(&s, 4)->status, CHECK_OK);
	CHECK_INT(s.finished, 1);
	seen_done(&s);
}

static void they_run_at_the_same_time_and_stream_as_they_end(void)
{
	static const struct check table[] = {
		ROW("S1", p_slow), ROW("S2", p_slow), ROW("S3", p_slow), ROW("S4", p_slow),
		ROW("A", p_ok),
	};
	struct seen s;

	together = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	together->wanted = 4; /* none ends before all four have begun */
	seen_init(&s, table, SIZE(table));
	seen_run(&s);
	for (int i = 0; i < 4; i++)
		CHECK_INT(rec(&s, i)->status, CHECK_OK);
	CHECK_STR(rec(&s, 0)->id, "S1"); /* the report keeps the table's order */
	CHECK(rec(&s, 0)->ms >= 290);
	together->wanted = 0;
	s.runner.parallel = 1;
	seen_run(&s);
	CHECK_STR(s.order, "S1 S2 S3 S4 A ");
	seen_done(&s);
}

static void one_child_can_answer_several_rows(void)
{
	static const struct check table[] = {
		ROW("L", p_ok), ROW("X", p_ok),
		ROW("A", p_fail, .shares = "L", .needs = { "L" }),
		ROW("B", p_ok, .shares = "L", .needs = { "A" }),
		ROW("C", p_ok, .shares = "L", .needs = { "L" }),
	};
	struct seen s;

	seen_init(&s, table, SIZE(table));
	seen_run(&s);
	CHECK_INT(rec(&s, 0)->status, CHECK_OK);
	CHECK_INT(rec(&s, 2)->status, CHECK_FAILED);
	CHECK_INT(rec(&s, 3)->status, CHECK_SKIP);
	CHECK_INT(rec(&s, 4)->status, CHECK_OK);
	seen_done(&s);
}

static void asking_one_again_asks_what_it_held_up_too(void)
{
	static const struct check table[] = {
		ROW("F", p_file), ROW("N", p_ok, .needs = { "F" }), ROW("A", p_ok),
	};
	static struct check_plan plan;
	struct error err;
	struct seen s;
	int fd;

	seen_init(&s, table, SIZE(table));
	snprintf(plan.state_dir, sizeof(plan.state_dir), "/tmp/vmdeck-rerun-%d", (int)getpid());
	runner_set_plan(&s.runner, &plan);
	seen_run(&s);
	CHECK_INT(rec(&s, 0)->status, CHECK_FAILED);
	CHECK_INT(rec(&s, 1)->status, CHECK_SKIP);
	fd = open(plan.state_dir, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	close(fd);
	s.order[0] = '\0';
	CHECK(runner_rerun(&s.runner, "n")); /* by the one that was skipped */
	CHECK(rec(&s, 0)->running && rec(&s, 1)->running && !rec(&s, 2)->running);
	CHECK(runner_busy(&s.runner));
	loop_run(&s.loop, &err);
	unlink(plan.state_dir);
	CHECK_STR(s.order, "F N ");
	CHECK_INT(rec(&s, 0)->status, CHECK_OK);
	CHECK_INT(rec(&s, 1)->status, CHECK_OK);
	CHECK(!runner_rerun(&s.runner, "nonesuch"));
	seen_done(&s);
}

static void starting_over_and_stopping_leave_nobody(void)
{
	static const struct check table[] = { ROW("H", p_hang), ROW("I", p_hang), ROW("A", p_ok) };
	struct error err;
	struct seen s;

	seen_init(&s, table, SIZE(table));
	for (int i = 0; i < 20; i++) {
		runner_start(&s.runner);
		while (s.runner.running < 2)
			loop_turn(&s.loop, 1000, &err);
	}
	runner_stop(&s.runner);
	CHECK(!runner_busy(&s.runner));
	seen_done(&s);
	CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
	CHECK_INT(errno, ECHILD);
	CHECK_INT(s.finished, 0);
}

static void a_child_has_no_descriptor_of_ours(void)
{
	static const struct check table[] = { ROW("B", p_bare) };
	struct seen s;
	int fd = open("/dev/null", O_RDONLY); /* not even one that would survive an exec */

	seen_init(&s, table, SIZE(table));
	seen_run(&s);
	close(fd);
	CHECK_STR(rec(&s, 0)->summary, "0 descriptors");
	seen_done(&s);
}

static pid_t *told; /* shared with all children */

static void p_tell(const struct probe_ctx *ctx, struct check_record *r)
{
	__atomic_store_n(told, getpid(), __ATOMIC_RELEASE);
	p_hang(ctx, r);
}

static void children_do_not_outlive_a_killed_dashboard(void)
{
	static const struct check table[] = { ROW("T", p_tell) };
	struct pollfd dead = { .events = POLLIN };
	struct seen s;
	pid_t middle;

	told = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	middle = fork();
	if (middle == 0) {
		seen_init(&s, table, SIZE(table));
		seen_run(&s);
		_exit(0);
	}
	for (uint64_t end = now_ms() + 60000; !__atomic_load_n(told, __ATOMIC_ACQUIRE);) {
		if (now_ms() > end)
			CHECK_FAIL("the probe did not start");
		sched_yield();
	}
	dead.fd = (int)syscall(SYS_pidfd_open, *told, 0);
	CHECK(dead.fd >= 0);
	kill(middle, SIGKILL);
	waitpid(middle, NULL, 0);
	CHECK_INT(poll(&dead, 1, 60000), 1);
	close(dead.fd);
	munmap(told, 4096);
}

static void the_demo_backend_asks_nothing_of_kvm(void)
{
	struct check_plan plan = { .backend = "demo" };
	struct report r;
	struct error err;

	if (check_run_all(&plan, &r, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK_INT(report_find(&r, "K09")->status, CHECK_SKIP);
	CHECK_INT(report_find(&r, "E01")->status, CHECK_SKIP);
	CHECK(strstr(report_find(&r, "E01")->summary, "demo"));
	CHECK(report_find(&r, "C01")->done);
	report_done(&r);
}

/* CPU time of ended children, ms: how busy others are does not matter to it. */
static long cpu_ms(void)
{
	struct rusage u;

	getrusage(RUSAGE_CHILDREN, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
	       (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

static void all_local_checks_take_less_than_a_second(void)
{
	static struct check_plan plan;
	uint64_t t = now_ms();
	long cpu = cpu_ms();
	struct report r;
	struct error err;

	if (check_run_all(&plan, &r, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	t = now_ms() - t;
	for (size_t i = 0; i < r.n; i++)
		CHECK(r.records[i].done && !r.records[i].running && *r.records[i].summary);
	cpu = cpu_ms() - cpu;
	printf("# %d checks in %d ms, %ld ms of them computing\n", (int)r.n, (int)t, cpu);
	CHECK(cpu < 1000 || getenv("VMDECK_SLOW"));
	report_done(&r);
}

static void a_quick_look_asks_only_what_can_block(void)
{
	static struct check_plan plan;
	uint64_t t = now_ms();
	struct report r;
	struct error err;

	plan.quick = true;
	if (check_run_all(&plan, &r, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	t = now_ms() - t;
	CHECK_INT(report_find(&r, "K09")->status, CHECK_SKIP);
	CHECK_INT(report_find(&r, "C01")->status, CHECK_SKIP);
	CHECK(report_find(&r, "N00")->status != CHECK_SKIP);
	CHECK(report_find(&r, "R01")->status != CHECK_SKIP);
	CHECK(report_find(&r, "E01")->status != CHECK_SKIP);
	printf("# quick: %d ms\n", (int)t);
	report_done(&r);
	plan.accel = VM_ACCEL_KVM;
	if (check_run_all(&plan, &r, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	CHECK(report_find(&r, "K02")->status != CHECK_SKIP);
	report_done(&r);
}

static const struct test tests[] = {
	{ "runner: a probe that hangs", a_probe_that_hangs_is_unknown_at_its_deadline },
	{ "runner: a probe that crashes", a_probe_that_crashes_is_unknown_and_no_more },
	{ "runner: an answer is believed after a look", an_answer_is_believed_only_after_a_look },
	{ "runner: a failed need", what_needs_a_failed_one_is_skipped_with_the_reason },
	{ "runner: parallel and streaming", they_run_at_the_same_time_and_stream_as_they_end },
	{ "runner: one child, several rows", one_child_can_answer_several_rows },
	{ "runner: asking again", asking_one_again_asks_what_it_held_up_too },
	{ "runner: starting over and stopping", starting_over_and_stopping_leave_nobody },
	{ "runner: a child's descriptors", a_child_has_no_descriptor_of_ours },
	{ "runner: a killed dashboard", children_do_not_outlive_a_killed_dashboard },
	{ "runner: the demo backend", the_demo_backend_asks_nothing_of_kvm },
	{ "runner: all in less than a second", all_local_checks_take_less_than_a_second },
	{ "runner: a quick look", a_quick_look_asks_only_what_can_block },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
