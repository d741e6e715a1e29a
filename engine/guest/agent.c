#include "engine/guest/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/guest/say.h"

enum {
	LONG_RUN_MS = 10 * 1000,
	FIRST_DELAY_MS = 250,
	LAST_DELAY_MS = 8000,
	REHEARSAL_MS = 3000,
};

/* What a spare process is told. */
enum {
	START = 's',
	REHEARSE = 'r',
};

uint64_t agent_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* A rehearsal leaves no trace: to it, the session's root cannot be written. */
static int look_only(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) < 0)
		return errno;
	return 0;
}

/* What a spare process is given. */
struct spare {
	struct agent *agent;
	int go[2], report[2];
};

/* Everything that can be done before it is known what to run is done before the
 * word to go comes. Nobody left to give it: the machine is ending. */
static int child(void *arg)
{
	const struct spare *p = arg;
	struct agent *a = p->agent;
	int go = p->go[0], report = p->report[1];
	char word = 0;
	int code = system_enter(a->system);

	if (!code)
		code = console_adopt(a->console);
	close(p->go[1]);
	close(p->report[0]);
	(void)!write(report, &code, sizeof(code));
	if (read(go, &word, 1) != 1)
		_exit(0);
	close(go);
	if (!code && word == REHEARSE)
		code = look_only();
	if (!code) {
		command_make_cwd(&a->start->command);
		code = command_exec(&a->start->command, a->start->term);
	}
	(void)!write(report, &code, sizeof(code));
	_exit(127);
}

static void drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/*
 * It shares our memory until its exec, as a child of vfork does: there is none to copy
 * at its start, page by page as either writes, nor to tear down at its exec, and under
 * emulation each of these is code that runs for the first time. So it has a stack of
 * its own, allocates nothing, and runs only while we wait for its report; in between
 * it sleeps in a read. It becomes its user in there, and none of that user's may look:
 * memory of who changes its user is not dumpable (ptrace(2)).
 */
static int spare(struct spare *p)
{
	static char stack[64 << 10] __attribute__((aligned(16)));
	struct agent *a = p->agent;
	int code = 0;

	a->spare = system_aim(a->system) < 0 ? -1 :
		   clone(child, stack + sizeof(stack), CLONE_VM | SIGCHLD, p);
	code = errno;
	system_aimed(a->system);
	close(p->go[0]);
	close(p->report[1]);
	a->go = p->go[1];
	a->report = p->report[0];
	if (a->spare >= 0 && read(a->report, &code, sizeof(code)) != sizeof(code))
		code = ECHILD;
	if (code) {
		drop(&a->go); /* it ends, and is reaped as anybody's child */
		drop(&a->report);
		a->spare = 0;
	}
	return code;
}

int agent_prepare(struct agent *a)
{
	struct spare p = { .agent = a };
	int code;

	if (a->spare)
		return 0;
	code = console_begin(a->console);
	if (code)
		return code;
	if (pipe2(p.go, O_CLOEXEC) < 0)
		return errno;
	if (pipe2(p.report, O_CLOEXEC) < 0) {
		code = errno;
		close(p.go[0]);
		close(p.go[1]);
		return code;
	}
	return spare(&p);
}

/* The spare one becomes the agent; 0 when exec has succeeded. */
static int go(struct agent *a, char word)
{
	int code = 0;

	console_give(a->console, &a->start->command.user);
	(void)!write(a->go, &word, 1);
	drop(&a->go);
	/* The write end closes on exec: nothing to read means that it worked. */
	if (read(a->report, &code, sizeof(code)) == sizeof(code))
		waitpid(a->spare, NULL, 0);
	drop(&a->report);
	a->pid = code ? 0 : a->spare;
	a->spare = 0;
	a->began_ms = agent_now_ms();
	return code;
}

int agent_start(struct agent *a)
{
	int code = agent_prepare(a);

	return code ? code : go(a, START);
}

int agent_rehearse(struct agent *a)
{
	int code = agent_prepare(a), pidfd;

	if (!code)
		code = go(a, REHEARSE);
	if (code)
		return code;
	/* To its prompt, a line, and its end: what the next one goes through. */
	pidfd = (int)syscall(SYS_pidfd_open, a->pid, 0);
	if (pidfd < 0 || !console_converse(a->console, "exit\n", pidfd, REHEARSAL_MS))
		kill(a->pid, SIGKILL);
	close(pidfd);
	waitpid(a->pid, NULL, 0);
	a->pid = 0;
	console_drain(a->console);
	return agent_prepare(a);
}

static void start_again(struct watch *w, uint32_t events)
{
	struct agent *a = w->arg;

	(void)events;
	watch_timer_take(w);
	if (a->pid || a->stopping)
		return;
	int code = agent_start(a);
	if (code) {
		errno = code;
		say_errno("restart the agent");
		console_say(a->console, "[agent: %s]", strerror(code));
		watch_timer_set(w, LAST_DELAY_MS, 0);
	}
}

static void restart(struct agent *a)
{
	bool brief = agent_now_ms() - a->began_ms < LONG_RUN_MS;

	a->delay_ms = !brief ? 1 : a->delay_ms < FIRST_DELAY_MS ? FIRST_DELAY_MS : a->delay_ms * 2;
	if (a->delay_ms > LAST_DELAY_MS)
		a->delay_ms = LAST_DELAY_MS;
	if (a->again.fd < 0) {
		a->again = (struct watch){ .fn = start_again, .arg = a };
		if (watch_timer(a->epoll, &a->again) < 0)
			return say_errno("restart the agent");
	}
	watch_timer_set(&a->again, a->delay_ms, 0);
}

bool agent_reaped(struct agent *a, pid_t pid, int status)
{
	if (pid != a->pid)
		return false;
	kill(-pid, SIGKILL); /* what it left in its group */
	a->pid = 0;
	a->runs++;
	console_drain(a->console);
	if (a->start->on_exit != START_POWEROFF) {
		if (WIFSIGNALED(status))
			console_say(a->console, "[agent ended by signal %d]", WTERMSIG(status));
		else
			console_say(a->console, "[agent ended with code %d]", WEXITSTATUS(status));
	}
	a->ended(a, status);
	if (a->start->on_exit == START_RESTART && !a->stopping)
		restart(a);
	return true;
}

void agent_signal(struct agent *a, int signo)
{
	pid_t front = 0;

	if (!a->pid)
		return;
	kill(-a->pid, signo);
	if (ioctl(a->console->master.fd, TIOCGPGRP, &front) == 0 && front > 1 && front != a->pid)
		kill(-front, signo);
}
