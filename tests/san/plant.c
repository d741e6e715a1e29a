/*
 * A fault on purpose: `san-plant WHERE WHAT`. Where: in a process as it began, in a child
 * without descriptors, in one that may write no file (apart_work), in one with an empty
 * root, no privileges and nobody's user (as the gateway is confined). What: an access
 * beyond the heap (ASan), a shift too far (UBSan), memory lost (LSan). Ends with 0: that
 * a fault was noticed is to be seen in the report, as of processes that nobody waits for.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/confine.h"
#include "engine/image/apart.h"

static void *volatile kept;

static void do_wrong(const char *what)
{
	volatile int by = 40, room = 8;

	if (!strcmp(what, "heap")) {
		volatile char *p = malloc((size_t)room);

		p[by] = 1;
		free((void *)(uintptr_t)p);
	} else if (!strcmp(what, "shift")) {
		by = 1 << by;
	} else if (!strcmp(what, "leak")) {
		kept = malloc((size_t)room * 1000);
		kept = NULL;
	} else {
		printf("unknown fault %s\n", what);
		exit(2);
	}
}

static void in_child(void (*confine)(void), const char *what)
{
	pid_t pid = fork();

	if (pid == 0) {
		confine();
		do_wrong(what);
		exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void close_all(void)
{
	syscall(SYS_close_range, 0, ~0U, 0);
}

static void leave_all(void)
{
	if (confine_begin() < 0 || confine_finish() < 0) {
		puts("no root of its own here");
		exit(77);
	}
	if (setresgid(65534, 65534, 65534) < 0 || setresuid(65534, 65534, 65534) < 0 || confine_drop() < 0)
		exit(1);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	close_all();
}

static int apart(void *arg, void *out, struct error *err)
{
	(void)out;
	(void)err;
	do_wrong(arg);
	return 0;
}

int main(int argc, char **argv)
{
	const char *where = argc == 3 ? argv[1] : "";
	int keep[] = { 1 }, out;
	struct apart a = { .fn = apart, .arg = argc == 3 ? argv[2] : NULL, .out = &out, .size = sizeof(out),
			   .cpu_s = 10, .keep = keep, .n_keep = 1 };
	struct error err;

	if (!strcmp(where, "plain"))
		do_wrong(argv[2]);
	else if (!strcmp(where, "closed"))
		in_child(close_all, argv[2]);
	else if (!strcmp(where, "apart"))
		apart_work(&a, &err);
	else if (!strcmp(where, "confined"))
		in_child(leave_all, argv[2]);
	else {
		fprintf(stderr, "san-plant plain|closed|apart|confined heap|shift|leak\n");
		return 2;
	}
	return 0;
}
