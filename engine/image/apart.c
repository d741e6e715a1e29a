#include "engine/image/apart.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"

enum {
	OUT_MAX = 64 * 1024,
	MEMORY = 256 << 20, /* bytes beyond what the process has */
	CPU_S = 10,
};

/* What comes back through the pipe, before `out`. */
struct verdict {
	int result;
	struct error err;
};

static void limit(int what, rlim_t most)
{
	setrlimit(what, &(struct rlimit){ most, most });
}

static void confine(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_CPU, CPU_S);
	limit(RLIMIT_NPROC, 0);
#ifndef __SANITIZE_ADDRESS__ /* its shadow takes terabytes of address space */
	limit(RLIMIT_DATA, MEMORY);
#endif
	/* Without rights of its own it has nothing to lose but the network. */
	(void)!unshare(CLONE_NEWUSER | CLONE_NEWNET);
}

static _Noreturn void child(apart_fn *fn, void *arg, void *out, size_t size, int to)
{
	struct verdict v = { 0 };
	struct error ignored;

	confine();
	v.result = fn(arg, out, &v.err);
	if (fd_write_all(to, &v, sizeof(v), &ignored) < 0 ||
	    fd_write_all(to, out, size, &ignored) < 0)
		_exit(1);
	_exit(0);
}

/* All of it before the deadline: 0, 1 the child ended first, -1 too late. */
static int collect(int from, void *data, size_t n, uint64_t end)
{
	size_t have = 0;

	while (have < n) {
		struct pollfd p = { .fd = from, .events = POLLIN };
		uint64_t now = now_ms();
		if (now >= end || poll(&p, 1, (int)(end - now)) == 0)
			return -1;
		ssize_t got = read(from, (char *)data + have, n - have);
		if (got == 0)
			return 1;
		have += got > 0 ? (size_t)got : 0;
	}
	return 0;
}

int apart_run(apart_fn *fn, void *arg, void *out, size_t size, int timeout_ms, struct error *err)
{
	uint64_t end = now_ms() + (uint64_t)timeout_ms;
	struct verdict v;
	int ends[2], status = 0;

	assert(size <= OUT_MAX);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "start a reader");
	AUTO_CLOSE int from = ends[0];
	pid_t pid = fork();
	int code = errno;
	if (pid == 0)
		child(fn, arg, out, size, ends[1]);
	close(ends[1]);
	if (pid < 0)
		return error_set(err, code, "start a reader");
	int r = collect(from, &v, sizeof(v), end);
	if (r == 0)
		r = collect(from, out, size, end);
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (r < 0)
		return error_set(err, ETIMEDOUT, "reading it");
	if (r > 0)
		return error_set(err, 0, "reading it failed (%s)",
				 WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "it gave up");
	v.err.msg[sizeof(v.err.msg) - 1] = v.err.hint[sizeof(v.err.hint) - 1] = '\0';
	*err = v.err;
	return v.result;
}
