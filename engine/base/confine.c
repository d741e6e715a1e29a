#include "engine/base/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where it hurts nobody: only this process sees what is mounted there. */
#define BASE "/tmp"

int confine_begin(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	return mount("vmdeck", BASE, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		     "size=64k,nr_inodes=64,mode=0755");
}

static int make_parents(char *path)
{
	for (char *p = path + sizeof(BASE); (p = strchr(p, '/')); p++) {
		*p = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return -1;
		*p = '/';
	}
	return 0;
}

/* Read-only without touching the flags that a user namespace may not clear,
 * which a remount would have to repeat. */
static int read_only(const char *path)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID };

	return (int)syscall(SYS_mount_setattr, AT_FDCWD, path, AT_RECURSIVE, &attr, sizeof(attr));
}

static int bind_at(const char *source, const char *target)
{
	return mount(source, target, NULL, MS_BIND | MS_REC, NULL);
}

static int copy_link(const char *source, const char *target)
{
	char to[PATH_MAX];
	ssize_t n = readlink(source, to, sizeof(to) - 1);

	if (n < 0)
		return -1;
	to[n] = '\0';
	return symlink(to, target);
}

/* What a bind mount can be put over. */
static int make_place(const char *target, bool directory)
{
	int fd;

	if (directory)
		return mkdir(target, 0755);
	fd = open(target, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	return fd < 0 ? -1 : close(fd);
}

int confine_give(const char *source, enum confine_mode mode)
{
	char target[PATH_MAX];
	struct stat st;

	if (lstat(source, &st) < 0)
		return 0;
	snprintf(target, sizeof(target), BASE "%s", source);
	if (make_parents(target) < 0)
		return -1;
	if (S_ISLNK(st.st_mode))
		return copy_link(source, target);
	if (make_place(target, S_ISDIR(st.st_mode)) < 0 || bind_at(source, target) < 0)
		return -1;
	return mode == CONFINE_WRITE ? 0 : read_only(target);
}

/* The number in this /proc may be another than getpid's, when it belongs to an outer
 * namespace. */
int confine_give_proc(void)
{
	char self[64] = "/proc/";
	ssize_t n = readlink("/proc/self", self + 6, sizeof(self) - 7);

	if (n < 0)
		return -1;
	self[6 + n] = '\0';
	if (mkdir(BASE "/proc", 0755) < 0 || mkdir(BASE "/proc/self", 0755) < 0)
		return -1;
	return bind_at(self, BASE "/proc/self");
}

void confine_abandon(void)
{
	int e = errno;

	umount2(BASE, MNT_DETACH);
	errno = e;
}

int confine_finish(void)
{
	if (chdir(BASE) < 0 || syscall(SYS_pivot_root, ".", ".") < 0) {
		confine_abandon();
		return -1;
	}
	if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return -1;
	mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
	      NULL);
	return 0;
}

int confine_limit(int resource, rlim_t most)
{
	struct rlimit r;

	if (getrlimit(resource, &r) < 0)
		return -1;
	if (r.rlim_max > most)
		r.rlim_max = most;
	r.rlim_cur = r.rlim_max;
	return setrlimit(resource, &r);
}

int confine_drop(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };
	struct __user_cap_data_struct have[2] = { { 0 } };

	if (syscall(SYS_capget, &head, have) < 0)
		return -1;
	/* Only who has capabilities may empty the bounding set; who has none cannot get
	 * any, by the no-new-privileges below. */
	if (have[0].effective & 1U << CAP_SETPCAP) {
		for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
			if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
				return -1;
		if (prctl(PR_SET_SECUREBITS, SECURE_ALL_BITS | SECURE_ALL_LOCKS, 0, 0, 0) < 0)
			return -1;
	}
	head.pid = 0;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
		return -1;
	if (syscall(SYS_capset, &head, none) < 0)
		return -1;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
