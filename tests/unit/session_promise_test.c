/* What is promised to one is not free for the next; and who dies keeps nothing. */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/session/promise.h"
#include "tests/test.h"

enum { MIB = 1024, LAUNCHES = 8, ROUNDS = 20 };

static char home[64];
static struct paths paths;

static bool home_init(void)
{
	struct error err;

	snprintf(home, sizeof(home), "/tmp/vmdeck-promise-XXXXXX");
	if (!mkdtemp(home) || setenv("VMDECK_HOME", home, 1) < 0 || paths_init(&paths, &err) < 0)
		return false;
	return mkdir(paths.state, 0700) == 0;
}

static void home_done(void)
{
	struct error ignored;

	dir_remove(AT_FDCWD, home, &ignored);
}

static void others_count_and_one_self_does_not(void)
{
	struct error err;

	CHECK(home_init());
	AUTO_CLOSE int a = promise_open(&paths, &err), b = promise_open(&paths, &err);
	AUTO_CLOSE int c = promise_open(&paths, &err);
	CHECK(a >= 0 && b >= 0 && c >= 0);
	CHECK(promise_hold(a, 100 * MIB, 7, &err) == 0 && promise_hold(b, 20 * MIB, 0, &err) == 0);

	struct promises p = promise_others(c);
	CHECK(p.n == 2 && p.memory_kib == 120 * MIB && p.disk_kib == 7);
	p = promise_others(a);
	CHECK(p.n == 2 && p.memory_kib == 20 * MIB && p.disk_kib == 0);

	/* Less, more, nothing, and more than there are bytes. */
	CHECK(promise_hold(a, 1, 1, &err) == 0 && promise_others(c).memory_kib == 20 * MIB + 1);
	CHECK(promise_hold(a, 300 * MIB, 900, &err) == 0 && promise_others(c).memory_kib == 320 * MIB);
	CHECK(promise_others(c).disk_kib == 900);
	CHECK(promise_hold(a, 0, 0, &err) == 0 && promise_others(c).memory_kib == 20 * MIB);
	CHECK(promise_hold(a, UINT64_MAX, 0, &err) == 0 && promise_others(c).memory_kib > 1ULL << 31);
	CHECK(promise_others(c).n == 2);
	own_close(&a);
	p = promise_others(c);
	CHECK(p.n == 1 && p.memory_kib == 20 * MIB);
	home_done();
}

static void who_is_killed_keeps_nothing(void)
{
	struct error err;
	int ready[2], status;
	char byte;

	CHECK(home_init());
	AUTO_CLOSE int look = promise_open(&paths, &err);
	CHECK(pipe(ready) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		int fd = promise_open(&paths, &err);
		if (fd < 0 || promise_hold(fd, 512 * MIB, 32 * MIB, &err) < 0 || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	CHECK(read(ready[0], &byte, 1) == 1);
	CHECK(promise_others(look).memory_kib == 512 * MIB);
	kill(pid, SIGKILL);
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(promise_others(look).n == 0 && promise_others(look).memory_kib == 0);
	close(ready[0]);
	close(ready[1]);
	home_done();
}

/* One of many launches: 0 when it was let in, and then it holds until it may go. */
static _Noreturn void launch(int begin, int told, int end)
{
	struct error err;
	char byte = 'n';
	int fd = promise_open(&paths, &err);

	(void)!read(begin, &byte, 1); /* all at once: the end of a pipe */
	promise_ask_begin(fd);
	byte = promise_others(fd).memory_kib + 100 * MIB <= 350 * MIB ? 'y' : 'n';
	if (byte == 'y' && promise_hold(fd, 100 * MIB, 0, &err) < 0)
		byte = '!';
	promise_ask_end(fd);
	(void)!write(told, &byte, 1);
	(void)!read(end, &byte, 1);
	_exit(0);
}

static int let_in(void)
{
	int begin[2], told[2], end[2], in = 0;
	char answers[LAUNCHES];

	if (pipe(begin) < 0 || pipe(told) < 0 || pipe(end) < 0)
		return -1;
	for (int i = 0; i < LAUNCHES; i++) {
		if (fork() == 0) {
			close(begin[1]);
			close(end[1]);
			launch(begin[0], told[1], end[0]);
		}
	}
	close(begin[1]);
	for (int i = 0; i < LAUNCHES; i++)
		in += read(told[0], &answers[i], 1) == 1 && answers[i] == 'y' ? 1 :
		      answers[i] == 'n' ? 0 : 1000;
	close(end[1]);
	for (int i = 0; i < LAUNCHES; i++)
		wait(NULL);
	close(begin[0]);
	close(told[0]);
	close(told[1]);
	close(end[0]);
	return in;
}

static void eight_at_once_get_what_there_is(void)
{
	CHECK(home_init());
	for (int i = 0; i < ROUNDS; i++)
		CHECK(let_in() == 3);
	home_done();
}

static const struct test tests[] = {
	{ "others_count_and_one_self_does_not", others_count_and_one_self_does_not },
	{ "who_is_killed_keeps_nothing", who_is_killed_keeps_nothing },
	{ "eight_at_once_get_what_there_is", eight_at_once_get_what_there_is },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
