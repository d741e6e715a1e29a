#include "engine/net/netns_build.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>

#include "engine/base/own.h"
#include "engine/net/inside.h"
#include "engine/net/netlink.h"
#include "engine/net/sockets.h"
#include "engine/net/tap.h"

/*
 * A namespace can only be configured from inside, so the steps are taken by a
 * short-lived child (inside.h), which hands back two descriptors. When a step
 * fails it dies, and the kernel takes the namespace, for nobody else holds it.
 */
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
	if (netlink_suspicious(nl, tap, err) < 0)
		return -1;
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
	return netns_verify(&(struct sockets){ 0 }, err);
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

struct build {
	const struct netns_step *steps;
};

static int build_inside(void *arg, struct inside_fds *out, struct error *err)
{
	const struct build *b = arg;
	struct netns n = { .ns_fd = -1, .tap_fd = -1 };

	if (build(b->steps, &n, err) < 0)
		return -1;
	*out = (struct inside_fds){ .fd = { n.ns_fd, n.tap_fd }, .n = 2 };
	return 0;
}

int netns_make_by(const struct netns_step *steps, struct netns *n, struct error *err)
{
	struct build b = { .steps = steps };
	struct inside_fds fds;

	*n = (struct netns){ .ns_fd = -1, .tap_fd = -1 };
	if (inside_run(build_inside, &b, &fds, err) < 0)
		return -1;
	*n = (struct netns){ .ns_fd = fds.fd[0], .tap_fd = fds.fd[1] };
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
