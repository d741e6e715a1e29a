#include "engine/net/inside.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/passing.h"

enum { TIMEOUT_MS = 5000 };

struct answer {
	int failed;
	int n;
	struct error err;
};

static int send_answer(int sock, const struct answer *a, const struct inside_fds *f)
{
	size_t n = a->failed ? 0 : (size_t)f->n;

	return passing_send(sock, a, sizeof(*a), f->fd, n, 0) == (ssize_t)sizeof(*a) ? 0 : -1;
}

static int receive_answer(int sock, struct answer *a, struct inside_fds *f)
{
	size_t n;

	if (passing_receive(sock, a, sizeof(*a), f->fd, INSIDE_FDS, &n, 0) != (ssize_t)sizeof(*a))
		return -1;
	f->n = (int)n;
	if (f->n == (a->failed ? 0 : a->n))
		return 0;
	inside_close(f);
	return -1;
}

static _Noreturn void in_child(inside_fn *fn, void *arg, int sock)
{
	struct inside_fds f = { .n = 0 };
	struct answer a = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	a.failed = fn(arg, &f, &a.err) < 0;
	a.n = f.n;
	_exit(send_answer(sock, &a, &f) < 0);
}

/* Wait for the child's answer, then for its end. */
static int collect(int sock, pid_t pid, struct answer *a, struct inside_fds *f, struct error *err)
{
	uint64_t end = now_ms() + TIMEOUT_MS, now;
	struct pollfd p = { .fd = sock, .events = POLLIN };
	int r;

	do {
		now = now_ms();
		r = poll(&p, 1, now < end ? (int)(end - now) : 0);
	} while (r < 0 && errno == EINTR);
	if (r > 0)
		r = receive_answer(sock, a, f) < 0 ? -1 : 1;
	kill(pid, SIGKILL); /* it has nothing more to say */
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (r == 0)
		return error_set(err, ETIMEDOUT, "network: its maker does not answer");
	if (r < 0)
		return error_set(err, 0, "network: its maker died");
	return 0;
}

int inside_run(inside_fn *fn, void *arg, struct inside_fds *out, struct error *err)
{
	AUTO_CLOSE int ours = -1;
	AUTO_CLOSE int theirs = -1;
	struct answer a;
	int pair[2];
	pid_t pid;

	out->n = 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "network");
	ours = pair[0];
	theirs = pair[1];
	pid = fork();
	if (pid < 0)
		return error_set(err, errno, "network");
	if (pid == 0)
		in_child(fn, arg, theirs);
	drop_fd(&theirs);
	if (collect(ours, pid, &a, out, err) < 0)
		return -1;
	if (a.failed) {
		*err = a.err;
		return -1;
	}
	return 0;
}

void inside_close(struct inside_fds *f)
{
	while (f->n > 0)
		close(f->fd[--f->n]);
}
