#include "engine/base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "engine/base/loop.h"
#include "engine/base/own.h"

int process_find(const char *name, char *out, size_t cap)
{
	const char *path = getenv("PATH");
	struct stat st;

	if (strchr(name, '/')) {
		if (access(name, X_OK) < 0 || strlen(name) >= cap)
			return -1;
		strcpy(out, name);
		return 0;
	}
	if (!path || !*path)
		path = "/usr/local/bin:/usr/bin:/bin";
	while (*path) {
		size_t n = strcspn(path, ":");

		if (n && snprintf(out, cap, "%.*s/%s", (int)n, path, name) < (int)cap &&
		    stat(out, &st) == 0 && S_ISREG(st.st_mode) && access(out, X_OK) == 0)
			return 0;
		path += n + (path[n] == ':');
	}
	return -1;
}

/* Put the wanted descriptors at 0..n-1. They are first lifted above the target
 * range, so that no placement overwrites one that is still needed. Descriptor
 * `report` must survive; its new number is returned. */
static int place_fds(const struct process *p, int report)
{
	int lifted[PROCESS_FDS];
	int n = (int)p->n_fds;

	report = fcntl(report, F_DUPFD_CLOEXEC, PROCESS_FDS);
	for (int i = 0; i < n; i++)
		lifted[i] = p->fds[i] < 0 ? -1 : fcntl(p->fds[i], F_DUPFD_CLOEXEC, PROCESS_FDS);
	for (int i = 0; i < n || i < 3; i++) {
		int fd = i < n ? lifted[i] : -1;

		if (fd >= 0)
			dup2(fd, i); /* clears close-on-exec */
		else if (i < 3 && (fd = open("/dev/null", O_RDWR)) != i && fd >= 0) {
			dup2(fd, i);
			close(fd);
		} else if (i >= 3)
			close(i);
	}
	n = n < 3 ? 3 : n;
	syscall(SYS_close_range, n, report - 1, 0);
	syscall(SYS_close_range, report + 1, ~0U, 0);
	return report;
}

static void reset_signals(void)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		sigaction(s, &dfl, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void in_child(const struct process *p, const char *file, int report)
{
	int e = 0;

	report = place_fds(p, report);
	reset_signals();
	if (p->prepare)
		e = p->prepare(p->arg);
	if (!e) {
		execve(file, p->argv, p->env ? p->env : environ);
		e = errno;
	}
	if (write(report, &e, sizeof(e)) < 0)
		_exit(126);
	_exit(127);
}

pid_t process_start(const struct process *p, struct error *err)
{
	char file[PATH_MAX] = "/proc/self/exe";
	int pipefd[2];
	int e = 0;
	ssize_t n;
	pid_t pid;

	if (p->file && process_find(p->file, file, sizeof(file)) < 0)
		return error_set(err, ENOENT, "start %s", p->file);
	if (pipe2(pipefd, O_CLOEXEC) < 0)
		return error_set(err, errno, "start %s", p->argv[0]);
	pid = fork();
	if (pid == 0)
		in_child(p, file, pipefd[1]);
	e = errno;
	close(pipefd[1]);
	if (pid < 0) {
		close(pipefd[0]);
		return error_set(err, e, "start %s", p->argv[0]);
	}
	do
		n = read(pipefd[0], &e, sizeof(e));
	while (n < 0 && errno == EINTR);
	close(pipefd[0]);
	if (n == sizeof(e)) {
		waitpid(pid, NULL, 0);
		return error_set(err, e, "start %s", p->argv[0]);
	}
	return pid;
}

int process_capture(char *const argv[], char *out, size_t cap, int timeout_ms, int *status,
		    struct error *err)
{
	int pipefd[2];
	AUTO_CLOSE int from = -1;
	AUTO_CLOSE int to = -1;
	struct process p = { .file = argv[0], .argv = argv, .n_fds = 3 };
	uint64_t end = now_ms() + (uint64_t)timeout_ms;
	size_t len = 0;
	pid_t pid;

	if (pipe2(pipefd, O_CLOEXEC) < 0)
		return error_set(err, errno, "run %s", argv[0]);
	from = pipefd[0];
	to = pipefd[1];
	p.fds[0] = -1;
	p.fds[1] = p.fds[2] = to;
	pid = process_start(&p, err);
	drop_fd(&to);
	if (pid < 0)
		return -1;
	for (;;) {
		struct pollfd pfd = { .fd = from, .events = POLLIN };
		uint64_t now = now_ms();
		char junk[4096];
		char *at = len + 1 < cap ? out + len : junk;
		size_t room = len + 1 < cap ? cap - 1 - len : sizeof(junk);
		ssize_t n;

		if (now >= end || poll(&pfd, 1, (int)(end - now)) == 0) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
			out[len] = '\0';
			return error_set(err, ETIMEDOUT, "run %s", argv[0]);
		}
		n = read(from, at, room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (at != junk)
			len += (size_t)n;
	}
	out[len] = '\0';
	waitpid(pid, status, 0);
	return 0;
}

unsigned long long process_started(pid_t pid)
{
	char path[64], buf[1024];
	AUTO_CLOSE int fd = -1;
	unsigned long long ticks;
	char *p;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, buf, sizeof(buf) - 1);
	if (n <= 0)
		return 0;
	buf[n] = '\0';
	p = strrchr(buf, ')'); /* the name may hold anything, parentheses included */
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (!p || sscanf(p, "%llu", &ticks) != 1)
		return 0;
	return ticks;
}

void boot_id(char out[37])
{
	AUTO_CLOSE int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	memset(out, 0, 37);
	if (fd < 0 || read(fd, out, 36) != 36)
		strcpy(out, "unknown");
}
