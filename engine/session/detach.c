#include "engine/session/detach.h"

#include <assert.h>
#include <errno.h>
#include <linux/keyctl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/process.h"

enum { KEPT = 6 };

static int own_session(void *arg)
{
	(void)arg;
	/* A keyring of its own: the operator's may hold keys. Not all kernels have them. */
	syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
	return setsid() < 0 ? errno : 0;
}

static void clean_env(char *env[KEPT + 1], char store[KEPT][PATH_MAX])
{
	static const char *const keep[KEPT] = {
		"PATH", "HOME", "LANG", "VMDECK_HOME",
#ifdef __SANITIZE_ADDRESS__
		"ASAN_OPTIONS", "UBSAN_OPTIONS", /* where its reports go: tests read them */
#endif
	};
	int n = 0;

	for (int i = 0; i < KEPT; i++) {
		const char *v = keep[i] ? getenv(keep[i]) : NULL;

		if (v && snprintf(store[i], PATH_MAX, "%s=%s", keep[i], v) < PATH_MAX)
			env[n++] = store[i];
	}
	env[n] = NULL;
}

int detach_start(const char *verb, const char *arg, const int *fds, size_t n_fds, int log,
		 struct error *err)
{
	char name[] = "vmdeck", what[32], whose[64];
	char *argv[] = { name, what, whose, NULL }, *env[KEPT + 1];
	char store[KEPT][PATH_MAX];
	struct process p = { .argv = argv, .env = env, .n_fds = n_fds, .prepare = own_session };
	int status;
	pid_t pid;

	assert(n_fds <= PROCESS_FDS);
	snprintf(what, sizeof(what), "%s", verb);
	snprintf(whose, sizeof(whose), "%s", arg);
	clean_env(env, store);
	memcpy(p.fds, fds, n_fds * sizeof(*fds));
	p.fds[0] = -1;
	p.fds[1] = p.fds[2] = log;
	pid = process_start(&p, err);
	if (pid < 0)
		return error_wrap(err, "%s", verb);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
