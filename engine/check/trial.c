#include "engine/check/trial.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/net/netns.h"

const char *const trial_step_names[] = {
	[TRIAL_USER] = "user namespace",
	[TRIAL_MAPS] = "id maps",
	[TRIAL_SPACES] = "network and pid namespace",
	[TRIAL_NETWORK] = "TAP and routes",
	[TRIAL_LISTENER] = "listener",
	[TRIAL_DONE] = "done",
};
static_assert(sizeof(trial_step_names) / sizeof(*trial_step_names) == TRIAL_STEP_COUNT,
	      "a name each");

static int failed(struct trial *t, enum trial_step step, int code, const char *what)
{
	t->step = step;
	t->code = code;
	snprintf(t->msg, sizeof(t->msg), "%s: %s", what, strerror(code));
	return -1;
}

static int put(const char *path, const char *text)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = (ssize_t)strlen(text);

	return fd >= 0 && write(fd, text, (size_t)n) == n ? 0 : -1;
}

static int write_maps(struct trial *t, uid_t uid, gid_t gid)
{
	char map[64];

	if (put("/proc/self/setgroups", "deny") < 0 && errno != ENOENT)
		return failed(t, TRIAL_MAPS, errno, "write /proc/self/setgroups");
	snprintf(map, sizeof(map), "0 %u 1", (unsigned)uid);
	if (put("/proc/self/uid_map", map) < 0)
		return failed(t, TRIAL_MAPS, errno, "write /proc/self/uid_map");
	snprintf(map, sizeof(map), "0 %u 1", (unsigned)gid);
	if (put("/proc/self/gid_map", map) < 0)
		return failed(t, TRIAL_MAPS, errno, "write /proc/self/gid_map");
	return 0;
}

static int enter_user(struct trial *t)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (unshare(CLONE_NEWUSER) < 0)
		return failed(t, TRIAL_USER, errno, "unshare(CLONE_NEWUSER)");
	return write_maps(t, uid, gid);
}

static int listen_inside(struct trial *t, int ns_fd)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(53) };
	AUTO_CLOSE int fd = -1;

	inet_pton(AF_INET, "198.18.0.1", &at.sin_addr);
	if (setns(ns_fd, CLONE_NEWNET) < 0)
		return failed(t, TRIAL_LISTENER, errno, "enter the network namespace");
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 1) < 0)
		return failed(t, TRIAL_LISTENER, errno, "listen on 198.18.0.1:53");
	return 0;
}

static int try_all(struct trial *t)
{
	struct error err = { 0 };
	struct netns net = { .ns_fd = -1, .tap_fd = -1 };
	int r;

	/* Root does without a user namespace where there is none to be had. */
	if (enter_user(t) < 0) {
		if (geteuid() != 0 || t->step != TRIAL_USER)
			return -1;
		t->userns_code = t->code;
	}
	if (unshare(CLONE_NEWNET | CLONE_NEWPID) < 0)
		return failed(t, TRIAL_SPACES, errno, "unshare(CLONE_NEWNET | CLONE_NEWPID)");
	if (netns_make(&net, &err) < 0) {
		t->step = TRIAL_NETWORK;
		t->code = err.code;
		snprintf(t->msg, sizeof(t->msg), "%.255s", err.msg);
		return -1;
	}
	r = listen_inside(t, net.ns_fd);
	netns_done(&net);
	return r;
}

void trial_run(struct trial *out)
{
	*out = (struct trial){ .step = TRIAL_USER };
	if (try_all(out) < 0)
		return;
	out->step = TRIAL_DONE;
	out->code = 0;
	out->msg[0] = '\0';
}
