#include "engine/vm/jail.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "engine/base/confine.h"

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

static int fill(const struct jail *j)
{
	const char *more = dir_of(j->program, elsewhere);

	for (const char *const *p = programs; *p; p++)
		if (confine_give(*p, CONFINE_READ) < 0)
			return -1;
	if (more && confine_give(more, CONFINE_READ) < 0)
		return -1;
	for (const char *const *f = files; *f; f++)
		if (confine_give(*f, CONFINE_WRITE) < 0)
			return -1;
	if (j->kvm && confine_give("/dev/kvm", CONFINE_WRITE) < 0)
		return -1;
	return confine_give_proc();
}

/* Files that the hypervisor needs beyond it come as descriptors. */
static int private_root(const struct jail *j)
{
	if (!dir_of(j->program, programs) && !dir_of(j->program, elsewhere)) {
		errno = EXDEV;
		return -1;
	}
	if (confine_begin() < 0)
		return -1;
	if (fill(j) < 0) {
		confine_abandon();
		return -1;
	}
	return confine_finish();
}

int jail_enter(void *arg)
{
	const struct jail *j = arg;

	if (j->netns_fd >= 0 && setns(j->netns_fd, CLONE_NEWNET) < 0)
		return errno;
	if (j->netns_fd >= 0)
		close(j->netns_fd);
	/* The operator's shared memory, queues and host name are none of its business. */
	if (unshare(CLONE_NEWIPC | CLONE_NEWUTS) < 0)
		dprintf(2, JAIL_NOTE "no IPC namespace: %s\n", strerror(errno));
	if (!j->keep_root && private_root(j) < 0)
		dprintf(2, JAIL_NOTE "no private root: %s\n", strerror(errno));
	if (confine_limit(RLIMIT_CORE, 0) < 0 || confine_limit(RLIMIT_NOFILE, j->files) < 0 ||
	    confine_limit(RLIMIT_FSIZE, j->file_size) < 0)
		return errno;
	if (confine_drop() < 0)
		return errno;
	prctl(PR_SET_DUMPABLE, 0); /* until exec; the limit on core files is what stays */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return errno;
	return 0;
}
