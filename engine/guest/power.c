#include "engine/guest/power.h"

#include <signal.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	DYING_S = 1, /* what a killed process may take, per process */
};

/* SIGCHLD is blocked in all of init, so it can be waited for. */
static void kill_all(void)
{
	struct timespec patience = { DYING_S, 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	kill(-1, SIGKILL);
	for (;;) {
		pid_t pid = waitpid(-1, NULL, WNOHANG);
		if (pid < 0 || (pid == 0 && sigtimedwait(&set, NULL, &patience) < 0))
			return;
	}
}

/* A hypervisor without a power switch (Firecracker) ends on a reset, QEMU with
 * -no-reboot on either. */
void power_off(struct mounts *m)
{
	kill_all();
	mounts_end(m);
	reboot(RB_POWER_OFF);
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}
