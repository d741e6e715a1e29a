#include "engine/image/tool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/process.h"

enum {
	TICK_MS = 200,
	GRACE_MS = 10000,
};

/* A group of its own, so that all of it can be ended. */
static int lead_group(void *arg)
{
	(void)arg;
	if (setpgid(0, 0) < 0)
		return errno;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	return 0;
}

static pid_t start(char *const argv[], int out, struct error *err)
{
	struct process p = { .argv = argv, .file = argv[0], .n_fds = 3, .prepare = lead_group };

	p.fds[0] = -1;
	p.fds[1] = p.fds[2] = out;
	return process_start(&p, err);
}

/* The end of what it says, when it says much. */
static void keep(char *out, size_t cap, size_t *have, const char *data, size_t n)
{
	if (n >= cap) {
		data += n - cap + 1;
		n = cap - 1;
	}
	if (*have + n >= cap) {
		size_t drop = *have + n - cap + 1;
		memmove(out, out + drop, *have - drop);
		*have -= drop;
	}
	memcpy(out + *have, data, n);
	*have += n;
	out[*have] = '\0';
}

/* In its files, and in those of the directories in it ("partial"). */
static uint64_t bytes_in(const char *path, int depth)
{
	char sub[PATH_MAX];
	uint64_t sum = 0;
	struct stat st;
	DIR *d = opendir(path);

	for (struct dirent *e; d && (e = readdir(d));) {
		if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (S_ISREG(st.st_mode))
			sum += (uint64_t)st.st_size;
		else if (S_ISDIR(st.st_mode) && depth > 0 &&
			 snprintf(sub, sizeof(sub), "%s/%s", path, e->d_name) < (int)sizeof(sub))
			sum += bytes_in(sub, depth - 1);
	}
	if (d)
		closedir(d);
	return sum;
}

static int tell(struct meter *m, const char *grows, struct error *err)
{
	if (!m)
		return 0;
	return grows ? meter_at(m, bytes_in(grows, 1), m->now.total, err) : meter_add(m, 0, err);
}

/* 0 at the end of its output, -1 cancelled or late. */
static int listen(int from, const char *grows, char *out, size_t cap, uint64_t end, struct meter *m,
		  struct error *err)
{
	char buf[4096];
	size_t have = 0;

	for (;;) {
		struct pollfd p = { .fd = from, .events = POLLIN };
		int r = poll(&p, 1, TICK_MS);
		ssize_t n = r > 0 ? read(from, buf, sizeof(buf)) : -1;
		if (r > 0 && n == 0)
			return tell(m, grows, err);
		if (n > 0)
			keep(out, cap, &have, buf, (size_t)n);
		if (now_ms() >= end)
			return error_set(err, ETIMEDOUT, "it did not end");
		if (tell(m, grows, err) < 0)
			return -1;
	}
}

/* Asked first: what it has made outside of our directory only it can take away (mmdebstrap's
 * tree of another user's files). When its output ends, it has. */
static void end_group(pid_t pid, int from)
{
	uint64_t end = now_ms() + GRACE_MS;
	char buf[4096];

	kill(-pid, SIGTERM);
	while (now_ms() < end) {
		struct pollfd p = { .fd = from, .events = POLLIN };

		if (poll(&p, 1, TICK_MS) > 0 && read(from, buf, sizeof(buf)) == 0)
			break;
	}
	kill(-pid, SIGKILL);
}

int tool_run(char *const argv[], const char *grows, char *out, size_t cap, int timeout_ms,
	     struct meter *m, int *status, struct error *err)
{
	int ends[2];

	out[0] = '\0';
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "run %s", argv[0]);
	AUTO_CLOSE int from = ends[0];
	pid_t pid = start(argv, ends[1], err);
	close(ends[1]);
	if (pid < 0)
		return -1;
	int r = listen(from, grows, out, cap, now_ms() + (uint64_t)timeout_ms, m, err);
	if (r < 0)
		end_group(pid, from);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return r < 0 ? error_wrap(err, "%s", argv[0]) : 0;
}
