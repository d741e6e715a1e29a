#include "engine/vm/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The private root is a small tmpfs, mounted where it hurts nobody (only this
 * process sees it), filled with bind mounts and then pivoted to. Files that
 * the hypervisor needs beyond it come as descriptors.
 */
#define BASE "/tmp"

/* What holds programs and their libraries. A symbolic link (/lib of merged-usr)
 * is copied as one. */
static const char *const programs[] = {
	"/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", NULL,
};

/* The same, given only when the hypervisor itself lies there. */
static const char *const elsewhere[] = { "/opt", "/nix/store", "/gnu/store", NULL };

static const char *const files[] = {
	"/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/etc/ld.so.cache", NULL,
};

static bool below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return !strncmp(path, dir, n) && path[n] == '/';
}

static const char *dir_of(const char *program, const char *const *dirs)
{
	for (; *dirs; dirs++)
		if (below(program, *dirs))
			return *dirs;
	return NULL;
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

/* Give the private root what the host has at `source`; what it lacks is left out. */
static int give(const char *source, bool writable)
{
	char target[PATH_MAX];
	struct stat st;
	int fd;

	if (lstat(source, &st) < 0)
		return 0;
	snprintf(target, sizeof(target), BASE "%s", source);
	if (make_parents(target) < 0)
		return -1;
	if (S_ISLNK(st.st_mode))
		return copy_link(source, target);
	if (S_ISDIR(st.st_mode)) {
		if (mkdir(target, 0755) < 0)
			return -1;
	} else {
		fd = open(target, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
		if (fd < 0)
			return -1;
		close(fd);
	}
	if (bind_at(source, target) < 0)
		return -1;
	return writable ? 0 : read_only(target);
}

/* Its own directory of /proc, and none of anybody else. The number in this
 * /proc may be another than getpid's, when it belongs to an outer namespace. */
static int give_proc(void)
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

static int fill(const struct jail *j)
{
	const char *more = dir_of(j->program, elsewhere);

	for (const char *const *p = programs; *p; p++)
		if (give(*p, false) < 0)
			return -1;
	if (more && give(more, false) < 0)
		return -1;
	for (const char *const *f = files; *f; f++)
		if (give(*f, true) < 0)
			return -1;
	if (j->kvm && give("/dev/kvm", true) < 0)
		return -1;
	return give_proc();
}

/* `doing` says where it stopped. Past the pivot nothing fails. */
static int private_root(const struct jail *j, const char **doing)
{
	*doing = "mount namespace";
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	*doing = "private root";
	if (!dir_of(j->program, programs) && !dir_of(j->program, elsewhere)) {
		errno = EXDEV;
		return -1;
	}
	if (mount("vmdeck", BASE, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  "size=64k,nr_inodes=64,mode=0755") < 0)
		return -1;
	if (fill(j) < 0 || chdir(BASE) < 0 || syscall(SYS_pivot_root, ".", ".") < 0) {
		int e = errno;

		umount2(BASE, MNT_DETACH);
		errno = e;
		return -1;
	}
	if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return -1;
	mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
	      NULL);
	return 0;
}

static int limit(int resource, rlim_t most)
{
	struct rlimit r;

	if (getrlimit(resource, &r) < 0)
		return -1;
	if (r.rlim_max > most)
		r.rlim_max = most;
	r.rlim_cur = r.rlim_max;
	return setrlimit(resource, &r);
}

static int drop_privileges(void)
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

int jail_enter(void *arg)
{
	const struct jail *j = arg;
	const char *doing;

	if (j->netns_fd >= 0 && setns(j->netns_fd, CLONE_NEWNET) < 0)
		return errno;
	if (j->netns_fd >= 0)
		close(j->netns_fd);
	/* The operator's shared memory, queues and host name are none of its business. */
	if (unshare(CLONE_NEWIPC | CLONE_NEWUTS) < 0)
		dprintf(2, JAIL_NOTE "no IPC namespace: %s\n", strerror(errno));
	if (!j->keep_root && private_root(j, &doing) < 0)
		dprintf(2, JAIL_NOTE "no %s: %s\n", doing, strerror(errno));
	if (limit(RLIMIT_CORE, 0) < 0 || limit(RLIMIT_NOFILE, j->files) < 0 ||
	    limit(RLIMIT_FSIZE, j->file_size) < 0)
		return errno;
	if (drop_privileges() < 0)
		return errno;
	prctl(PR_SET_DUMPABLE, 0); /* until exec; the limit on core files is what stays */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return errno;
	return 0;
}
