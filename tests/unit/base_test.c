/* The base layer: what everything else stands on. */
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/bytes.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/json.h"
#include "engine/base/list.h"
#include "engine/base/log.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/paths.h"
#include "engine/base/process.h"
#include "engine/base/text.h"

static struct error err;

static char *temp_dir(void)
{
	static char dir[64];

	strcpy(dir, "/tmp/vmdeck-test-XXXXXX");
	return mkdtemp(dir);
}

static void error_keeps_code_context_and_hint(void)
{
	CHECK_INT(error_set(&err, EACCES, "open %s", "/dev/kvm"), -1);
	error_hint(&err, "join its group");
	CHECK_INT(error_wrap(&err, "session %s", "web-1"), -1);
	CHECK_STR(err.msg, "session web-1: open /dev/kvm: Permission denied");
	CHECK_STR(err.hint, "join its group");
	CHECK_INT(err.code, EACCES);
	error_set(&err, 0, "new");
	CHECK_STR(err.hint, "");
}

static void error_is_cut_not_overrun(void)
{
	char long_text[2000];

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	error_set(&err, 0, "%s", long_text);
	CHECK_INT(strlen(err.msg), sizeof(err.msg) - 1);
	for (int i = 0; i < 10; i++)
		error_wrap(&err, "%s", long_text);
	CHECK_INT(strlen(err.msg), sizeof(err.msg) - 1);
}

static void bytes_never_grow_beyond_their_cap(void)
{
	struct bytes b;
	char data[100] = { 1 };

	bytes_init(&b, 250);
	CHECK_INT(bytes_add(&b, data, 100), 0);
	CHECK_INT(bytes_add(&b, data, 100), 0);
	CHECK_INT(bytes_add(&b, data, 100), -1);
	CHECK_INT(b.len, 200);
	CHECK_INT(b.dropped, 100);
	bytes_eat(&b, 150);
	CHECK_INT(bytes_add(&b, data, 100), 0);
	CHECK_INT(b.len, 150);
	bytes_done(&b);
}

static void bytes_keep_their_order_across_moves(void)
{
	struct bytes b;
	uint8_t next_in = 0, next_out = 0;

	bytes_init(&b, 1000);
	for (int round = 0; round < 2000; round++) {
		for (int i = 0; i < 7; i++, next_in++)
			bytes_add(&b, &next_in, 1);
		while (b.len > (size_t)(round % 300)) {
			CHECK_INT(*bytes_front(&b), next_out);
			bytes_eat(&b, 1);
			next_out++;
		}
	}
	bytes_done(&b);
}

struct ticker {
	struct timer timer;
	int count;
	struct loop *loop;
};

static void tick(struct timer *t)
{
	struct ticker *k = SOURCE_OWNER(t, struct ticker, timer);

	if (++k->count == 3)
		loop_stop(k->loop, 42);
}

static void loop_runs_repeating_timers(void)
{
	struct loop l;
	struct ticker k = { .timer.fn = tick, .loop = &l };
	uint64_t start = now_ms();

	CHECK(loop_init(&l, &err) == 0);
	CHECK(timer_start(&l, &k.timer, 5, 5, &err) == 0);
	CHECK_INT(loop_run(&l, &err), 42);
	CHECK(now_ms() - start >= 15);
	timer_stop(&k.timer);
	timer_stop(&k.timer);
	loop_done(&l);
}

static struct source pair_a, pair_b;
static int pair_events;

static void forget_other(struct source *s, uint32_t events)
{
	(void)events;
	pair_events++;
	source_forget(s == &pair_a ? &pair_b : &pair_a);
}

static void loop_drops_fetched_events_of_forgotten_sources(void)
{
	struct loop l;
	int a[2], b[2];

	CHECK(loop_init(&l, &err) == 0);
	CHECK(pipe(a) == 0 && pipe(b) == 0);
	CHECK(write(a[1], "x", 1) == 1 && write(b[1], "x", 1) == 1);
	pair_a.fn = pair_b.fn = forget_other;
	CHECK(loop_watch(&l, &pair_a, a[0], EPOLLIN, &err) == 0);
	CHECK(loop_watch(&l, &pair_b, b[0], EPOLLIN, &err) == 0);
	CHECK(loop_turn(&l, 100, &err) == 0);
	CHECK_INT(pair_events, 1);
	loop_done(&l);
}

struct errand {
	struct later later;
	bool done;
};

static void run_errand(struct later *l)
{
	LIST_ITEM(l, struct errand, later)->done = true;
}

static void loop_runs_work_that_was_queued_before_it(void)
{
	struct loop l;
	struct errand e = { .later.fn = run_errand };
	uint64_t start = now_ms();

	CHECK(loop_init(&l, &err) == 0);
	loop_later(&l, &e.later);
	loop_later(&l, &e.later);
	CHECK(loop_turn(&l, 600000, &err) == 0);
	CHECK(e.done);
	CHECK(now_ms() - start < 300000);
	loop_done(&l);
}

struct watcher {
	struct child child;
	struct loop *loop;
	int status;
};

static void end_turn(struct later *w)
{
	w->fn = NULL;
}

static void loop_does_not_wait_with_work_queued(void)
{
	struct later work = { .fn = end_turn };
	struct loop l;
	uint64_t begun = now_ms();

	CHECK(loop_init(&l, &err) == 0);
	loop_later(&l, &work);
	CHECK(loop_turn(&l, 600000, &err) == 0);
	CHECK(!work.fn);
	CHECK(now_ms() - begun < 300000);
	loop_done(&l);
}

static void child_ended(struct child *c, int status)
{
	struct watcher *w = LIST_ITEM(c, struct watcher, child);

	w->status = status;
	loop_stop(w->loop, 0);
}

static void loop_tells_how_a_child_ended(void)
{
	char sh[] = "sh", c[] = "-c", script[] = "kill -TERM $$";
	char *argv[] = { sh, c, script, NULL };
	struct process p = { .file = "sh", .argv = argv };
	struct loop l;
	struct watcher w = { .child.fn = child_ended, .loop = &l };
	pid_t pid;

	CHECK(loop_init(&l, &err) == 0);
	pid = process_start(&p, &err);
	CHECK(pid > 0);
	CHECK(child_watch(&l, &w.child, pid, &err) == 0);
	CHECK_INT(loop_run(&l, &err), 0);
	CHECK(WIFSIGNALED(w.status));
	CHECK_INT(WTERMSIG(w.status), SIGTERM);
	loop_done(&l);
}

static void process_reports_a_failed_exec(void)
{
	char name[] = "/bin";
	char *argv[] = { name, NULL };
	struct process p = { .file = "/bin/../bin", .argv = argv };

	CHECK_INT(process_start(&p, &err), -1);
	CHECK_INT(err.code, EACCES);
	p.file = "no-such-program-of-ours";
	CHECK_INT(process_start(&p, &err), -1);
	CHECK_INT(err.code, ENOENT);
}

static void process_gives_exactly_the_descriptors_asked_for(void)
{
	char sh[] = "sh", c[] = "-c", script[] = "ls /proc/self/fd | tr '\\n' ' '; cat <&4";
	char *argv[] = { sh, c, script, NULL };
	int out[2], in[2], spare = open("/dev/null", O_RDONLY);
	struct process p = { .file = "sh", .argv = argv, .n_fds = 5 };
	char buf[200] = { 0 };
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	CHECK(pipe(out) == 0 && pipe(in) == 0 && spare >= 0);
	CHECK(write(in[1], "hello", 5) == 5);
	close(in[1]);
	p.fds[0] = p.fds[3] = -1;
	p.fds[1] = p.fds[2] = out[1];
	p.fds[4] = in[0];
	pid = process_start(&p, &err);
	CHECK(pid > 0);
	close(out[1]);
	while ((got = read(out[0], buf + n, sizeof(buf) - 1 - n)) > 0)
		n += (size_t)got;
	waitpid(pid, NULL, 0);
	CHECK_STR(buf, "0 1 2 3 4 hello"); /* 3 is what ls has open itself */
	close(out[0]);
	close(in[0]);
	close(spare);
}

static void process_capture_ends_at_its_deadline(void)
{
	char sleep_name[] = "sleep", long_enough[] = "600";
	char *argv[] = { sleep_name, long_enough, NULL };
	char out[10];
	uint64_t start = now_ms();
	int status;

	CHECK_INT(process_capture(argv, out, sizeof(out), 100, &status, &err), -1);
	CHECK_INT(err.code, ETIMEDOUT);
	CHECK(now_ms() - start < 300000);
}

static void process_start_time_names_a_process(void)
{
	unsigned long long mine = process_started(getpid());
	char boot[37];

	CHECK(mine > 0);
	CHECK(process_started(getpid()) == mine);
	CHECK(process_started(0x3fffffff) == 0);
	boot_id(boot);
	CHECK_INT(strlen(boot), 36);
}

static void file_write_replaces_at_once_and_leaves_no_crumbs(void)
{
	char *dir = temp_dir();
	AUTO_CLOSE int d = open(dir, O_RDONLY | O_DIRECTORY);
	AUTO_FREE char *text = NULL;
	struct stat st;

	CHECK(file_write(d, "a", "one", 3, 0600, &err) == 0);
	CHECK(file_write(d, "a", "two!", 4, 0640, &err) == 0);
	text = file_read(d, "a", 100, NULL, &err);
	CHECK(text);
	CHECK_STR(text, "two!");
	CHECK(fstatat(d, "a", &st, 0) == 0);
	CHECK_INT(st.st_mode & 07777, 0640);
	CHECK(!file_read(d, "a", 3, NULL, &err));
	CHECK_INT(err.code, EFBIG);
	CHECK(unlinkat(d, "a", 0) == 0);
	CHECK(rmdir(dir) == 0); /* nothing else was left in it */
}

static void file_write_says_where_and_keeps_the_old_when_the_disk_is_full(void)
{
	CHECK_INT(file_write(AT_FDCWD, "/dev/full/x", "x", 1, 0600, &err), -1);
	CHECK(strstr(err.msg, "/dev/full/x"));
}

static void dir_remove_takes_links_but_not_their_targets(void)
{
	char *dir = temp_dir(), path[128];
	AUTO_CLOSE int d = open(dir, O_RDONLY | O_DIRECTORY);

	CHECK(mkdirat(d, "tree", 0700) == 0 && mkdirat(d, "tree/deep", 0700) == 0);
	CHECK(mkdirat(d, "keep", 0700) == 0 && symlinkat("../keep", d, "tree/link") == 0);
	CHECK(file_write(d, "keep/file", "x", 1, 0600, &err) == 0);
	CHECK(dir_remove(d, "tree", &err) == 0);
	CHECK(faccessat(d, "tree", F_OK, 0) < 0);
	CHECK(faccessat(d, "keep/file", F_OK, 0) == 0);
	CHECK(dir_remove(d, "tree", &err) == 0);
	CHECK(dir_remove(d, "keep", &err) == 0);
	snprintf(path, sizeof(path), "%s", dir);
	CHECK(rmdir(path) == 0);
}

static void paths_follow_xdg_and_vmdeck_home(void)
{
	struct paths p;

	setenv("HOME", "/home/u", 1);
	unsetenv("VMDECK_HOME");
	setenv("XDG_STATE_HOME", "/var/s", 1);
	setenv("XDG_DATA_HOME", "relative/is/ignored", 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_CACHE_HOME");
	CHECK(paths_init(&p, &err) == 0);
	CHECK_STR(p.config, "/home/u/.config/vmdeck");
	CHECK_STR(p.state, "/var/s/vmdeck");
	CHECK_STR(p.data, "/home/u/.local/share/vmdeck");
	setenv("VMDECK_HOME", "/v", 1);
	CHECK(paths_init(&p, &err) == 0);
	CHECK_STR(p.cache, "/v/cache");
	unsetenv("VMDECK_HOME");
	unsetenv("HOME");
	unsetenv("XDG_STATE_HOME");
	CHECK_INT(paths_init(&p, &err), -1);
	CHECK(strstr(err.hint, "VMDECK_HOME"));
}

static void paths_refuse_a_directory_that_others_can_write(void)
{
	char *dir = temp_dir();
	int fd;

	fd = paths_need(dir, &err);
	CHECK(fd >= 0);
	close(fd);
	chmod(dir, 0777);
	CHECK_INT(paths_need(dir, &err), -1);
	CHECK(strstr(err.hint, "chmod 700"));
	chmod(dir, 0700);
	if (geteuid() == 0) {
		CHECK(chown(dir, 12345, 12345) == 0);
		CHECK_INT(paths_need(dir, &err), -1);
		CHECK(strstr(err.msg, "12345"));
	}
	rmdir(dir);
}

static void text_lets_no_control_through(void)
{
	static const char bad[] = "a\033[31mb\x07\x9b\xc2\x9b\xe2\x80\xae\xe2\x80\x8b\xef\xbf\xbf\xf3\xa0\x80\x81z\n";
	char out[128];

	text_clean(out, sizeof(out), bad, sizeof(bad) - 1, false);
	for (const char *p = out; *p; p++)
		CHECK((unsigned char)*p >= 0x20 && *p != 0x7f);
	CHECK(!strstr(out, "\xe2\x80\xae") && !strstr(out, "\xc2\x9b"));
	CHECK(out[0] == 'a' && strstr(out, "z"));
}

static void text_is_cut_between_code_points(void)
{
	char out[4];

	text_clean_str(out, sizeof(out), "aé€");
	CHECK_STR(out, "aé");
}

static void text_every_code_point_survives_encoding(void)
{
	char buf[4];
	uint32_t back;

	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		if (cp >= 0xd800 && cp <= 0xdfff)
			continue;
		if (utf8_decode(buf, utf8_encode(cp, buf), &back) == 0 || back != cp)
			CHECK_FAIL("U+%04X came back as U+%04X", cp, back);
	}
}

static void text_finds_the_nearest_word(void)
{
	static const char *const words[] = { "memory", "image", "command", NULL };

	CHECK_STR(text_nearest("memroy", words), "memory");
	CHECK_STR(text_nearest("comand", words), "command");
	CHECK(!text_nearest("xyzzy", words));
}

static void json_errors_name_the_line_past_comments(void)
{
	static const char text[] = "{ // one\n /* two\n three */ \"a\": 1,\n \"b\" 2 }";
	cJSON *j = json_parse("f.json", text, sizeof(text) - 1, true, &err);

	CHECK(!j);
	CHECK(strstr(err.msg, "f.json:4:"));
	CHECK(err.hint[0]);
}

static void json_takes_comments_and_trailing_commas(void)
{
	static const char text[] = "{\"url\": \"http://x//y\", \"l\": [1, 2, ], /* c */ }";
	AUTO_JSON cJSON *j = json_parse("f.json", text, sizeof(text) - 1, true, &err);
	char url[32];

	CHECK(j);
	json_copy(j, "url", url, sizeof(url));
	CHECK_STR(url, "http://x//y");
	CHECK(!json_parse("f.json", "{} x", 4, false, &err));
	CHECK(!json_parse("f.json", "{\0}", 3, false, &err));
}

static void json_refuses_unknown_keys_with_the_nearest(void)
{
	static const char *const keys[] = { "memory", "image", NULL };
	AUTO_JSON cJSON *j = cJSON_Parse("{\"memroy\": 1}");

	CHECK_INT(json_known(j, "agent", keys, &err), -1);
	CHECK(strstr(err.msg, "memroy"));
	CHECK(strstr(err.hint, "\"memory\""));
}

static void log_is_capped_at_twice_its_size(void)
{
	char *dir = temp_dir();
	AUTO_CLOSE int d = open(dir, O_RDONLY | O_DIRECTORY);
	struct stat a, b;
	struct log l;

	CHECK(log_open(&l, d, "log", 1000, &err) == 0);
	for (int i = 0; i < 500; i++)
		log_line(&l, "line %d with \033[31m control", i);
	log_close(&l);
	CHECK(fstatat(d, "log", &a, 0) == 0 && fstatat(d, "log.1", &b, 0) == 0);
	CHECK(a.st_size <= 1000 && b.st_size <= 1000);
	CHECK(dir_remove(AT_FDCWD, dir, &err) == 0);
}

#define T(name) { #name, name }
int main(int argc, char **argv)
{
	static const struct test tests[] = {
		T(error_keeps_code_context_and_hint), T(error_is_cut_not_overrun),
		T(bytes_never_grow_beyond_their_cap), T(bytes_keep_their_order_across_moves),
		T(loop_runs_repeating_timers), T(loop_does_not_wait_with_work_queued),
		T(loop_drops_fetched_events_of_forgotten_sources),
		T(loop_runs_work_that_was_queued_before_it),
		T(loop_tells_how_a_child_ended), T(process_reports_a_failed_exec),
		T(process_gives_exactly_the_descriptors_asked_for),
		T(process_capture_ends_at_its_deadline), T(process_start_time_names_a_process),
		T(file_write_replaces_at_once_and_leaves_no_crumbs),
		T(file_write_says_where_and_keeps_the_old_when_the_disk_is_full),
		T(dir_remove_takes_links_but_not_their_targets), T(paths_follow_xdg_and_vmdeck_home),
		T(paths_refuse_a_directory_that_others_can_write), T(text_lets_no_control_through),
		T(text_is_cut_between_code_points), T(text_every_code_point_survives_encoding),
		T(text_finds_the_nearest_word), T(json_errors_name_the_line_past_comments),
		T(json_takes_comments_and_trailing_commas),
		T(json_refuses_unknown_keys_with_the_nearest), T(log_is_capped_at_twice_its_size),
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
