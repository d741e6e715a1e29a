#include "tests/world/rig.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

void rig_note(struct rig *r, const char *fmt, ...)
{
	va_list ap;

	if (r->failed)
		return;
	r->failed = true;
	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
}

static void on_refused(struct gateway *g, const struct gateway_refusal *x)
{
	struct rig *r = LIST_ITEM(g, struct rig, gateway);
	int i = 0;

	while (i < r->n_refused && (strcmp(r->refused[i].name, x->name) != 0 ||
				    r->refused[i].port != x->port || r->refused[i].why != x->why))
		i++;
	if (i < RIG_EVENTS)
		r->refused[i] = *x;
	if (i == r->n_refused && i < RIG_EVENTS)
		r->n_refused++;
}

static void on_counted(struct gateway *g, const struct gateway_counter *c)
{
	struct rig *r = LIST_ITEM(g, struct rig, gateway);
	int i = 0;

	while (i < r->n_counted && strcmp(r->counted[i].name, c->name) != 0)
		i++;
	if (i < RIG_EVENTS)
		r->counted[i] = *c;
	if (i == r->n_counted && i < RIG_EVENTS)
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

static void on_silent(struct gateway *g, bool silent)
{
	struct rig *r = LIST_ITEM(g, struct rig, gateway);

	r->silent = silent;
	r->n_silent += silent;
}

static const struct gateway_hooks hooks = { .refused = on_refused, .counted = on_counted,
					    .totals = on_totals, .silent = on_silent, .gone = on_gone };

bool rig_until(struct rig *r, rig_cond *cond, const void *arg)
{
	uint64_t end = now_ms() + RIG_DEADLINE_MS;
	struct error err;

	while (!cond(r, arg)) {
		if (now_ms() > end)
			return false;
		loop_turn(&r->loop, 20, &err);
	}
	return true;
}

void rig_turn(struct rig *r)
{
	struct error err;

	loop_turn(&r->loop, 0, &err);
}

uint64_t rig_refused_of(const struct rig *r, const char *name, int port, enum gateway_why why)
{
	for (int i = 0; i < r->n_refused; i++)
		if (!strcmp(r->refused[i].name, name) && r->refused[i].port == port &&
		    r->refused[i].why == why)
			return r->refused[i].count;
	return 0;
}

static bool has_refusal(struct rig *r, const void *arg)
{
	const struct gateway_refusal *want = arg;

	return rig_refused_of(r, want->name, want->port, want->why) >= want->count;
}

bool rig_told(struct rig *r, const char *name, int port, enum gateway_why why, uint64_t count)
{
	struct gateway_refusal want = { .port = (uint16_t)port, .why = why, .count = count };

	snprintf(want.name, sizeof(want.name), "%s", name);
	return rig_until(r, has_refusal, &want);
}

int rig_policy(struct policy *p, enum policy_mode mode, const char *const *rules, struct error *err)
{
	struct policy_rule rule;

	*p = (struct policy){ .mode = mode };
	for (; rules && *rules; rules++)
		if (policy_rule_read(&rule, *rules, err) < 0 || policy_add(p, &rule, err) < 0)
			return -1;
	return 0;
}

void rig_set_policy(struct rig *r, enum policy_mode mode, const char *const *rules)
{
	struct policy p;
	struct error err = { 0 };

	if (rig_policy(&p, mode, rules, &err) < 0 || gateway_set_policy(&r->gateway, &p, &err) < 0)
		rig_note(r, "policy: %.300s", err.msg);
}

int rig_log_count(struct rig *r, const char *what)
{
	struct error err;
	AUTO_FREE char *log = file_read(AT_FDCWD, r->log, 64 << 20, NULL, &err);
	int n = 0;

	for (const char *at = log; at && (at = strstr(at, what)); at++)
		n++;
	return n;
}

bool rig_logged(struct rig *r, const char *what)
{
	return rig_log_count(r, what) > 0;
}

static bool has_logged(struct rig *r, const void *what)
{
	return rig_logged(r, what);
}

bool rig_until_logged(struct rig *r, const char *what)
{
	return rig_until(r, has_logged, what);
}

/* The decoy takes things in their order: when it has seen this, it has seen all before. */
#define LAST "93.184.216.99"
static bool decoy_has_seen_all(struct rig *r)
{
	int fd = guest_connect(LAST, 9000, RIG_DEADLINE_MS);

	if (fd < 0)
		return false;
	close(fd);
	return rig_until_logged(r, "net tcp " LAST ":9000");
}

const char *rig_reached(struct rig *r, char line[256])
{
	bool all = decoy_has_seen_all(r);
	struct error err;
	AUTO_FREE char *log = file_read(AT_FDCWD, r->log, 64 << 20, NULL, &err);

	snprintf(line, 256, "%s", all ? "" : "the decoy itself does not answer");
	if (!all)
		return line;
	for (const char *at = log; at && *at; at += strcspn(at, "\n") + 1) {
		if (!strncmp(at, "net dns 93.184.216.53:53 ", 25) ||
		    !strncmp(at, "net tcp " LAST, 8 + strlen(LAST)))
			continue;
		snprintf(line, 256, "%.*s", (int)strcspn(at, "\n"), at);
		break;
	}
	return line;
}

void rig_forget_log(struct rig *r)
{
	if (ftruncate(r->log_fd, 0) < 0)
		rig_note(r, "truncate the log");
}

static int begin(struct rig *r, enum rig_parts parts, struct error *err)
{
	snprintf(r->log, sizeof(r->log), "/tmp/vmdeck-rig-XXXXXX");
	r->log_fd = mkostemp(r->log, O_APPEND | O_CLOEXEC);
	r->net = (struct netns){ -1, -1 };
	r->guest.ns_fd = -1;
	if (r->log_fd < 0)
		return error_set(err, errno, "log");
	if (loop_init(&r->loop, err) < 0 ||
	    (parts & RIG_WORLD && world_enter(r->log_fd, err) < 0))
		return -1;
	if (parts & RIG_SESSION &&
	    (netns_make(&r->net, err) < 0 ||
	     gateway_start(&r->gateway, &r->loop, r->net.ns_fd, &hooks, err) < 0))
		return -1;
	return parts & RIG_GUEST ? guest_start(&r->guest, r->net.tap_fd, err) : 0;
}

struct outcome {
	int skipped, failed;
	char why[400];
};

void rig_open_tun(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("t", "/dev/net", "tmpfs", 0, "mode=0755") < 0)
		return;
	if (mknod("/dev/net/tun", S_IFCHR, makedev(10, 200)) < 0 ||
	    chmod("/dev/net/tun", 0666) < 0)
		umount("/dev/net");
}

/* An ordinary user, root of a user namespace of his own. */
static int become_ordinary(struct error *err)
{
	if (getuid() == 0) {
		rig_open_tun();
		if (setgroups(0, NULL) < 0 || setresgid(65534, 65534, 65534) < 0 ||
		    setresuid(65534, 65534, 65534) < 0)
			return error_set(err, errno, "become an ordinary user");
	}
	if (access("/dev/net/tun", R_OK | W_OK) < 0)
		return error_set(err, errno, "/dev/net/tun");
	return world_user(err);
}

static void in_child(bool ordinary, enum rig_parts parts, rig_body *body, struct outcome *out)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct error err = { 0 };

	if ((ordinary || getuid() != 0) && become_ordinary(&err) < 0) {
		out->skipped = 1;
		snprintf(out->why, sizeof(out->why), "%.380s", err.msg);
		return;
	}
	if (begin(r, parts, &err) < 0)
		rig_note(r, "begin: %.300s", err.msg);
	else
		body(r);
	gateway_stop(&r->gateway);
	guest_stop(&r->guest);
	netns_done(&r->net);
	unlink(r->log);
	out->failed = r->failed;
	snprintf(out->why, sizeof(out->why), "%s", r->why);
}

void rig_run(bool ordinary, enum rig_parts parts, rig_body *body)
{
	struct outcome out = { 0 };
	int pipefd[2];
	pid_t pid;

	CHECK(pipe2(pipefd, O_CLOEXEC) == 0);
	pid = fork();
	if (pid == 0) {
		in_child(ordinary, parts, body, &out);
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

static int talk(void *arg, int out)
{
	const struct rig_act *a = arg;
	size_t len = a->len ? a->len : a->text ? strlen(a->text) : 0;
	char got[8192];
	int fd = a->address ? guest_connect(a->address, a->port, RIG_DEADLINE_MS) :
			      guest_reach(a->name, a->port), n;

	if (fd < 0) {
		dprintf(out, "connect %d", fd);
		return 1;
	}
	if (len && send(fd, a->text, len, MSG_NOSIGNAL) < 0)
		dprintf(out, "send %d ", -errno);
	if (!a->keep)
		shutdown(fd, SHUT_WR);
	n = guest_talk(fd, NULL, got, sizeof(got));
	if (n < 0) {
		dprintf(out, "%sread %d", got, n);
		return 1;
	}
	return write(out, got, (size_t)n) < 0;
}

int rig_talk(struct rig *r, struct rig_act a, char *out, int cap)
{
	return guest_run(&r->guest, talk, &a, out, cap);
}
