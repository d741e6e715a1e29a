#include "tests/world/guest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/net/inside.h"
#include "engine/net/netns.h"
#include "engine/net/tap.h"
#include "tests/world/world.h"

enum { ANSWER_MS = 20000 };

static int make(void *arg, struct inside_fds *out, struct error *err)
{
	int ns, tap;

	(void)arg;
	if (unshare(CLONE_NEWNET) < 0)
		return error_set(err, errno, "the guest's namespace");
	ns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	tap = tap_open("eth0", err);
	if (tap < 0 || world_ip(err, "link set lo up") < 0 ||
	    world_ip(err, "link set eth0 address " NETNS_GUEST_MAC) < 0 ||
	    world_ip(err, "addr add 10.200.0.2/30 dev eth0") < 0 ||
	    world_ip(err, "link set eth0 up") < 0 ||
	    world_ip(err, "route add default via 10.200.0.1") < 0)
		return -1;
	*out = (struct inside_fds){ .fd = { ns, tap }, .n = 2 };
	return 0;
}

static void carry(int from, int to)
{
	char frame[70000];
	ssize_t n;

	for (int i = 0; i < 64; i++) {
		n = read(from, frame, sizeof(frame));
		if (n <= 0)
			return;
		/* a full queue drops a frame, as wires do */
		if (write(to, frame, (size_t)n) < 0 && errno == EBADFD)
			_exit(0);
	}
}

static _Noreturn void cable(int a, int b)
{
	struct pollfd p[2] = { { .fd = a, .events = POLLIN }, { .fd = b, .events = POLLIN } };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fcntl(a, F_SETFL, O_RDWR | O_NONBLOCK);
	fcntl(b, F_SETFL, O_RDWR | O_NONBLOCK);
	while (poll(p, 2, -1) >= 0 || errno == EINTR) {
		carry(a, b);
		carry(b, a);
	}
	_exit(0);
}

int guest_start(struct guest *g, int tap_fd, struct error *err)
{
	struct inside_fds fds;

	*g = (struct guest){ .ns_fd = -1 };
	if (inside_run(make, NULL, &fds, err) < 0)
		return -1;
	g->ns_fd = fds.fd[0];
	g->cable = fork();
	if (g->cable == 0)
		cable(tap_fd, fds.fd[1]);
	close(fds.fd[1]);
	return g->cable < 0 ? error_set(err, errno, "fork") : 0;
}

void guest_stop(struct guest *g)
{
	if (g->cable > 0) {
		kill(g->cable, SIGKILL);
		waitpid(g->cable, NULL, 0);
	}
	if (g->ns_fd >= 0)
		close(g->ns_fd);
	*g = (struct guest){ .ns_fd = -1 };
}

int guest_run(struct guest *g, guest_fn *fn, void *arg, char *out, int cap)
{
	int pipefd[2], n = 0, status;
	pid_t pid;

	if (pipe2(pipefd, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(setns(g->ns_fd, CLONE_NEWNET) < 0 ? 99 : fn(arg, pipefd[1]));
	}
	close(pipefd[1]);
	for (;;) {
		char waste[4096];
		ssize_t k = out && n < cap - 1 ? read(pipefd[0], out + n, (size_t)(cap - 1 - n)) :
						 read(pipefd[0], waste, sizeof(waste));

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			break;
		if (out && n < cap - 1)
			n += (int)k;
	}
	if (out)
		out[n] = '\0';
	close(pipefd[0]);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static int wait_for(int fd, short events, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int r;

	do
		r = poll(&p, 1, timeout_ms);
	while (r < 0 && errno == EINTR);
	return r;
}

int guest_connect(const char *address, uint16_t port, int timeout_ms)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), code = 0;
	socklen_t len = sizeof(code);

	inet_pton(AF_INET, address, &to.sin_addr);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 && errno != EINPROGRESS)
		code = errno;
	else if (wait_for(fd, POLLOUT, timeout_ms) <= 0)
		code = ETIMEDOUT;
	else
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len);
	if (!code)
		return fd;
	close(fd);
	return -code;
}

static size_t query(uint8_t *p, const char *name, int type)
{
	static uint16_t id;
	size_t at = 12;

	memset(p, 0, 12);
	id++;
	p[0] = (uint8_t)(id >> 8);
	p[1] = (uint8_t)id;
	p[2] = 1;
	p[5] = 1;
	while (*name) {
		size_t n = strcspn(name, ".");

		p[at++] = (uint8_t)n;
		memcpy(p + at, name, n);
		at += n;
		name += n + (name[n] == '.');
	}
	memcpy(p + at, (uint8_t[]){ 0, (uint8_t)(type >> 8), (uint8_t)type, 0, 1 }, 5);
	return at + 5;
}

int guest_ask(const char *server, const char *name, int type, int tcp, char out[16])
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(53) };
	uint8_t q[600], p[600];
	size_t n = query(q + 2, name, type), at;
	ssize_t got;
	int fd;

	out[0] = '\0';
	inet_pton(AF_INET, server ? server : "10.200.0.1", &to.sin_addr);
	fd = tcp ? guest_connect(server ? server : "10.200.0.1", 53, ANSWER_MS) :
		   socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	q[0] = (uint8_t)(n >> 8);
	q[1] = (uint8_t)n;
	if (!tcp && connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		got = -1;
	else if (send(fd, tcp ? q : q + 2, tcp ? n + 2 : n, MSG_NOSIGNAL) < 0)
		got = -1;
	else
		got = wait_for(fd, POLLIN, ANSWER_MS) > 0 ? recv(fd, p, sizeof(p), 0) : -1;
	close(fd);
	if (tcp && got > 2)
		memmove(p, p + 2, (size_t)(got -= 2));
	if (got < 12 || p[0] != q[2] || p[1] != q[3])
		return -1;
	at = n;
	if (p[7] == 1 && (size_t)got >= at + 16)
		snprintf(out, 16, "%d.%d.%d.%d", p[at + 12], p[at + 13], p[at + 14], p[at + 15]);
	return p[3] & 15;
}

int guest_reach(const char *name, uint16_t port)
{
	char address[16];
	int code = guest_ask(NULL, name, 1, 0, address);

	if (code != 0 || !address[0])
		return -10000 - code;
	return guest_connect(address, port, ANSWER_MS);
}

int guest_talk(int fd, const char *text, char *out, int cap)
{
	int n = 0;

	out[0] = '\0';
	if (text && send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		return -errno;
	while (n < cap - 1) {
		ssize_t k;

		if (wait_for(fd, POLLIN, ANSWER_MS) <= 0)
			return -ETIMEDOUT;
		k = recv(fd, out + n, (size_t)(cap - 1 - n), 0);
		if (k < 0 && errno != EAGAIN)
			return -errno;
		if (k == 0)
			break;
		if (k > 0)
			n += (int)k;
		out[n] = '\0';
	}
	return n;
}
