#include "engine/image/apart.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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
	MEMORY_MIB = 256,
	CPU_S = 10,
	TICK_MS = 200,
	KEEP_MAX = 1000,
	LINES = 8 * 1024,
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

static void confine(const struct apart *a)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, a->file_max);
	limit(RLIMIT_CPU, a->cpu_s);
	limit(RLIMIT_NPROC, 0);
#ifndef __SANITIZE_ADDRESS__ /* its shadow takes terabytes of address space */
	limit(RLIMIT_DATA, (rlim_t)(a->memory_mib ? a->memory_mib : MEMORY_MIB) << 20);
#endif
	signal(SIGXFSZ, SIG_IGN); /* an error from write tells more than a death */
	/* Without rights of its own it has nothing to lose but the network. In a user
	 * namespace all owners would be nobody. */
	(void)!unshare(a->sees_owners ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET);
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Close all but those it keeps, in place: their numbers are in fn's argument. */
static int only(const struct apart *a, int to, int tell)
{
	int kept[KEEP_MAX + 3], n = 0, null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (a->n_keep > KEEP_MAX || null < 0)
		return -1;
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	for (size_t i = 0; i < a->n_keep; i++)
		if (a->keep[i] > 2)
			kept[n++] = a->keep[i];
	kept[n++] = to;
	kept[n++] = tell;
	kept[n++] = 2;
	qsort(kept, (size_t)n, sizeof(kept[0]), by_number);
	for (int i = 0; i < n; i++) {
		unsigned last = i + 1 < n ? (unsigned)kept[i + 1] - 1 : UINT_MAX;
		if ((unsigned)kept[i] + 1 <= last && close_range((unsigned)kept[i] + 1, last, 0) < 0)
			return -1;
	}
	return 0;
}

static _Noreturn void child(struct apart *a, int to, int tell)
{
	struct verdict v = { 0 };
	struct error ignored;

	if (a->n_keep && only(a, to, tell) < 0)
		_exit(1);
	confine(a);
	a->tell = tell;
	v.result = a->fn(a->arg, a->out, &v.err);
	if (fd_write_all(to, &v, sizeof(v), &ignored) < 0 ||
	    fd_write_all(to, a->out, a->size, &ignored) < 0)
		_exit(1);
	_exit(0);
}

int apart_tell(void *arg, const struct progress *p)
{
	struct apart *a = arg;
	char line[PROGRESS_LINE];
	struct error ignored;

	return fd_write_all(a->tell, line, progress_line(p, line), &ignored);
}

/* The parent's side of a child at work. */
struct watch {
	int from, told;
	char *data; /* the verdict and what follows it: room bytes */
	size_t have, room;
	char lines[LINES];
	size_t in_lines;
	struct progress last;
};

/* Whole lines to whoever wants them; 1: cancelled. */
static int read_lines(struct watch *w, struct apart *a)
{
	ssize_t n = read(w->told, w->lines + w->in_lines, sizeof(w->lines) - w->in_lines);
	char *at = w->lines, *end;

	if (n <= 0) {
		drop_fd(&w->told);
		return 0;
	}
	w->in_lines += (size_t)n;
	for (; (end = memchr(at, '\n', w->in_lines - (size_t)(at - w->lines))); at = end + 1) {
		*end = '\0';
		if (progress_parse(at, &w->last) == 0 && a->progress &&
		    a->progress(a->progress_arg, &w->last))
			return 1;
	}
	w->in_lines -= (size_t)(at - w->lines);
	memmove(w->lines, at, w->in_lines);
	if (w->in_lines == sizeof(w->lines))
		w->in_lines = 0; /* no line is that long: it is not ours any more */
	return 0;
}

enum outcome { COMPLETE, ENDED, LATE, CANCELLED };

static enum outcome watch(struct watch *w, struct apart *a, uint64_t end)
{
	while (w->have < w->room) {
		struct pollfd p[] = { { .fd = w->from, .events = POLLIN },
				      { .fd = w->told, .events = POLLIN } };
		uint64_t now = now_ms();
		if (now >= end)
			return LATE;
		int most = end - now < TICK_MS ? (int)(end - now) : TICK_MS;
		if (poll(p, 2, most) == 0 && a->progress && a->progress(a->progress_arg, &w->last))
			return CANCELLED;
		if (p[1].revents && read_lines(w, a))
			return CANCELLED;
		if (!p[0].revents)
			continue;
		ssize_t got = read(w->from, w->data + w->have, w->room - w->have);
		if (got == 0)
			return ENDED;
		w->have += got > 0 ? (size_t)got : 0;
	}
	return COMPLETE;
}

static int fork_child(struct apart *a, struct watch *w, pid_t *pid, struct error *err)
{
	int verdict[2], told[2];

	if (pipe2(verdict, O_CLOEXEC) < 0)
		return error_set(err, errno, "start a reader");
	w->from = verdict[0];
	AUTO_CLOSE int to = verdict[1];
	if (pipe2(told, O_CLOEXEC) < 0)
		return error_set(err, errno, "start a reader");
	w->told = told[0];
	AUTO_CLOSE int tell = told[1];
	*pid = fork();
	if (*pid == 0)
		child(a, to, tell);
	return *pid < 0 ? error_set(err, errno, "start a reader") : 0;
}

static int judge(const struct apart *a, const struct watch *w, enum outcome outcome, int status,
		 struct error *err)
{
	struct verdict v;

	if (outcome == LATE)
		return error_set(err, ETIMEDOUT, "reading it");
	if (outcome == CANCELLED)
		return error_set(err, ECANCELED, "%s", progress_names[w->last.phase]);
	if (outcome == ENDED && WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		return error_set(err, 0, "reading it took more than %u seconds: given up", a->cpu_s);
	if (outcome == ENDED)
		return error_set(err, 0, "reading it failed (%s)",
				 WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "it gave up");
	memcpy(&v, w->data, sizeof(v));
	if (a->size)
		memcpy(a->out, w->data + sizeof(v), a->size);
	v.err.msg[sizeof(v.err.msg) - 1] = v.err.hint[sizeof(v.err.hint) - 1] = '\0';
	*err = v.err;
	return v.result;
}

static int run(struct apart *a, uint64_t end, struct error *err)
{
	AUTO_FREE struct watch *w = calloc(1, sizeof(*w) + sizeof(struct verdict) + a->size);
	enum outcome outcome;
	int status = 0;
	pid_t pid = -1;

	assert(a->size <= OUT_MAX);
	if (!w)
		return error_set(err, ENOMEM, "start a reader");
	w->from = w->told = -1;
	w->last.phase = PROGRESS_CHECK;
	w->room = sizeof(struct verdict) + a->size;
	w->data = (char *)(w + 1);
	if (fork_child(a, w, &pid, err) < 0) {
		drop_fd(&w->from);
		drop_fd(&w->told);
		return -1;
	}
	outcome = watch(w, a, end);
	if (outcome != ENDED)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	drop_fd(&w->from);
	drop_fd(&w->told);
	return judge(a, w, outcome, status, err);
}

int apart_run(apart_fn *fn, void *arg, void *out, size_t size, int timeout_ms, struct error *err)
{
	struct apart a = { .fn = fn, .arg = arg, .out = out, .size = size, .cpu_s = CPU_S };

	return run(&a, now_ms() + (uint64_t)timeout_ms, err);
}

int apart_work(struct apart *a, struct error *err)
{
	return run(a, UINT64_MAX, err);
}
