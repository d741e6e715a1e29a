/* world [-u UID] LOG COMMAND...: run the command on the host of the decoy world (world.h),
 * whose servers append to the file LOG; its exit status is the command's. With -u (root
 * only) all of it happens as that user, in a user namespace, as it does for
 * whoever is not root. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/world/world.h"

static int complain(const char *what)
{
	fprintf(stderr, "world: %s: %s\n", what, strerror(errno));
	return 125;
}

/* With the mode that the kernel gives /dev/net/tun, which some containers do not. */
static void open_tun(void)
{
	if (unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("t", "/dev/net", "tmpfs", 0, "mode=0755") == 0 &&
	    (mknod("/dev/net/tun", S_IFCHR, makedev(10, 200)) < 0 || chmod("/dev/net/tun", 0666) < 0))
		umount("/dev/net");
}

int main(int argc, char **argv)
{
	struct error err = { 0 };
	int log, status;
	pid_t pid;

	if (argc > 2 && !strcmp(argv[1], "-u")) {
		uid_t id = (uid_t)atoi(argv[2]);

		open_tun();
		if (setgroups(0, NULL) < 0 || setresgid(id, id, id) < 0 || setresuid(id, id, id) < 0)
			return complain("become that user");
		argv += 2;
		argc -= 2;
	}
	if (argc < 3) {
		fprintf(stderr, "usage: world [-u UID] LOG COMMAND...\n");
		return 125;
	}
	log = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (log < 0)
		return complain(argv[1]);
	if ((geteuid() != 0 && world_user(&err) < 0) || world_enter(log, &err) < 0) {
		fprintf(stderr, "world: %s\n", err.msg);
		return 125;
	}
	pid = fork();
	if (pid < 0)
		return complain("fork");
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(complain(argv[2]));
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return complain("wait");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
