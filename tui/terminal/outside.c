#include "tui/terminal/outside.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/list.h"
#include "engine/base/process.h"
#include "engine/base/text.h"

enum { ARGS = 24 };

/* Shows what runs and how it ended, and waits, so that it can be read. */
static const char script[] =
	"printf '\\n$ %s\\n\\n' \"$0\"; \"$@\"; code=$?; "
	"printf '\\n(exit code %d) Enter goes back to vmdeck ' $code; read -r none; exit $code";

/* With signals that would stop a background process ignored, as we are one. */
static void foreground(pid_t group)
{
	sigset_t ttou, before;

	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &before);
	tcsetpgrp(STDIN_FILENO, group);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static int own_group(void *arg)
{
	(void)arg;
	if (setpgid(0, 0) < 0)
		return errno;
	foreground(getpid());
	return 0;
}

static void on_end(struct child *c, int status)
{
	struct outside *o = LIST_ITEM(c, struct outside, child);

	o->running = false;
	foreground(getpgrp());
	o->ended(o, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

int outside_run(struct outside *o, struct loop *l, char *const argv[], struct error *err)
{
	char *args[ARGS + 5] = { (char *)"sh", (char *)"-c", (char *)script };
	char shown[2048] = "", clean[3 * sizeof(shown)];
	struct process p = { .file = "sh", .argv = args, .fds = { 0, 1, 2 }, .n_fds = 3,
			     .prepare = own_group };
	pid_t pid;
	size_t n = 4;

	if (o->running)
		return error_set(err, EBUSY, "another command has the terminal");
	for (; *argv && n < ARGS; argv++) {
		args[n++] = *argv;
		if (strlen(shown) + strlen(*argv) + 2 < sizeof(shown)) {
			if (*shown)
				strcat(shown, " ");
			strcat(shown, *argv);
		}
	}
	text_clean_str(clean, sizeof(clean), shown);
	args[3] = clean;
	pid = process_start(&p, err);
	if (pid < 0)
		return -1;
	o->child.fn = on_end;
	if (child_watch(l, &o->child, pid, err) < 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		foreground(getpgrp());
		return -1;
	}
	o->running = true;
	return 0;
}

void outside_done(struct outside *o)
{
	if (!o->running)
		return;
	child_signal(&o->child, SIGHUP);
	child_forget(&o->child);
	o->running = false;
}
