/*
 * What the gateway's process can still see and do. It reads what guests and servers send,
 * so it is treated like the hypervisor: no capabilities and none to gain, no core,
 * and of the host's files only those that resolving names and TLS need, read-only,
 * in a root of its own. The root is a small tmpfs that nobody else sees, filled
 * with bind mounts and pivoted to; directories are bound, so that a resolv.conf that is
 * replaced later is seen.
 */
#include "engine/net/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BASE "/tmp"

/* Libraries (of nsswitch's sources, loaded when first used), configuration and certificates,
 * and where resolv.conf is a link to. What the host lacks is left out. */
static const char *const seen[] = {
	"/etc",	      "/usr",			 "/lib",		"/lib64",
	"/nix/store", "/gnu/store",		 "/run/systemd/resolve", "/run/NetworkManager",
	"/run/resolvconf", "/run/connman",	 "/mnt/wsl",		"/dev/null",
	"/dev/urandom",
};

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

static int copy_link(const char *source, const char *target)
{
	char to[PATH_MAX];
	ssize_t n = readlink(source, to, sizeof(to) - 1);

	if (n < 0)
		return -1;
	to[n] = '\0';
	return symlink(to, target);
}

static int give(const char *source)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID };
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
	if (mount(source, target, NULL, MS_BIND | MS_REC, NULL) < 0)
		return -1;
	/* devices are opened read-only here, and bind mounts of them may not be remounted */
	return S_ISDIR(st.st_mode) ?
		       (int)syscall(SYS_mount_setattr, AT_FDCWD, target, AT_RECURSIVE, &attr, sizeof(attr)) :
		       0;
}

static int fill(void)
{
	for (size_t i = 0; i < sizeof(seen) / sizeof(*seen); i++)
		if (give(seen[i]) < 0)
			return -1;
	return 0;
}

static int own_root(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("vmdeck", BASE, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  "size=64k,nr_inodes=64,mode=0755") < 0)
		return -1;
	if (fill() < 0 || chdir(BASE) < 0 || syscall(SYS_pivot_root, ".", ".") < 0) {
		umount2(BASE, MNT_DETACH);
		return -1;
	}
	if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return -1;
	mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
	      NULL);
	return 0;
}

int gate_confine(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };
	struct rlimit nothing = { 0, 0 };
	int r = own_root();

	setrlimit(RLIMIT_CORE, &nothing);
	for (int cap = 0; cap <= 63; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	syscall(SYS_capset, &head, none);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	return r;
}
