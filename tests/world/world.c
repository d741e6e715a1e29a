#include "tests/world/world.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "tests/world/decoy.h"

int world_ip(struct error *err, const char *fmt, ...)
{
	char line[512], out[512];
	static char sh[] = "/bin/sh", c[] = "-c";
	char *argv[] = { sh, c, line, NULL };
	va_list ap;
	int n = snprintf(line, sizeof(line), "PATH=$PATH:/sbin:/usr/sbin; exec ip "), status;

	va_start(ap, fmt);
	vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, ap);
	va_end(ap);
	if (process_capture(argv, out, sizeof(out), 10000, &status, err) < 0)
		return -1;
	if (status == 0)
		return 0;
	out[strcspn(out, "\n")] = '\0';
	return error_set(err, 0, "%s: %.200s", line + n, out);
}

static int write_file(const char *path, const char *text, struct error *err)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		return error_set(err, errno, "write %s", path);
	return 0;
}

int world_user(struct error *err)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	char map[64];

	prctl(PR_SET_DUMPABLE, 1); /* /proc/self is ours after a change of user */
	if (unshare(CLONE_NEWUSER) < 0)
		return error_set(err, errno, "user namespace");
	if (write_file("/proc/self/setgroups", "deny", err) < 0)
		return -1;
	snprintf(map, sizeof(map), "0 %u 1\n", (unsigned)uid);
	if (write_file("/proc/self/uid_map", map, err) < 0)
		return -1;
	snprintf(map, sizeof(map), "0 %u 1\n", (unsigned)gid);
	return write_file("/proc/self/gid_map", map, err);
}

/* A file of ours over one of the host's. */
static int put_over(const char *path, const char *text, struct error *err)
{
	char name[] = "/tmp/vmdeck-world-XXXXXX";
	AUTO_CLOSE int fd = mkstemp(name);
	int r;

	if (fd < 0 || fd_write_all(fd, text, strlen(text), err) < 0)
		return error_set(err, errno, "%s", name);
	fchmod(fd, 0644);
	r = mount(name, path, NULL, MS_BIND, NULL);
	if (r < 0)
		error_set(err, errno, "bind %s", path);
	unlink(name);
	return r;
}

static int resolver(struct error *err)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return error_set(err, errno, "private mounts");
	if (put_over("/etc/resolv.conf", "nameserver 93.184.216.53\noptions timeout:1 attempts:2\n",
		     err) < 0 ||
	    put_over("/etc/hosts", WORLD_HOSTS, err) < 0)
		return -1;
	return access("/etc/nsswitch.conf", F_OK) < 0 ?
		       0 :
		       put_over("/etc/nsswitch.conf", "hosts: files dns\n", err);
}

static int wait_byte(int fd, const char *what, struct error *err)
{
	char c;

	return read(fd, &c, 1) == 1 ? 0 : error_set(err, errno, "%s does not come up", what);
}

static int configure_there(struct error *err)
{
	return world_ip(err, "link set lo up") < 0 ||
			       world_ip(err, "addr add 93.184.216.1/30 dev decoy0") < 0 ||
			       world_ip(err, "link set decoy0 up") < 0 ||
			       world_ip(err, "-6 addr add 2606:2800:220::1/126 dev decoy0 nodad") < 0 ||
			       world_ip(err, "route add local default dev lo") < 0 ||
			       world_ip(err, "-6 route add local 2606:2800:221::/64 dev lo") < 0 ||
			       world_ip(err, "-6 route add local fd00::/8 dev lo") < 0 ?
		       -1 :
		       0;
}

static _Noreturn void there(int go, int ready, int log_fd)
{
	struct error err = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWNET) < 0 || write(ready, "", 1) != 1 || wait_byte(go, "here", &err) < 0 ||
	    configure_there(&err) < 0) {
		dprintf(2, "decoy: %s\n", err.msg);
		_exit(1);
	}
	decoy_serve("net", "decoy0", log_fd, ready);
}

static int configure_here(pid_t pid, struct error *err)
{
	return world_ip(err, "link set lo up") < 0 ||
			       world_ip(err, "link add host0 type veth peer name decoy0 netns %d",
					(int)pid) < 0 ||
			       world_ip(err, "addr add " WORLD_HOST "/30 dev host0") < 0 ||
			       world_ip(err, "addr add 10.99.0.1/24 dev lo") < 0 ||
			       world_ip(err, "addr add 93.184.217.2/24 dev lo") < 0 ||
			       world_ip(err, "addr add 93.184.217.3/24 dev lo") < 0 ||
			       world_ip(err, "link set host0 up") < 0 ||
			       world_ip(err, "-6 addr add 2606:2800:220::2/126 dev host0 nodad") < 0 ||
			       world_ip(err, "route add default via 93.184.216.1") < 0 ||
			       world_ip(err, "-6 route add default via 2606:2800:220::1") < 0 ?
		       -1 :
		       0;
}

int world_enter(int log_fd, struct error *err)
{
	int go[2], ready[2];
	pid_t pid;

	if (unshare(CLONE_NEWNS | CLONE_NEWNET) < 0)
		return error_set(err, errno, "mount and network namespace");
	if (resolver(err) < 0)
		return -1;
	if (pipe2(go, O_CLOEXEC) < 0 || pipe2(ready, O_CLOEXEC) < 0)
		return error_set(err, errno, "pipe");
	pid = fork();
	if (pid == 0)
		there(go[0], ready[1], log_fd);
	if (pid < 0 || wait_byte(ready[0], "the other namespace", err) < 0 ||
	    configure_here(pid, err) < 0)
		return -1;
	if (write(go[1], "", 1) != 1 || wait_byte(ready[0], "the decoy", err) < 0)
		return error_set(err, errno, "the decoy does not come up");
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		decoy_serve("host", NULL, log_fd, ready[1]);
	}
	if (pid < 0 || wait_byte(ready[0], "the host's servers", err) < 0)
		return -1;
	close(go[0]);
	close(go[1]);
	close(ready[0]);
	close(ready[1]);
	return 0;
}
