/* A session's namespace: made as root and as an ordinary user in a user
 * namespace, looked at from inside, and gone afterwards. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/net/netlink.h"
#include "engine/net/netns_build.h"
#include "engine/net/sockets.h"
#include "engine/net/tap.h"
#include "tests/test.h"
#include "tests/world/rig.h"

/*
 * What needs privileges happens in a child of its own user, mount and network
 * namespaces, which reports with its exit status and one line.
 */
struct report {
	int skipped, failed;
	char why[400];
};

static int note(struct report *r, const char *what, const struct error *err)
{
	r->failed = 1;
	snprintf(r->why, sizeof(r->why), "%s: %.300s", what, err ? err->msg : strerror(errno));
	return -1;
}

static int write_file(const char *path, const char *text)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);
	struct error err;

	return fd < 0 ? -1 : fd_write_all(fd, text, strlen(text), &err);
}

static int become_ordinary(struct report *r)
{
	char map[64];
	unsigned id = getuid() ? getuid() : 65534;

	if (!getuid()) {
		rig_open_tun();
		if (setresgid(id, id, id) < 0 || setresuid(id, id, id) < 0)
			return note(r, "become an ordinary user", NULL);
		/* Files of /proc/self are root's until a process that changed its user is
		 * dumpable again. */
		prctl(PR_SET_DUMPABLE, 1);
	}
	if (access("/dev/net/tun", R_OK | W_OK) < 0 || unshare(CLONE_NEWUSER) < 0) {
		r->skipped = 1;
		snprintf(r->why, sizeof(r->why), "/dev/net/tun and user namespaces: %s",
			 strerror(errno));
		return -1;
	}
	snprintf(map, sizeof(map), "0 %u 1\n", id);
	if (write_file("/proc/self/setgroups", "deny") < 0 ||
	    write_file("/proc/self/uid_map", map) < 0 || write_file("/proc/self/gid_map", map) < 0)
		return note(r, "map ids", NULL);
	return 0;
}

typedef void body_fn(struct report *r);

/* Run body in a child; as an ordinary user in a user namespace if wanted. */
static void in_child(bool ordinary, body_fn *body)
{
	struct report r = { 0 };
	int pipefd[2];
	pid_t pid;

	CHECK(pipe2(pipefd, O_CLOEXEC) == 0);
	pid = fork();
	if (pid == 0) {
		if (!ordinary || become_ordinary(&r) == 0)
			body(&r);
		if (write(pipefd[1], &r, sizeof(r)) < 0)
			_exit(1);
		_exit(0);
	}
	close(pipefd[1]);
	if (read(pipefd[0], &r, sizeof(r)) != sizeof(r))
		snprintf(r.why, sizeof(r.why), "the child died"), r.failed = 1;
	close(pipefd[0]);
	waitpid(pid, NULL, 0);
	if (r.skipped)
		SKIP("%s", r.why);
	if (r.failed)
		CHECK_FAIL("%.380s", r.why);
}

static int count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = -3; /* ., .., d */

	if (!d)
		return -1;
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static bool connects(const char *address, int port, int *code)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	AUTO_CLOSE int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET, address, &sa.sin_addr);
	*code = connect(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ? errno : 0;
	return !*code;
}

/* Inside: verified again, nobody answers, and there is no way out. */
static void look_around(struct report *r)
{
	static const struct {
		const char *address;
		int code;
	} cases[] = {
		{ "127.0.0.1", ECONNREFUSED },	 { "10.200.0.1", ECONNREFUSED },
		{ "198.18.77.5", ECONNREFUSED }, /* any of them is local */
		{ "8.8.8.8", ENETUNREACH },	 { "169.254.169.254", ENETUNREACH },
		{ "192.168.1.1", ENETUNREACH },	 { "10.200.0.5", ENETUNREACH },
	};
	struct error err;

	if (netns_verify(&(struct sockets){ 0 }, &err) < 0) {
		note(r, "verify from outside", &err);
		return;
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int code;

		connects(cases[i].address, 80, &code);
		if (code != cases[i].code) {
			errno = code;
			note(r, cases[i].address, NULL);
			return;
		}
	}
	if (access("/proc/self/net/if_inet6", R_OK) == 0) {
		AUTO_FREE char *six = file_read(AT_FDCWD, "/proc/self/net/if_inet6", 65536, NULL,
						&err);

		if (six && strstr(six, NETNS_TAP)) {
			error_set(&err, 0, "%s", six);
			note(r, "IPv6 on the TAP", &err);
		}
	}
}

static void check_tap(struct report *r, int fd)
{
	struct ifreq ifr = { .ifr_flags = 0 };

	if (ioctl(fd, TUNGETIFF, &ifr) < 0) {
		note(r, "TUNGETIFF", NULL);
		return;
	}
	if (strcmp(ifr.ifr_name, NETNS_TAP) != 0 || !(ifr.ifr_flags & IFF_VNET_HDR) ||
	    ifr.ifr_flags & IFF_PERSIST) {
		errno = EINVAL;
		note(r, "the TAP's flags", NULL);
	}
}

static void make_and_look(struct report *r)
{
	struct netns n;
	struct error err;
	int before = count_fds();

	if (netns_make(&n, &err) < 0) {
		note(r, "make", &err);
		return;
	}
	if (count_fds() != before + 2) {
		note(r, "descriptors beside the two", NULL);
		return;
	}
	check_tap(r, n.tap_fd);
	if (setns(n.ns_fd, CLONE_NEWNET) < 0)
		note(r, "enter", NULL);
	else if (!r->failed)
		look_around(r);
	netns_done(&n);
	if (count_fds() != before && !r->failed)
		note(r, "descriptors after done", NULL);
}

static void made_as_root(void)
{
	if (getuid())
		SKIP("root");
	in_child(false, make_and_look);
}

static void made_by_an_ordinary_user(void)
{
	in_child(true, make_and_look);
}

/* One namespace is all that this user namespace may have: making a second is
 * only possible when the first is really gone. The kernel takes a namespace
 * back a moment after its last user, hence a deadline. */
static void one_at_a_time(struct report *r)
{
	struct error err;

	if (write_file("/proc/sys/user/max_net_namespaces", "1") < 0) {
		r->skipped = 1;
		snprintf(r->why, sizeof(r->why), "user.max_net_namespaces can be set");
		return;
	}
	for (int i = 0; i < 3; i++) {
		uint64_t until = now_ms() + 60000;
		struct netns n, second;
		int made;

		do
			made = netns_make(&n, &err);
		while (made < 0 && now_ms() < until);
		if (made < 0) {
			note(r, "something of the one before is left", &err);
			return;
		}
		if (netns_make(&second, &err) == 0) {
			errno = EINVAL;
			note(r, "the limit does not bite, so this proves nothing", NULL);
			return;
		}
		if (!err.hint[0]) {
			note(r, "no remedy for the limit", &err);
			return;
		}
		netns_done(&n);
	}
}

static void dropped_it_is_gone(void)
{
	in_child(true, one_at_a_time);
}

static int step_that_fails(struct netns *n, struct error *err)
{
	(void)n;
	return error_set(err, EIO, "planted");
}

static void each_failing_step(struct report *r)
{
	struct error err;
	int before = count_fds();
	size_t steps = 0;

	while (netns_steps[steps].name)
		steps++;
	for (size_t k = 0; k < steps; k++) {
		struct netns_step list[16] = { { 0 } };
		struct netns n;
		char want[64];

		memcpy(list, netns_steps, steps * sizeof(*list));
		list[k].run = step_that_fails;
		if (netns_make_by(list, &n, &err) == 0) {
			note(r, list[k].name, &err);
			return;
		}
		snprintf(want, sizeof(want), "network: %s: planted", list[k].name);
		if (strncmp(err.msg, want, strlen(want)) != 0 || n.ns_fd >= 0 || n.tap_fd >= 0 ||
		    count_fds() != before || waitpid(-1, NULL, WNOHANG) != -1) {
			note(r, "something is left, or the step is not named", &err);
			return;
		}
	}
	/* With a limit of one: none of them left a namespace. */
	one_at_a_time(r);
}

static void each_failing_step_is_named_and_leaves_nothing(void)
{
	in_child(true, each_failing_step);
}

static int step_that_dies(struct netns *n, struct error *err)
{
	(void)n;
	(void)err;
	_exit(3);
}

static void a_maker_that_dies_is_an_error(void)
{
	static const struct netns_step steps[] = { { "die", step_that_dies }, { NULL, NULL } };
	struct netns n;
	struct error err;

	CHECK_INT(netns_make_by(steps, &n, &err), -1);
	CHECK_STR(err.msg, "network: its maker died");
}

/*
 * Verification must notice what is not meant: each case spoils a good
 * namespace in one way.
 */
static int spoil_address(void)
{
	struct error err;
	AUTO_NETLINK struct netlink *nl = netlink_open(&err);
	int tap = nl ? netlink_find(nl, NETNS_TAP, &err) : -1;

	return tap < 0 ? -1 : netlink_add_address(nl, tap, "10.201.0.1/24", &err);
}

static int spoil_route(void)
{
	struct error err;
	AUTO_NETLINK struct netlink *nl = netlink_open(&err);
	int lo = nl ? netlink_find(nl, "lo", &err) : -1;

	return lo < 0 ? -1 : netlink_add_local(nl, lo, "8.8.8.0/24", &err);
}

static int spoil_listener(void)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(53) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0); /* left open on purpose */

	return fd < 0 ? -1 : bind(fd, (struct sockaddr *)&sa, sizeof(sa));
}

static int spoil_link(void)
{
	struct error err;
	AUTO_NETLINK struct netlink *nl = netlink_open(&err);
	int fd = tap_open("other0", &err); /* left open on purpose */
	int tap = nl && fd >= 0 ? netlink_find(nl, "other0", &err) : -1;

	return tap < 0 ? -1 : netlink_up(nl, tap, &err);
}

static int spoil_filter(void)
{
	static const char *const paths[] = { "/proc/sys/net/ipv4/conf/all/rp_filter",
					     "/proc/sys/net/ipv4/conf/" NETNS_TAP "/rp_filter" };

	for (size_t i = 0; i < 2; i++) {
		AUTO_CLOSE int fd = open(paths[i], O_WRONLY | O_CLOEXEC);

		if (fd < 0 || write(fd, "0", 1) != 1)
			return -1;
	}
	return 0;
}

static void spoil_each(struct report *r)
{
	static const struct {
		int (*fn)(void);
		const char *says;
	} cases[] = {
		{ spoil_address, "address that must not be there: " NETNS_TAP " 10.201.0.1/24" },
		{ spoil_route, "route that must not be there: local 8.8.8.0/24 lo 255" },
		{ spoil_listener, "1 udp socket that must not be there" },
		{ spoil_link, "link that must not be up: other0" },
		{ spoil_filter, "source addresses are not checked on " NETNS_TAP },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct netns n;
		struct error err;

		if (netns_make(&n, &err) < 0 || setns(n.ns_fd, CLONE_NEWNET) < 0) {
			note(r, "make", &err);
			return;
		}
		if (cases[i].fn() < 0) {
			note(r, cases[i].says, NULL);
			return;
		}
		if (netns_verify(&(struct sockets){ 0 }, &err) == 0 || strcmp(err.msg, cases[i].says) != 0) {
			note(r, cases[i].says, &err);
			return;
		}
		netns_done(&n);
	}
}

static void verification_notices_what_is_not_meant(void)
{
	in_child(true, spoil_each);
}

static void each_refusal_of_tun_has_its_remedy(void)
{
	static const int codes[] = { EACCES, ENOENT, ENODEV, EPERM };

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		struct error err;

		error_set(&err, codes[i], "open /dev/net/tun");
		tap_hint(&err);
		CHECK(err.hint[0]);
	}
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "made as root", made_as_root },
		{ "made by an ordinary user", made_by_an_ordinary_user },
		{ "dropped, it is gone", dropped_it_is_gone },
		{ "each failing step is named and leaves nothing",
		  each_failing_step_is_named_and_leaves_nothing },
		{ "a maker that dies is an error", a_maker_that_dies_is_an_error },
		{ "verification notices what is not meant",
		  verification_notices_what_is_not_meant },
		{ "each refusal of tun has its remedy", each_refusal_of_tun_has_its_remedy },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
