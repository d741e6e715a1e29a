/* The gateway in the decoy world, with a guest that is Linux's network stack at the
 * TAP: what is allowed arrives, what is not never leaves, and both are told. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/net/gateway.h"
#include "engine/net/netns.h"
#include "tests/test.h"
#include "tests/world/decoy.h"
#include "tests/world/guest.h"
#include "tests/world/world.h"

enum { EVENTS = 64, DEADLINE_MS = 20000 };

/* A session's network with all around it. */
struct rig {
	char log[64];
	int log_fd;
	struct loop loop;
	struct netns net;
	struct gateway gateway;
	struct guest guest;
	struct gateway_refusal refused[EVENTS]; /* by name, port and reason; newest count */
	int n_refused;
	struct gateway_counter counted[EVENTS];
	int n_counted;
	struct gateway_totals totals;
	char gone[128];
	bool failed;
	char why[400];
};

static void note(struct rig *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void note(struct rig *r, const char *fmt, ...)
{
	va_list ap;

	if (r->failed)
		return;
	r->failed = true;
	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
}

/* In a body: note and leave. */
#define WANT(cond)                                             \
	do {                                                   \
		if (!(cond)) {                                 \
			note(r, "line %d: %s", __LINE__, #cond); \
			return;                                \
		}                                              \
	} while (0)
#define WANT_INT(got, want)                                                           \
	do {                                                                          \
		long want_g = (long)(got), want_w = (long)(want);                     \
		if (want_g != want_w) {                                               \
			note(r, "line %d: %s is %ld, not %ld", __LINE__, #got, want_g, want_w); \
			return;                                                       \
		}                                                                     \
	} while (0)

static void on_refused(struct gateway *g, const struct gateway_refusal *x)
{
	struct rig *r = LIST_ITEM(g, struct rig, gateway);
	int i = 0;

	while (i < r->n_refused && (strcmp(r->refused[i].name, x->name) != 0 ||
				    r->refused[i].port != x->port || r->refused[i].why != x->why))
		i++;
	if (i < EVENTS)
		r->refused[i] = *x;
	if (i == r->n_refused && i < EVENTS)
		r->n_refused++;
}

static void on_counted(struct gateway *g, const struct gateway_counter *c)
{
	struct rig *r = LIST_ITEM(g, struct rig, gateway);
	int i = 0;

	while (i < r->n_counted && strcmp(r->counted[i].name, c->name) != 0)
		i++;
	if (i < EVENTS)
		r->counted[i] = *c;
	if (i == r->n_counted && i < EVENTS)
		r->n_counted++;
}

static void on_totals(struct gateway *g, const struct gateway_totals *t)
{
	LIST_ITEM(g, struct rig, gateway)->totals = *t;
}

static void on_gone(struct gateway *g, const char *why)
{
	snprintf(LIST_ITEM(g, struct rig, gateway)->gone, sizeof(((struct rig *)0)->gone), "%s", why);
}

static const struct gateway_hooks hooks = { .refused = on_refused, .counted = on_counted,
					    .totals = on_totals, .gone = on_gone };

typedef bool cond_fn(struct rig *r, const void *arg);

/* Turn the loop until it is so. */
static bool until(struct rig *r, cond_fn *cond, const void *arg)
{
	uint64_t end = now_ms() + DEADLINE_MS;
	struct error err;

	while (!cond(r, arg)) {
		if (now_ms() > end)
			return false;
		loop_turn(&r->loop, 20, &err);
	}
	return true;
}

static bool has_refusal(struct rig *r, const void *arg)
{
	const struct gateway_refusal *want = arg;

	for (int i = 0; i < r->n_refused; i++)
		if (!strcmp(r->refused[i].name, want->name) && r->refused[i].port == want->port &&
		    r->refused[i].why == want->why && r->refused[i].count >= want->count)
			return true;
	return false;
}

static bool told(struct rig *r, const char *name, int port, enum gateway_why why)
{
	struct gateway_refusal want = { .port = (uint16_t)port, .why = why, .count = 1 };

	snprintf(want.name, sizeof(want.name), "%s", name);
	return until(r, has_refusal, &want);
}

static int policy_of(struct policy *p, enum policy_mode mode, const char *const *rules,
		     struct error *err)
{
	struct policy_rule rule;

	*p = (struct policy){ .mode = mode };
	for (; rules && *rules; rules++)
		if (policy_rule_read(&rule, *rules, err) < 0 || policy_add(p, &rule, err) < 0)
			return -1;
	return 0;
}

static void set_policy(struct rig *r, enum policy_mode mode, const char *const *rules)
{
	struct policy p;
	struct error err = { 0 };

	if (policy_of(&p, mode, rules, &err) < 0 || gateway_set_policy(&r->gateway, &p, &err) < 0)
		note(r, "policy: %s", err.msg);
}

static const char *const usual[] = { "ok.example", "*.ok.example:22", "hosts.example",
				     "ok.example:9000", "dead.example:4444", "ok.example:8080",
				     NULL };

static bool logged(struct rig *r, const char *what)
{
	struct error err;
	AUTO_FREE char *log = file_read(AT_FDCWD, r->log, 64 << 20, NULL, &err);

	return log && strstr(log, what);
}

static bool has_logged(struct rig *r, const void *what)
{
	return logged(r, what);
}

/* Anything of the world beside its resolver that was reached? */
static bool nothing_left(struct rig *r)
{
	static const char *const marks[] = { "host ", " leak ", " tcp ", " udp ", " data ", " http " };

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (logged(r, marks[i]))
			return false;
	return true;
}

static void forget_log(struct rig *r)
{
	if (ftruncate(r->log_fd, 0) < 0)
		note(r, "truncate the log");
}

static int begin(struct rig *r, struct error *err)
{
	snprintf(r->log, sizeof(r->log), "/tmp/vmdeck-gateway-XXXXXX");
	r->log_fd = mkostemp(r->log, O_APPEND | O_CLOEXEC);
	r->net = (struct netns){ -1, -1 };
	r->guest.ns_fd = -1;
	if (r->log_fd < 0)
		return error_set(err, errno, "log");
	if (world_enter(r->log_fd, err) < 0 || loop_init(&r->loop, err) < 0 ||
	    netns_make(&r->net, err) < 0 ||
	    gateway_start(&r->gateway, &r->loop, r->net.ns_fd, &hooks, err) < 0)
		return -1;
	return guest_start(&r->guest, r->net.tap_fd, err);
}

typedef void body_fn(struct rig *r);

struct outcome {
	int skipped, failed;
	char why[400];
};

static void open_tun_for_all(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("t", "/dev/net", "tmpfs", 0, "mode=0755") < 0)
		return;
	if (mknod("/dev/net/tun", S_IFCHR, makedev(10, 200)) < 0 ||
	    chmod("/dev/net/tun", 0666) < 0)
		umount("/dev/net");
}

/* An ordinary user in a user namespace; 1 when this machine lets none. */
static int become_ordinary(struct error *err)
{
	if (getuid() == 0) {
		open_tun_for_all();
		if (setgroups(0, NULL) < 0 || setresgid(65534, 65534, 65534) < 0 ||
		    setresuid(65534, 65534, 65534) < 0)
			return error_set(err, errno, "become an ordinary user");
	}
	if (access("/dev/net/tun", R_OK | W_OK) < 0)
		return error_set(err, errno, "/dev/net/tun");
	return world_user(err);
}

static void in_child(bool ordinary, body_fn *body, struct outcome *out)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct error err = { 0 };

	if (ordinary && become_ordinary(&err) < 0) {
		out->skipped = 1;
		snprintf(out->why, sizeof(out->why), "%.380s", err.msg);
		return;
	}
	if (begin(r, &err) < 0)
		note(r, "begin: %s", err.msg);
	else
		body(r);
	gateway_stop(&r->gateway);
	guest_stop(&r->guest);
	netns_done(&r->net);
	unlink(r->log);
	out->failed = r->failed;
	snprintf(out->why, sizeof(out->why), "%s", r->why);
}

static void run(bool ordinary, body_fn *body)
{
	struct outcome out = { 0 };
	int pipefd[2];
	pid_t pid;

	CHECK(pipe2(pipefd, O_CLOEXEC) == 0);
	pid = fork();
	if (pid == 0) {
		in_child(ordinary, body, &out);
		_exit(write(pipefd[1], &out, sizeof(out)) < 0);
	}
	close(pipefd[1]);
	if (read(pipefd[0], &out, sizeof(out)) != sizeof(out))
		out = (struct outcome){ .failed = 1, .why = "the test's process died" };
	close(pipefd[0]);
	waitpid(pid, NULL, 0);
	if (out.skipped)
		SKIP("%s", out.why);
	if (out.failed)
		CHECK_FAIL("%s", out.why);
}

/* What the guest does. */

struct act {
	const char *name;
	uint16_t port;
	const char *text;
	const char *address; /* connect there instead of asking */
};

/* Look up, connect, say, read to the end: what it got, or "error N". */
static int talk(void *arg, int out)
{
	const struct act *a = arg;
	char got[4096];
	int fd = a->address ? guest_connect(a->address, a->port, DEADLINE_MS) :
			      guest_reach(a->name, a->port), n;

	if (fd < 0) {
		dprintf(out, "connect %d", fd);
		return 1;
	}
	if (a->text)
		if (send(fd, a->text, strlen(a->text), MSG_NOSIGNAL) < 0)
			dprintf(out, "send %d", -errno);
	shutdown(fd, SHUT_WR);
	n = guest_talk(fd, NULL, got, sizeof(got));
	if (n < 0)
		dprintf(out, "%sread %d", got, n);
	else if (write(out, got, (size_t)n) < 0)
		return 1;
	return n < 0;
}

static int guest_says(struct rig *r, struct act a, char *out, int cap)
{
	return guest_run(&r->guest, talk, &a, out, cap);
}

static void what_is_allowed_arrives(struct rig *r)
{
	char out[4096];

	set_policy(r, POLICY_ALLOWLIST, usual);
	WANT(!r->failed);
	guest_says(r, (struct act){ "ok.example", 80, "GET /a HTTP/1.1\r\nHost: OK.example\r\n\r\n", 0 },
		   out, sizeof(out));
	if (!strstr(out, "decoy 93.184.216.80:80 GET /a OK.example 0"))
		note(r, "http: %s", out);
	guest_says(r, (struct act){ "hosts.example", 443, "hello\n", 0 }, out, sizeof(out));
	if (strcmp(out, "hello\n") != 0)
		note(r, "a name of /etc/hosts: %s", out);
	WANT(logged(r, "net tcp 93.184.216.90:443"));
	guest_says(r, (struct act){ "a.ok.example", 22, "SSH-2.0-guest\r\n", 0 }, out, sizeof(out));
	if (strcmp(out, "SSH-2.0-decoy\r\nSSH-2.0-guest\r\n") != 0)
		note(r, "ssh: %s", out);
	guest_says(r, (struct act){ "OK.Example", 9000, "half", 0 }, out, sizeof(out));
	if (strcmp(out, "half") != 0)
		note(r, "no line end: %s", out);
	WANT(!logged(r, "leak"));
	WANT(!logged(r, "host "));
}

static void allowed_as_root(void)
{
	if (getuid())
		SKIP("root");
	run(false, what_is_allowed_arrives);
}

static void allowed_as_user(void)
{
	run(true, what_is_allowed_arrives);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "what is allowed arrives, as root", allowed_as_root },
		{ "what is allowed arrives, as an ordinary user", allowed_as_user },
		{ NULL, NULL },
	};

	signal(SIGPIPE, SIG_IGN);
	(void)until;
	(void)told;
	(void)nothing_left;
	(void)forget_log;
	(void)has_logged;
	return test_main(tests, argc, argv);
}
