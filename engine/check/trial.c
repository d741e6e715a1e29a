#include "engine/check/trial.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/net/gateway.h"
#include "engine/net/netns.h"
#include "engine/vm/jail.h"

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

/* --- The hypervisor's place --- */

static int engine_failed(struct engine_trial *t, int code, const char *step)
{
	t->code = code ? code : EINVAL;
	snprintf(t->msg, sizeof(t->msg), "%s", step);
	return -1;
}

static int stand_there(struct engine_trial *t)
{
	struct trial user = { .step = TRIAL_USER };
	struct jail jail = { .netns_fd = -1, .program = "/usr/bin/env", .kvm = true,
			     .file_size = 1 << 20, .files = 64 };
	int kvm, vm, code;

	/* As the supervisor: a user namespace where there is one, root does without. */
	if (enter_user(&user) < 0 && geteuid() != 0)
		return engine_failed(t, user.code, "user namespace");
	if (unshare(CLONE_NEWNET) < 0)
		return engine_failed(t, errno, "network namespace");
	/* What it goes without is E05's, and not told here. */
	if (freopen("/dev/null", "w", stderr) == NULL)
		return engine_failed(t, errno, "open /dev/null");
	code = jail_enter(&jail);
	if (code)
		return engine_failed(t, code, "the hypervisor's jail");
	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0)
		return engine_failed(t, errno, "open /dev/kvm");
	if (ioctl(kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION)
		return engine_failed(t, errno, "KVM_GET_API_VERSION");
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	if (vm < 0)
		return engine_failed(t, errno, "KVM_CREATE_VM");
	return 0;
}

/* Run `stand` on a copy of `*out` (`size` bytes) in a child; what it has written there comes
 * back. False: nothing did. */
static bool in_child(void (*stand)(void *out, const void *arg), const void *arg, void *out, size_t size)
{
	void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = -1;
	pid_t pid;

	if (shared == MAP_FAILED)
		return false;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		memcpy(shared, out, size);
		stand(shared, arg);
		_exit(0);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	else
		errno = EAGAIN;
	if (status == 0)
		memcpy(out, shared, size);
	munmap(shared, size);
	return status == 0;
}

static void engine_stands(void *out, const void *arg)
{
	(void)arg;
	stand_there(out);
}

void trial_engine(struct engine_trial *out)
{
	*out = (struct engine_trial){ 0 };
	if (!in_child(engine_stands, NULL, out, sizeof(*out)))
		engine_failed(out, ECHILD, "the trial itself");
}

/* --- What a host may not give --- */

static void lacks(struct guards_trial *t, int code, const char *what)
{
	size_t n = strlen(t->lacks);

	if (!t->code)
		t->code = code ? code : EINVAL;
	snprintf(t->lacks + n, sizeof(t->lacks) - n, "%s%s", n ? ", " : "", what);
}

static void gateway_stands(void *out, const void *arg)
{
	(void)arg;
	*(int *)out = gateway_confine() < 0 ? errno : 0;
}

/* Its notes go to standard error, a line each. */
static void hypervisor_stands(void *out, const void *arg)
{
	struct jail jail = { .netns_fd = -1, .program = arg, .file_size = 1 << 20, .files = 64 };
	AUTO_CLOSE int notes = memfd_create("notes", MFD_CLOEXEC);
	struct guards_trial *t = out;
	char text[512], *save = NULL, *line;
	ssize_t n;
	int code;

	if (notes < 0 || dup2(notes, STDERR_FILENO) < 0)
		return;
	errno = 0;
	code = jail_enter(&jail);
	if (code) /* a required one: the launch says more */
		lacks(t, code, "no jail for the hypervisor");
	n = pread(notes, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (!strncmp(line, JAIL_NOTE, strlen(JAIL_NOTE)))
			lacks(t, errno, line + strlen(JAIL_NOTE));
}

static void guards_stand(void *out, const void *program)
{
	struct trial user = { .step = TRIAL_USER };
	struct guards_trial *t = out;
	int code = 0;

	/* As the supervisor: a user namespace where there is one, root does without. */
	if (enter_user(&user) < 0) {
		lacks(t, user.code, "no user namespace");
		if (geteuid() != 0)
			return;
	}
	if (in_child(gateway_stands, NULL, &code, sizeof(code)) && code)
		lacks(t, code, "no root of its own for the gateway");
	in_child(hypervisor_stands, program, t, sizeof(*t));
}

void trial_guards(const char *program, struct guards_trial *out)
{
	*out = (struct guards_trial){ 0 };
	in_child(guards_stand, program ? program : "/usr/bin/env", out, sizeof(*out));
}
