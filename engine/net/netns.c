#include "engine/net/netns_build.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/net/netlink.h"
#include "engine/net/tap.h"

/*
 * A namespace can only be configured from inside, and a process that entered
 * it cannot be the supervisor, whose upstream sockets belong to the host. So a
 * child of a few milliseconds enters a new one, takes the steps in order, and
 * hands back two descriptors with SCM_RIGHTS. When a step fails, it hands back
 * the error instead and dies; the kernel then takes the namespace, for nobody
 * else holds it. That is all the unwinding there is.
 */
enum { TIMEOUT_MS = 5000 };

struct answer {
	int failed;
	struct error err;
};

static int step_namespace(struct netns *n, struct error *err)
{
	if (unshare(CLONE_NEWNET) < 0) {
		error_set(err, errno, "new network namespace");
		if (err->code == EPERM)
			error_hint(err, "allow user namespaces, or run as root");
		else if (err->code == ENOSPC)
			error_hint(err, "sudo sysctl -w user.max_net_namespaces=1024");
		return -1;
	}
	n->ns_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	return n->ns_fd < 0 ? error_set(err, errno, "open /proc/self/ns/net") : 0;
}

/* /proc/sys/net shows the namespace of whoever looks. A container may have it
 * read-only: what already has the value is as good. A kernel without the file
 * (no IPv6) is content. */
static int set_sysctl(const char *path, char value, struct error *err)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO_CLOSE int out = -1;
	char now = 0;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || read(fd, &now, 1) != 1)
		return error_set(err, errno, "read %s", path);
	if (now == value)
		return 0;
	out = open(path, O_WRONLY | O_CLOEXEC);
	if (out < 0 || write(out, &value, 1) != 1)
		return error_set(err, errno, "set %s", path);
	return 0;
}

/* IPv4's settings are copied from the host's namespace, so a host that forwards
 * would make a session's forward too (net.core.devconf_inherit_init_net). */
static int step_sysctl(struct netns *n, struct error *err)
{
	struct error ignored;

	(void)n;
	if (set_sysctl("/proc/sys/net/ipv4/ip_forward", '0', err) < 0 ||
	    set_sysctl("/proc/sys/net/ipv4/conf/all/route_localnet", '0', err) < 0 ||
	    set_sysctl("/proc/sys/net/ipv4/conf/default/route_localnet", '0', err) < 0)
		return -1;
	/* Before the TAP is there, so that it never has IPv6. Where these are read-only the
	 * link's address mode does it, and verify tells whether it did. */
	set_sysctl("/proc/sys/net/ipv6/conf/all/disable_ipv6", '1', &ignored);
	set_sysctl("/proc/sys/net/ipv6/conf/default/disable_ipv6", '1', &ignored);
	return 0;
}

static int step_loopback(struct netns *n, struct error *err)
{
	AUTO_NETLINK struct netlink *nl = netlink_open(err);
	int lo;

	(void)n;
	if (!nl)
		return -1;
	lo = netlink_find(nl, "lo", err);
	return lo < 0 ? -1 : netlink_up(nl, lo, err);
}

static int step_tap(struct netns *n, struct error *err)
{
	AUTO_NETLINK struct netlink *nl = netlink_open(err);
	struct error ignored;
	int tap;

	if (!nl)
		return -1;
	n->tap_fd = tap_open(NETNS_TAP, err);
	if (n->tap_fd < 0)
		return -1;
	tap = netlink_find(nl, NETNS_TAP, err);
	if (tap < 0)
		return -1;
	netlink_no_autoaddress(nl, tap, &ignored); /* refused where IPv6 is off already */
	return netlink_set_mac(nl, tap, NETNS_TAP_MAC, err);
}

static int step_address(struct netns *n, struct error *err)
{
	AUTO_NETLINK struct netlink *nl = netlink_open(err);
	int tap;

	(void)n;
	if (!nl)
		return -1;
	tap = netlink_find(nl, NETNS_TAP, err);
	if (tap < 0 || netlink_add_address(nl, tap, NETNS_ADDRESS, err) < 0)
		return -1;
	return netlink_up(nl, tap, err);
}

static int step_anyip(struct netns *n, struct error *err)
{
	AUTO_NETLINK struct netlink *nl = netlink_open(err);
	int lo;

	(void)n;
	if (!nl)
		return -1;
	lo = netlink_find(nl, "lo", err);
	return lo < 0 ? -1 : netlink_add_local(nl, lo, NETNS_ANYIP, err);
}

static int step_verify(struct netns *n, struct error *err)
{
	(void)n;
	return netns_verify(err);
}

const struct netns_step netns_steps[] = {
	{ "namespace", step_namespace }, { "sysctl", step_sysctl },   { "loopback", step_loopback },
	{ "tap", step_tap },		 { "address", step_address }, { "anyip", step_anyip },
	{ "verify", step_verify },	 { NULL, NULL },
};

static int build(const struct netns_step *steps, struct netns *n, struct error *err)
{
	for (; steps->name; steps++)
		if (steps->run(n, err) < 0)
			return error_wrap(err, "network: %s", steps->name);
	return 0;
}

static int send_answer(int sock, const struct answer *a, const struct netns *n)
{
	char control[CMSG_SPACE(2 * sizeof(int))] = { 0 };
	struct iovec iov = { .iov_base = (void *)(uintptr_t)a, .iov_len = sizeof(*a) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int fds[2] = { n->ns_fd, n->tap_fd };

	if (!a->failed) {
		struct cmsghdr *c;

		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(fds));
		memcpy(CMSG_DATA(c), fds, sizeof(fds));
	}
	return sendmsg(sock, &msg, MSG_NOSIGNAL) == (ssize_t)sizeof(*a) ? 0 : -1;
}

static int receive_answer(int sock, struct answer *a, struct netns *n)
{
	char control[CMSG_SPACE(2 * sizeof(int))] = { 0 };
	struct iovec iov = { .iov_base = a, .iov_len = sizeof(*a) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *c;
	int fds[2];

	if (recvmsg(sock, &msg, MSG_CMSG_CLOEXEC) != (ssize_t)sizeof(*a))
		return -1;
	if (a->failed)
		return 0;
	c = CMSG_FIRSTHDR(&msg);
	if (!c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof(fds)))
		return -1;
	memcpy(fds, CMSG_DATA(c), sizeof(fds));
	*n = (struct netns){ .ns_fd = fds[0], .tap_fd = fds[1] };
	return 0;
}

static _Noreturn void in_child(const struct netns_step *steps, int sock)
{
	struct netns n = { .ns_fd = -1, .tap_fd = -1 };
	struct answer a = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	a.failed = build(steps, &n, &a.err) < 0;
	_exit(send_answer(sock, &a, &n) < 0);
}

/* Wait for the child's answer, then for its end. */
static int collect(int sock, pid_t pid, struct answer *a, struct netns *n, struct error *err)
{
	uint64_t end = now_ms() + TIMEOUT_MS, now;
	struct pollfd p = { .fd = sock, .events = POLLIN };
	int r;

	do {
		now = now_ms();
		r = poll(&p, 1, now < end ? (int)(end - now) : 0);
	} while (r < 0 && errno == EINTR);
	if (r > 0)
		r = receive_answer(sock, a, n) < 0 ? -1 : 1;
	kill(pid, SIGKILL); /* it has nothing more to say */
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (r == 0)
		return error_set(err, ETIMEDOUT, "network: its maker does not answer");
	if (r < 0)
		return error_set(err, 0, "network: its maker died");
	return 0;
}

int netns_make_by(const struct netns_step *steps, struct netns *n, struct error *err)
{
	AUTO_CLOSE int ours = -1;
	AUTO_CLOSE int theirs = -1;
	struct answer a;
	int pair[2];
	pid_t pid;

	*n = (struct netns){ .ns_fd = -1, .tap_fd = -1 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "network");
	ours = pair[0];
	theirs = pair[1];
	pid = fork();
	if (pid < 0)
		return error_set(err, errno, "network");
	if (pid == 0)
		in_child(steps, theirs);
	drop_fd(&theirs);
	if (collect(ours, pid, &a, n, err) < 0)
		return -1;
	if (a.failed) {
		*err = a.err;
		return -1;
	}
	return 0;
}

int netns_make(struct netns *n, struct error *err)
{
	return netns_make_by(netns_steps, n, err);
}

void netns_done(struct netns *n)
{
	drop_fd(&n->ns_fd);
	drop_fd(&n->tap_fd);
}
