/* A session's network as it changes and fails: open, live changes, limits, back-pressure,
 * a gateway that dies, steps that fail. In the decoy world. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/net/netns_build.h"
#include "engine/net/sockets.h"
#include "tests/world/rig.h"

static const char *const usual[] = { "ok.example:9000", "ok.example:80", "hosts.example", NULL };

static const char *say(struct rig *r, const char *name, int port, char out[256])
{
	rig_talk(r, (struct rig_act){ .name = name, .port = (uint16_t)port, .text = "x" }, out, 256);
	return out;
}

/* Run a shell command inside the session's namespace. */
static int inside(struct rig *r, const char *command)
{
	char line[512];
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (setns(r->net.ns_fd, CLONE_NEWNET) < 0)
			_exit(99);
		snprintf(line, sizeof(line), "PATH=$PATH:/usr/sbin:/sbin; %s", command);
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(98);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

/* open */

static void any_name_any_port(struct rig *r)
{
	char out[256];

	rig_set_policy(r, POLICY_OPEN, NULL);
	WANT(!r->failed);
	WANT(!strcmp(say(r, "a-93-184-216-77.any.example", 5432, out), "x"));
	WANT(rig_logged(r, "net data 93.184.216.77:5432 x"));
	WANT(!strcmp(say(r, "a-8-8-8-8.any.example", 443, out), "x"));
	WANT(!strcmp(say(r, "ok.example", 3128, out), "x")); /* the guest's own choice of port */
	rig_forget_log(r);
	WANT(strstr(say(r, "a-127-0-0-1.any.example", 22, out), " -104"));
	WANT(rig_told(r, "a-127-0-0-1.any.example", 22, GATEWAY_WHY_SPECIAL, 1));
	WANT(strstr(say(r, "a-10-99-0-1.any.example", 4444, out), " -104"));
	WANT(strstr(say(r, "a-93-184-216-2.any.example", 4444, out), " -104"));
	WANT(strstr(say(r, "a-169-254-169-254.any.example", 80, out), " -104"));
	WANT(strstr(say(r, "six-mapped.example", 80, out), " -104"));
	rig_talk(r, (struct rig_act){ .address = "8.8.8.8", .port = 443, .text = "x" }, out, 256);
	WANT(!strcmp(out, "connect -111")); /* an address is no name here either */
	rig_talk(r, (struct rig_act){ .address = "10.200.0.1", .port = 3129, .text = "x" }, out, 256);
	WANT(strstr(out, " -104"));
	WANT(!rig_logged(r, "host ") && !rig_logged(r, " tcp "));

	/* The rule gone, new flows are refused by the kernel. */
	WANT_INT(inside(r, "nft flush ruleset"), 0);
	WANT(!strcmp(say(r, "a-93-184-216-77.any.example", 5432, out), "connect -111"));
}

static void open_as_root(void)
{
	if (getuid())
		SKIP("root");
	rig_run(false, RIG_ALL, any_name_any_port);
}

static void open_as_user(void)
{
	rig_run(true, RIG_ALL, any_name_any_port);
}

/* An nft of ours over the real one. */
static int fake_nft(struct rig *r, const char *script)
{
	char name[] = "/tmp/vmdeck-nft-XXXXXX", path[256];
	int fd;

	if (process_find("nft", path, sizeof(path)) < 0)
		snprintf(path, sizeof(path), "/usr/sbin/nft");
	fd = mkstemp(name);
	if (fd < 0 || write(fd, script, strlen(script)) < 0 || fchmod(fd, *script ? 0755 : 0644) < 0) {
		rig_note(r, "a script");
		return -1;
	}
	close(fd);
	if (mount(name, path, NULL, MS_BIND, NULL) < 0) {
		rig_note(r, "bind: %s", strerror(errno));
		return -1;
	}
	unlink(name);
	return 0;
}

static void open_fails_closed(struct rig *r, const char *script, const char *says)
{
	struct policy p = { .mode = POLICY_OPEN };
	struct error err = { 0 };
	char out[256];

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	if (r->failed || fake_nft(r, script) < 0)
		return;
	WANT_INT(gateway_set_policy(&r->gateway, &p, &err), -1);
	if (!strstr(err.msg, says))
		rig_note(r, "it says: %.200s", err.msg);
	WANT(r->gateway.policy.mode == POLICY_ALLOWLIST);
	/* and nothing of it is in force */
	WANT(!strcmp(say(r, "ok.example", 9000, out), "x"));
	WANT(!strcmp(say(r, "a-93-184-216-77.any.example", 80, out), "connect -10005"));
	WANT(!strcmp(say(r, "ok.example", 5432, out), "connect -111"));
}

static void nft_missing(struct rig *r)
{
	struct policy p = { .mode = POLICY_OPEN };
	struct error err = { 0 };

	open_fails_closed(r, "", "nft, which the network policy \"open\" needs");
	WANT_INT(gateway_set_policy(&r->gateway, &p, &err), -1);
	WANT(strstr(err.hint, "apt install nftables"));
}

static void nft_refuses(struct rig *r)
{
	open_fails_closed(r, "#!/bin/sh\necho 'Error: Could not process rule' >&2; exit 1\n",
			  "nft refuses the rule: Error: Could not process rule");
}

static void nft_lies(struct rig *r)
{
	open_fails_closed(r, "#!/bin/sh\nexit 0\n", "nft's rules are not the one that was made");
}

static void nft_missing_is_an_error_with_a_remedy(void)
{
	rig_run(false, RIG_ALL, nft_missing);
}

static void nft_that_refuses_is_an_error(void)
{
	rig_run(false, RIG_ALL, nft_refuses);
}

static void a_rule_that_reads_back_differently_is_an_error(void)
{
	rig_run(false, RIG_ALL, nft_lies);
}

/* Steps that fail. */

static int planted(struct sockets_work *w, struct error *err)
{
	(void)w;
	return error_set(err, EIO, "planted");
}

static bool nobody_listens(struct rig *r)
{
	/* no TCP socket that listens, and only headings in the other tables */
	return inside(r, "! grep -q ' 0A ' /proc/self/net/tcp && "
			 "test $(cat /proc/self/net/udp /proc/self/net/packet | wc -l) = 2") == 0;
}

static void failing_steps(struct rig *r)
{
	struct sockets none = { 0 }, want = { .ports = { 53, 80 }, .n_ports = 2, .dns = true,
					      .wall = true, .redirect = true };
	struct inside_fds fds;
	struct error err;
	int steps = 0;

	while (sockets_steps[steps].name)
		steps++;
	for (int k = 0; k < steps; k++) {
		struct sockets_step list[16] = { { 0 } };
		char says[64];

		memcpy(list, sockets_steps, (size_t)steps * sizeof(*list));
		list[k].run = planted;
		WANT_INT(sockets_make_by(list, r->net.ns_fd, &none, &want, &fds, &err), -1);
		snprintf(says, sizeof(says), "network: %s: planted", list[k].name);
		if (strncmp(err.msg, says, strlen(says)) != 0)
			rig_note(r, "step %s says: %.200s", list[k].name, err.msg);
		WANT_INT(fds.n, 0);
		WANT(nobody_listens(r));
		inside(r, "nft flush ruleset");
	}
}

static void each_failing_step_leaves_nothing(void)
{
	rig_run(false, RIG_SESSION, failing_steps);
}

/* Somebody listens already, where the gateway wants to and where nobody may. */
static void occupied(struct rig *r)
{
	static const struct {
		int port;
		const char *says;
	} cases[] = {
		{ 53, "network: listen: TCP port 53: Address already in use" },
		{ 4444, "network: verify: 1 tcp socket that must not be there" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct sockaddr_in a = { .sin_family = AF_INET,
					 .sin_port = htons((uint16_t)cases[i].port) };
		struct error err = { 0 };
		struct policy p;
		int pipefd[2], status;
		pid_t pid;
		char c;

		WANT(pipe2(pipefd, O_CLOEXEC) == 0);
		pid = fork();
		if (pid == 0) {
			int fd;

			if (setns(r->net.ns_fd, CLONE_NEWNET) < 0)
				_exit(1);
			fd = socket(AF_INET, SOCK_STREAM, 0);
			if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, 1) < 0 ||
			    write(pipefd[1], "", 1) != 1)
				_exit(1);
			pause();
		}
		WANT(read(pipefd[0], &c, 1) == 1);
		rig_policy(&p, POLICY_ALLOWLIST, usual, &err);
		WANT_INT(gateway_set_policy(&r->gateway, &p, &err), -1);
		if (strcmp(err.msg, cases[i].says) != 0)
			rig_note(r, "it says: %.200s", err.msg);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		WANT(r->gateway.policy.mode == POLICY_NONE && r->gateway.sockets.n_ports == 0);
	}
	/* a default route */
	WANT_INT(inside(r, "ip route add default via 10.200.0.2"), 0);
	{
		struct policy p;
		struct error err = { 0 };

		rig_policy(&p, POLICY_ALLOWLIST, usual, &err);
		WANT_INT(gateway_set_policy(&r->gateway, &p, &err), -1);
		WANT(strstr(err.msg, "route that must not be there: unicast default via 10.200.0.2"));
	}
}

static void what_is_not_meant_is_refused(void)
{
	rig_run(false, RIG_SESSION, occupied);
}

/* Live changes. */

struct held {
	uint16_t port;
	const char *name;
};

/* Connect, say x and hear it, tell it, then wait for the end; tell how it came. */
static int hold(void *arg, int out)
{
	const struct held *h = arg;
	int fd = guest_reach(h->name, h->port);
	char c;

	if (fd < 0 || send(fd, "x\n", 2, MSG_NOSIGNAL) != 2) {
		dprintf(out, "connect %d", fd);
		return 1;
	}
	for (int i = 0; i < 3; i++) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (poll(&p, 1, RIG_DEADLINE_MS) <= 0) {
			dprintf(out, "nothing");
			return 1;
		}
		n = recv(fd, &c, 1, 0);
		if (n == 1 && c == '\n')
			continue;
		dprintf(out, n > 0 ? "%c" : n ? "reset" : "end", c);
	}
	return 0;
}

/* One word, no line's end, and no more until it is answered. */
static int one_word(void *arg, int out)
{
	int fd = guest_reach("ok.example", 9000);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char text[16];
	ssize_t n = -1;

	(void)arg;
	if (fd >= 0 && send(fd, "hello", 5, MSG_NOSIGNAL) == 5 && poll(&p, 1, RIG_DEADLINE_MS) > 0)
		n = recv(fd, text, sizeof(text), 0);
	dprintf(out, "%.*s", n > 0 ? (int)n : 0, text);
	return 0;
}

static void word(struct rig *r)
{
	char out[64];

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	guest_run(&r->guest, one_word, NULL, out, sizeof(out));
	WANT(!strcmp(out, "hello"));
}

static void a_word_is_not_held_for_ever(void)
{
	rig_run(false, RIG_ALL, word);
}

/* The same beside us: its output is read from the pipe. */
static pid_t hold_beside(struct rig *r, struct held h, int *from)
{
	int pipefd[2];
	pid_t pid;

	if (pipe2(pipefd, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (pid == 0)
		_exit(setns(r->guest.ns_fd, CLONE_NEWNET) < 0 ? 99 : hold(&h, pipefd[1]));
	close(pipefd[1]);
	*from = pipefd[0];
	return pid;
}

static const char *rest(int fd, char out[64])
{
	int n = 0;
	ssize_t k;

	while (n < 63 && (k = read(fd, out + n, (size_t)(63 - n))) > 0)
		n += (int)k;
	out[n] = '\0';
	return out;
}

static bool is_open(struct rig *r, const void *arg)
{
	return r->totals.open == *(const unsigned *)arg;
}

static void changes(struct rig *r)
{
	struct policy_rule more, less;
	struct error err = { 0 };
	char out[256];
	int from;
	pid_t pid;

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	WANT(!strcmp(say(r, "hosts.example", 8443, out), "connect -111"));
	WANT(rig_told(r, "hosts.example", 8443, GATEWAY_WHY_PORT, 1));
	policy_rule_read(&more, "hosts.example:8443", &err);
	WANT_INT(gateway_allow(&r->gateway, &more, &err), 0);
	WANT(!strcmp(say(r, "hosts.example", 8443, out), "x"));
	WANT(strstr(say(r, "ok.example", 8443, out), " -104")); /* the listener is not a rule */

	/* deny: the open connection is cut, the next refused, the others stay */
	pid = hold_beside(r, (struct held){ 8443, "hosts.example" }, &from);
	WANT(read(from, out, 1) == 1 && out[0] == 'x');
	policy_rule_read(&less, "hosts.example:8443", &err);
	WANT_INT(gateway_deny(&r->gateway, &less, &err), 0);
	WANT(!strcmp(rest(from, out), "reset"));
	waitpid(pid, NULL, 0);
	WANT(strstr(say(r, "hosts.example", 8443, out), " -104"));
	WANT(rig_told(r, "hosts.example", 8443, GATEWAY_WHY_PORT, 2));
	WANT(!strcmp(say(r, "hosts.example", 443, out), "x"));
	WANT_INT(gateway_deny(&r->gateway, &less, &err), -1);

	/* none, and back; then the same ports again, which are there already */
	rig_set_policy(r, POLICY_NONE, NULL);
	WANT(!strcmp(say(r, "hosts.example", 443, out), "connect -10005"));
	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	WANT(!strcmp(say(r, "hosts.example", 443, out), "x"));
	WANT_INT(gateway_allow(&r->gateway, &more, &err), 0);
	WANT(!strcmp(say(r, "hosts.example", 8443, out), "x"));
	WANT(!r->failed);
}

static void policies_change_live(void)
{
	rig_run(false, RIG_ALL, changes);
}

/* Counters. */

static bool counted(struct rig *r, const void *arg)
{
	const struct gateway_counter *want = arg;

	for (int i = 0; i < r->n_counted; i++)
		if (!strcmp(r->counted[i].name, want->name))
			return r->counted[i].connections == want->connections &&
			       r->counted[i].in == want->in && r->counted[i].out == want->out &&
			       r->counted[i].open == want->open;
	return false;
}

/* They come after the names' own. */
static bool all_counted(struct rig *r, const void *arg)
{
	return r->totals.connections == *(const unsigned *)arg;
}

static void counters(struct rig *r)
{
	struct gateway_counter want = { .name = "ok.example", .connections = 3, .in = 3, .out = 3 };
	char out[256];

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	for (int i = 0; i < 3; i++)
		say(r, "ok.example", 9000, out);
	say(r, "hosts.example", 443, out);
	WANT(rig_until(r, counted, &want));
	rig_until(r, all_counted, &(unsigned){ 4 });
	WANT(rig_until(r, is_open, &(unsigned){ 0 }));
	WANT_INT(r->totals.connections, 4);
	WANT_INT(r->totals.in, 4);
	WANT_INT(r->totals.out, 4);
}

static void traffic_is_counted(void)
{
	rig_run(false, RIG_ALL, counters);
}

/* Limits and back-pressure. */

enum { MANY = 100 };

static int connect_many(void *arg, int out)
{
	int fds[MANY], good = 0;
	char c;

	(void)arg;
	for (int i = 0; i < MANY; i++) {
		fds[i] = guest_reach("ok.example", 9000);
		if (fds[i] >= 0 && send(fds[i], "\n", 1, MSG_NOSIGNAL) < 0)
			continue;
	}
	for (int i = 0; i < MANY; i++) {
		struct pollfd p = { .fd = fds[i], .events = POLLIN };

		if (fds[i] >= 0 && poll(&p, 1, RIG_DEADLINE_MS) > 0 && recv(fds[i], &c, 1, 0) == 1)
			good++;
	}
	dprintf(out, "%d", good);
	return 0;
}

/* With 320 descriptors there is room for (320 - 128) / 6 connections. */
static void limit(struct rig *r)
{
	struct rlimit few = { 320, 320 };
	struct error err = { 0 };
	char out[256];

	setrlimit(RLIMIT_NOFILE, &few);
	WANT(netns_make(&r->net, &err) == 0);
	WANT(gateway_start(&r->gateway, &r->loop, r->net.ns_fd, r->gateway.hooks, &err) == 0);
	WANT(guest_start(&r->guest, r->net.tap_fd, &err) == 0);
	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	guest_run(&r->guest, connect_many, NULL, out, sizeof(out));
	WANT_INT(atoi(out), 32);
	WANT(rig_told(r, "ok.example", 9000, GATEWAY_WHY_LIMIT, MANY - 32));
	WANT(rig_until(r, is_open, &(unsigned){ 0 }));
	WANT(!strcmp(say(r, "ok.example", 9000, out), "x")); /* and it goes on */
}

static void begin_again(struct rig *r)
{
	/* the same hooks, but a gateway that is started by the body */
	const struct gateway_hooks *hooks = r->gateway.hooks;

	gateway_stop(&r->gateway);
	netns_done(&r->net);
	r->gateway.hooks = hooks;
	limit(r);
}

static void connections_are_limited(void)
{
	rig_run(false, RIG_WORLD | RIG_SESSION, begin_again);
}

/* A host that has as many TCP sockets as sessions may bring it to. */
enum { HOST_SOCKETS = 12000 };

static bool refused_for_limit(struct rig *r, const void *arg)
{
	char out[256];

	(void)arg;
	return strstr(say(r, "hosts.example", 443, out), " -104") &&
	       rig_refused_of(r, "hosts.example", 443, GATEWAY_WHY_LIMIT);
}

static bool goes_through(struct rig *r, const void *arg)
{
	char out[256];

	(void)arg;
	return !strcmp(say(r, "hosts.example", 443, out), "x");
}

static void full_host(struct rig *r)
{
	struct rlimit many;
	int *fds = calloc(HOST_SOCKETS + 64, sizeof(*fds)), n = 0;

	getrlimit(RLIMIT_NOFILE, &many);
	many.rlim_cur = many.rlim_max;
	setrlimit(RLIMIT_NOFILE, &many);
	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	WANT(goes_through(r, NULL));
	for (; n < HOST_SOCKETS + 64; n++) {
		struct sockaddr_in a = { .sin_family = AF_INET };

		inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
		fds[n] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fds[n] < 0 || bind(fds[n], (struct sockaddr *)&a, sizeof(a)) < 0 ||
		    listen(fds[n], 1) < 0)
			break;
	}
	WANT(n > HOST_SOCKETS); /* else this shows nothing */
	WANT(rig_until(r, refused_for_limit, NULL));
	while (n > 0)
		close(fds[--n]);
	WANT(rig_until(r, goes_through, NULL));
	free(fds);
}

static void sessions_do_not_fill_the_host(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_max < HOST_SOCKETS + 200)
		SKIP("a limit of %d descriptors", HOST_SOCKETS + 200);
	rig_run(false, RIG_ALL, full_host);
}

static long rss_kib(pid_t pid)
{
	char path[64];
	struct error err;
	AUTO_FREE char *text = NULL;
	const char *at;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	text = file_read(AT_FDCWD, path, 16384, NULL, &err);
	at = text ? strstr(text, "VmRSS:") : NULL;
	return at ? atol(at + 6) : -1;
}

enum { BIG = 64 << 20 };

/* Ask for much, read nothing until told, then all. */
static int slow_reader(void *arg, int out)
{
	static char waste[65536];
	const int *go = arg;
	int fd = guest_reach("ok.example", 80);
	size_t total = 0;
	ssize_t n;
	char c;

	if (fd < 0)
		return 1;
	dprintf(fd, "GET /big/%d HTTP/1.1\r\nHost: ok.example\r\nConnection: close\r\n\r\n", BIG);
	shutdown(fd, SHUT_WR);
	dprintf(out, ".");
	if (read(*go, &c, 1) != 1)
		return 1;
	while ((n = recv(fd, waste, sizeof(waste), MSG_WAITALL)) != 0) {
		if (n < 0 && errno != EAGAIN)
			return 1;
		if (n > 0)
			total += (size_t)n;
		else
			poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, RIG_DEADLINE_MS);
	}
	dprintf(out, "%zu", total);
	return 0;
}

static bool stalled(struct rig *r, const void *arg)
{
	uint64_t *last = (uint64_t *)(uintptr_t)arg;
	bool same = r->totals.in && r->totals.in == last[0] && last[1]++ > 20;

	if (r->totals.in != last[0])
		last[1] = 0;
	last[0] = r->totals.in;
	return same;
}

static void back_pressure(struct rig *r)
{
	uint64_t last[2] = { 0, 0 };
	int go[2], from[2];
	char out[64];
	long before, after;
	pid_t pid;

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	before = rss_kib(r->gateway.child.pid);
	WANT(pipe2(go, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0);
	pid = fork();
	if (pid == 0)
		_exit(setns(r->guest.ns_fd, CLONE_NEWNET) < 0 ? 99 : slow_reader(&go[0], from[1]));
	close(from[1]);
	WANT(read(from[0], out, 1) == 1);
	WANT(rig_until(r, stalled, last));
	WANT(r->totals.in < BIG / 2); /* it waits for the guest */
	after = rss_kib(r->gateway.child.pid);
	if (after - before > 2048)
		rig_note(r, "the gateway grew by %ld KiB", after - before);
	WANT(write(go[1], "", 1) == 1);
	rest(from[0], out);
	waitpid(pid, NULL, 0);
	WANT(atol(out) > BIG && atol(out) < BIG + 200); /* the body and its head, all of it */
}

static void who_does_not_read_holds_the_sender_up(void)
{
	rig_run(false, RIG_ALL, back_pressure);
}

/* The end of the gateway. */

static bool is_gone(struct rig *r, const void *arg)
{
	(void)arg;
	return r->gone[0] != '\0';
}

static void killed(struct rig *r)
{
	struct policy_rule rule;
	struct error err = { 0 };
	uint64_t before;
	char out[256];
	int from;
	pid_t pid;

	rig_set_policy(r, POLICY_ALLOWLIST, usual);
	pid = hold_beside(r, (struct held){ 9000, "ok.example" }, &from);
	WANT(read(from, out, 1) == 1 && out[0] == 'x');
	before = now_ms();
	kill(r->gateway.child.pid, SIGKILL);
	WANT(rig_until(r, is_gone, NULL));
	WANT(!strcmp(r->gone, "the gateway was ended by signal 9"));
	rest(from, out); /* the open connection ends */
	WANT(!strcmp(out, "end") || !strcmp(out, "reset"));
	waitpid(pid, NULL, 0);
	WANT(!strcmp(say(r, "ok.example", 9000, out), "connect -9999")); /* DNS: nobody there */
	rig_talk(r, (struct rig_act){ .address = "198.18.1.0", .port = 9000, .text = "x" }, out, 256);
	WANT(!strcmp(out, "connect -111"));
	/* 3 s is the figure; a busy machine is allowed more than that */
	if (now_ms() - before > RIG_DEADLINE_MS)
		rig_note(r, "it took %d ms", (int)(now_ms() - before));
	printf("  told, cut and refused within %d ms\n", (int)(now_ms() - before));
	fflush(stdout);
	WANT(nobody_listens(r));
	policy_rule_read(&rule, "late.example", &err);
	WANT_INT(gateway_allow(&r->gateway, &rule, &err), -1);
	WANT(strstr(err.msg, "not running"));
}

static void a_dead_gateway_lets_nothing_through(void)
{
	rig_run(false, RIG_ALL, killed);
}

/* What the gateway's process may do. */
static void privileges(struct rig *r)
{
	static const char *const lines[] = { "CapEff:\t0000000000000000", "CapPrm:\t0000000000000000",
					     "CapBnd:\t0000000000000000", "NoNewPrivs:\t1" };
	static const char *const hidden[] = { "home", "root", "tmp", "proc", "var", "dev/net", "dev/kvm" };
	char path[64];
	struct error err;
	AUTO_FREE char *text = NULL;

	WANT(r->gateway.confined);
	snprintf(path, sizeof(path), "/proc/%d/root/etc/resolv.conf", (int)r->gateway.child.pid);
	/* Only the real root can look into a process that is not dumpable. */
	for (size_t i = 0; access(path, R_OK) == 0 && i < sizeof(hidden) / sizeof(*hidden); i++) {
		char other[64];

		snprintf(other, sizeof(other), "/proc/%d/root/%s", (int)r->gateway.child.pid, hidden[i]);
		if (access(other, F_OK) == 0)
			rig_note(r, "it sees /%s", hidden[i]);
	}
	snprintf(path, sizeof(path), "/proc/%d/status", (int)r->gateway.child.pid);
	text = file_read(AT_FDCWD, path, 16384, NULL, &err);
	WANT(text);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (!strstr(text, lines[i]))
			rig_note(r, "not %s", lines[i]);
}

static void privileges_seen(struct rig *r)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/root/etc/resolv.conf", (int)r->gateway.child.pid);
	WANT(access(path, R_OK) == 0);
	privileges(r);
}

static void no_privileges_as_root(void)
{
	if (getuid())
		SKIP("root");
	rig_run(false, RIG_SESSION, privileges_seen);
}

static void no_privileges_as_user(void)
{
	rig_run(true, RIG_SESSION, privileges);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "open: any name, any port, as root", open_as_root },
		{ "open: any name, any port, as an ordinary user", open_as_user },
		{ "nft missing is an error with a remedy", nft_missing_is_an_error_with_a_remedy },
		{ "nft that refuses is an error", nft_that_refuses_is_an_error },
		{ "a rule that reads back differently is an error",
		  a_rule_that_reads_back_differently_is_an_error },
		{ "each failing step leaves nothing", each_failing_step_leaves_nothing },
		{ "what is not meant is refused", what_is_not_meant_is_refused },
		{ "policies change live", policies_change_live },
		{ "a word is not held for ever", a_word_is_not_held_for_ever },
		{ "traffic is counted", traffic_is_counted },
		{ "connections are limited", connections_are_limited },
		{ "sessions do not fill the host", sessions_do_not_fill_the_host },
		{ "who does not read holds the sender up", who_does_not_read_holds_the_sender_up },
		{ "a dead gateway lets nothing through", a_dead_gateway_lets_nothing_through },
		{ "the gateway has no privileges, as root", no_privileges_as_root },
		{ "the gateway has no privileges, as an ordinary user", no_privileges_as_user },
		{ NULL, NULL },
	};

	signal(SIGPIPE, SIG_IGN);
	return test_main(tests, argc, argv);
}
