#include "engine/session/force.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/session/sessions.h"

static int not_his(const char *id, pid_t pid, const char *why, struct error *err)
{
	error_set(err, 0,
		  "session %s: process %d is not shown to be its supervisor: %s; nobody was ended",
		  id, (int)pid, why);
	error_hint(err, "look at it with: ps -fp %d", (int)pid);
	return -1;
}

/* Has the process this very file open? */
static bool holds(pid_t pid, const struct stat *file)
{
	char path[64];
	struct dirent *e;
	bool found = false;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	d = opendir(path);
	if (!d)
		return false;
	while (!found && (e = readdir(d))) {
		struct stat st;

		found = fstatat(dirfd(d), e->d_name, &st, 0) == 0 && st.st_ino == file->st_ino &&
			st.st_dev == file->st_dev;
	}
	closedir(d);
	return found;
}

int session_force(const struct paths *p, const char *id, struct error *err)
{
	AUTO_CLOSE int dir = session_dir(p, id, err);
	AUTO_CLOSE int pidfd = -1;
	struct session_entry e;
	const struct session_record *r = &e.record;
	struct stat lock;
	char boot[37];

	if (dir < 0)
		return -1;
	session_read(dir, id, &e);
	if (!e.alive)
		return error_set(err, ESRCH, "session %s is not alive", id);
	boot_id(boot);
	if (r->pid <= 1 || r->pid == getpid() || strcmp(boot, r->boot) != 0)
		return not_his(id, r->pid, "its record is of another boot, or names nobody", err);
	pidfd = (int)syscall(SYS_pidfd_open, r->pid, 0);
	if (pidfd < 0)
		return not_his(id, r->pid, strerror(errno), err);
	if (!r->started || process_started(r->pid) != r->started)
		return not_his(id, r->pid, "it began at another time", err);
	if (fstatat(dir, "owner.lock", &lock, AT_SYMLINK_NOFOLLOW) < 0 || !holds(r->pid, &lock))
		return not_his(id, r->pid, "it does not hold the session's lock", err);
	if (syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0) < 0)
		return error_set(err, errno, "end the supervisor of %s", id);
	return 0;
}
