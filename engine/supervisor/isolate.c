#include "engine/supervisor/isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/own.h"

static int write_map(const char *path, const char *text, struct error *err)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		return error_set(err, errno, "user namespace: write %s", path);
	return 0;
}

static int map_root(uid_t uid, gid_t gid, struct error *err)
{
	char line[64];

	if (write_map("/proc/self/setgroups", "deny", err) < 0)
		return -1;
	snprintf(line, sizeof(line), "0 %u 1", (unsigned)uid);
	if (write_map("/proc/self/uid_map", line, err) < 0)
		return -1;
	snprintf(line, sizeof(line), "0 %u 1", (unsigned)gid);
	return write_map("/proc/self/gid_map", line, err);
}

int isolate_enter(bool *user, struct error *err)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int e;

	*user = true;
	if (unshare(CLONE_NEWUSER | CLONE_NEWPID) == 0)
		return map_root(uid, gid, err);
	e = errno;
	if (uid == 0) {
		*user = false;
		if (unshare(CLONE_NEWPID) == 0)
			return 0;
		return error_set(err, errno, "make a pid namespace");
	}
	error_set(err, e, "make a user namespace");
	error_hint(err, "vmdeck doctor shows what forbids it (check N00) and the command that allows it");
	return -1;
}

pid_t isolate_host_pid(void)
{
	char buf[32] = { 0 };

	if (readlink("/proc/self", buf, sizeof(buf) - 1) <= 0)
		return 0;
	return (pid_t)atoi(buf);
}

pid_t isolate_host_pid_of(int pidfd)
{
	char path[64];
	struct error err;
	AUTO_FREE char *text = NULL;
	const char *at;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	text = file_read(AT_FDCWD, path, 4096, NULL, &err);
	at = text ? strstr(text, "Pid:") : NULL;
	return at ? (pid_t)(atoi(at + 4) > 0 ? atoi(at + 4) : 0) : 0;
}
