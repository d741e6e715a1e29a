#include "engine/guest/system.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/guest/command.h"
#include "engine/guest/say.h"

#define CGROUPS "/sys/fs/cgroup"
#define GROUP CGROUPS "/system" /* the root of what it sees */
#define OURS GROUP "/vmdeck"    /* in there: the agent, execs */
#define NOTIFY "vmdeck/system"  /* abstract: the same in its mounts as in ours */

/* An init by the name of its program: does it say when it is up, how is it ended? */
struct system_kind {
	const char *name;
	bool notifies;
	int poweroff; /* a signal, beyond NSIG relative to SIGRTMIN; 0: /sbin/poweroff */
};

static const struct system_kind kinds[] = {
	{ "systemd", true, NSIG + 4 }, { "busybox", false, SIGUSR2 }, { "finit", false, SIGUSR2 },
	{ NULL, false, 0 },
};

static const char *const inits[] = { "/sbin/init", "/usr/sbin/init", "/lib/systemd/systemd",
				     "/usr/lib/systemd/systemd" };

void system_init(struct system *s, int epoll)
{
	*s = (struct system){ .epoll = epoll, .outside = -1, .pids = -1, .mounts = -1, .groups = -1,
			      .notify.fd = -1, .patience.fd = -1 };
}

/* Which one it is. */

static int find(struct system *s)
{
	char real[PATH_MAX];

	for (size_t i = 0; i < sizeof(inits) / sizeof(inits[0]); i++) {
		if (access(inits[i], X_OK) < 0)
			continue;
		s->path = inits[i];
		const char *name = realpath(inits[i], real) ? strrchr(real, '/') + 1 : "";
		for (s->kind = kinds; s->kind->name && strcmp(s->kind->name, name) != 0; s->kind++)
			;
		return 0;
	}
	return ENOENT;
}

/* What is prepared for it. */

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		say_errno("write %s", path);
	if (fd >= 0)
		close(fd);
}

static void make_dirs(const char *path)
{
	char part[128];

	snprintf(part, sizeof(part), "%s", path);
	for (char *p = part + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(part, 0755);
	}
	mkdir(part, 0755);
}

/* In /run, so that the session's disk keeps no trace. Its own files come later in
 * their order, and do not say otherwise about this device. */
static void keep_network(const struct start *s)
{
	char text[400];

	make_dirs("/run/systemd/network");
	snprintf(text, sizeof(text), "[Match]\nName=eth0\n\n[Network]\nAddress=%.60s\nGateway=%.60s\nDNS=%.60s\n"
		 "DHCP=no\nIPv6AcceptRA=no\nLinkLocalAddressing=no\n", s->address, s->gateway, s->gateway);
	put("/run/systemd/network/00-vmdeck.network", text);
	make_dirs("/run/NetworkManager/conf.d");
	put("/run/NetworkManager/conf.d/00-vmdeck.conf",
	    "[keyfile]\nunmanaged-devices=interface-name:eth0\n");
}

/* A file system of another machine's disk would be waited for, and a swap likewise. */
static bool waits_for_devices(const char *line)
{
	static const char *const of[] = { "/dev/", "UUID=", "LABEL=", "PARTUUID=", "PARTLABEL=", "ID=" };

	line += strspn(line, " \t");
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (strncmp(line, of[i], strlen(of[i])) == 0)
			return true;
	return false;
}

static void hide_fstab(void)
{
	char line[1024];
	bool hide = false;
	FILE *f = fopen("/etc/fstab", "re");

	while (f && fgets(line, sizeof(line), f))
		hide |= waits_for_devices(line);
	if (f)
		fclose(f);
	if (!hide)
		return;
	put("/run/.vmdeck-fstab", "# vmdeck: the image's own names devices that are not here\n");
	if (mount("/run/.vmdeck-fstab", "/etc/fstab", NULL, MS_BIND, NULL) < 0)
		say_errno("hide /etc/fstab");
}

/* All controllers that there are, for it to give on. */
static void make_groups(void)
{
	char have[256], one[64];
	int fd = open(CGROUPS "/cgroup.controllers", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, have, sizeof(have) - 1);

	if (fd < 0)
		return; /* a kernel without them */
	close(fd);
	have[n > 0 ? n : 0] = '\0';
	for (char *save, *w = strtok_r(have, " \n", &save); w; w = strtok_r(NULL, " \n", &save)) {
		snprintf(one, sizeof(one), "+%.60s", w);
		put(CGROUPS "/cgroup.subtree_control", one);
	}
	mkdir(GROUP, 0755);
}

static void join(const char *group)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, "0", 1) < 0)
		say_errno("enter %s", group);
	close(fd);
}

/* Its start. */

static int own_mounts(void)
{
	const unsigned long safe = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	join(GROUP);
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    umount2("/proc", MNT_DETACH) < 0 || mount("proc", "/proc", "proc", safe, NULL) < 0)
		return errno;
	if (access(GROUP, F_OK) < 0)
		return 0;
	if (unshare(CLONE_NEWCGROUP) < 0 || umount2(CGROUPS, MNT_DETACH) < 0 ||
	    mount("cgroup2", CGROUPS, "cgroup2", safe, NULL) < 0)
		return errno;
	return 0;
}

static void take_console(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY);

	if (fd < 0)
		fd = open("/dev/null", O_RDWR);
	for (int i = 0; i < 3 && fd >= 0; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
}

static _Noreturn void become(const struct system *s, int report)
{
	static const char *const env[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/",
		"TERM=linux", "NOTIFY_SOCKET=@" NOTIFY, NULL
	};
	const char *const argv[] = { s->path, NULL };
	int code = own_mounts();

	if (!code) {
		hide_fstab();
		setsid();
		take_console();
		umask(022);
		if (chdir("/") == 0) {
			command_fresh_signals();
			execve(s->path, (char *const *)argv, (char *const *)env);
		}
		code = errno;
	}
	(void)!write(report, &code, sizeof(code));
	_exit(127);
}

static int space(const char *of, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%s/ns/%s", of, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int launch(struct system *s, int report[2])
{
	int code = 0;

	s->outside = space("self", "pid");
	if (s->outside < 0 || unshare(CLONE_NEWPID) < 0)
		return errno;
	s->pid = fork();
	code = s->pid < 0 ? errno : 0;
	if (s->pid == 0)
		become(s, report[1]);
	if (setns(s->outside, CLONE_NEWPID) < 0)
		code = errno;
	close(report[1]);
	report[1] = -1;
	if (!code && read(report[0], &code, sizeof(code)) != sizeof(code))
		return 0;
	if (s->pid > 0)
		waitpid(s->pid, NULL, 0);
	s->pid = 0;
	return code;
}

static int hold(struct system *s)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", (int)s->pid);
	s->pids = space(pid, "pid");
	s->mounts = space(pid, "mnt");
	s->groups = access(GROUP, F_OK) == 0 ? space(pid, "cgroup") : -1;
	return s->pids < 0 || s->mounts < 0 ? errno : 0;
}

/* What it says. */

static void settled(struct system *s, bool late)
{
	watch_close(s->epoll, &s->patience);
	s->up(s, late);
}

static void on_patience(struct watch *w, uint32_t events)
{
	struct system *s = w->arg;

	(void)events;
	watch_timer_take(w);
	settled(s, true);
}

static bool says(const char *text, const char *line)
{
	size_t n = strlen(line);

	for (; text; text = strchr(text, '\n'), text = text ? text + 1 : NULL)
		if (strncmp(text, line, n) == 0 && (text[n] == '\n' || !text[n]))
			return true;
	return false;
}

/* Anybody in the machine can write here; its init is believed. */
static bool receive(struct system *s, char *text, size_t size)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(struct ucred))];
	} control = { 0 };
	struct iovec to = { text, size - 1 };
	struct msghdr m = { .msg_iov = &to, .msg_iovlen = 1, .msg_control = &control,
			    .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(s->notify.fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = n < 0 ? NULL : CMSG_FIRSTHDR(&m);
	struct ucred from = { 0 };

	if (n < 0)
		return false;
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS)
		memcpy(&from, CMSG_DATA(c), sizeof(from));
	text[from.pid == s->pid ? n : 0] = '\0';
	return true;
}

static void on_notify(struct watch *w, uint32_t events)
{
	struct system *s = w->arg;
	char text[4096];

	(void)events;
	while (receive(s, text, sizeof(text))) {
		if (says(text, "STOPPING=1"))
			s->stopping = true;
		if (says(text, "READY=1") && s->patience.fd >= 0)
			settled(s, false);
	}
}

static int listen_to(struct system *s)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	socklen_t len = offsetof(struct sockaddr_un, sun_path) + sizeof(NOTIFY);
	int yes = 1;

	memcpy(a.sun_path + 1, NOTIFY, sizeof(NOTIFY) - 1);
	s->notify = (struct watch){ .fn = on_notify, .arg = s,
				    .fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) };
	if (s->notify.fd < 0 || setsockopt(s->notify.fd, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)) < 0 ||
	    bind(s->notify.fd, (struct sockaddr *)&a, len) < 0 ||
	    watch_add(s->epoll, &s->notify, EPOLLIN) < 0)
		return errno;
	s->patience = (struct watch){ .fn = on_patience, .arg = s };
	if (watch_timer(s->epoll, &s->patience) < 0)
		return errno;
	watch_timer_set(&s->patience, SYSTEM_UP_MS, 0);
	return 0;
}

int system_start(struct system *s, const struct start *start, const char **what)
{
	int report[2], code;

	*what = "no init in the image: /sbin/init";
	if ((code = find(s)))
		return code;
	*what = "listen to the image's init";
	if ((code = listen_to(s)))
		return code;
	make_groups();
	keep_network(start);
	*what = s->path;
	if (pipe2(report, O_CLOEXEC) < 0)
		return errno;
	code = launch(s, report);
	close(report[0]);
	if (report[1] >= 0)
		close(report[1]);
	if (!code && (code = hold(s)))
		kill(s->pid, SIGKILL);
	if (!code && !s->kind->notifies)
		settled(s, false);
	return code;
}

/* Others into it. */

int system_aim(struct system *s)
{
	return s->pid ? setns(s->pids, CLONE_NEWPID) : 0;
}

void system_aimed(struct system *s)
{
	if (s->pid && setns(s->outside, CLONE_NEWPID) < 0)
		say_errno("come back from the image's system");
}

pid_t system_fork(struct system *s)
{
	if (system_aim(s) < 0)
		return -1;
	pid_t pid = fork();
	int code = errno;
	if (pid)
		system_aimed(s);
	errno = code;
	return pid;
}

int system_enter(const struct system *s)
{
	if (!s->pid)
		return 0;
	mkdir(OURS, 0755);
	join(OURS);
	if ((s->groups >= 0 && setns(s->groups, CLONE_NEWCGROUP) < 0) ||
	    setns(s->mounts, CLONE_NEWNS) < 0 || chdir("/") < 0)
		return errno;
	return 0;
}

/* Its end. */

static void drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

bool system_reaped(struct system *s, pid_t pid)
{
	if (!s->pid || pid != s->pid)
		return false;
	s->pid = 0;
	watch_close(s->epoll, &s->notify);
	watch_close(s->epoll, &s->patience);
	drop(&s->pids);
	drop(&s->mounts);
	drop(&s->groups);
	drop(&s->outside);
	return true;
}

/* The program that its own operator would call. */
static bool run_poweroff(struct system *s)
{
	static const char *const argv[] = { "/sbin/poweroff", NULL }, *const env[] = { NULL };

	if (access(argv[0], X_OK) < 0)
		return false;
	pid_t pid = system_fork(s);
	if (pid == 0) {
		command_fresh_signals();
		if (system_enter(s) == 0)
			execve(argv[0], (char *const *)argv, (char *const *)env);
		_exit(127);
	}
	return pid > 0;
}

bool system_stop(struct system *s)
{
	if (!s->pid)
		return false;
	s->stopping = true;
	if (!s->kind->poweroff)
		return run_poweroff(s);
	int signo = s->kind->poweroff > NSIG ? SIGRTMIN + s->kind->poweroff - NSIG : s->kind->poweroff;
	return kill(s->pid, signo) == 0;
}
