#include "engine/guest/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/guest/say.h"

enum {
	LONG_RUN_MS = 10 * 1000,
	FIRST_DELAY_MS = 250,
	LAST_DELAY_MS = 8000,
};

uint64_t agent_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void child(struct agent *a, int report)
{
	int code = console_adopt(a->console);

	if (!code)
		code = command_exec(&a->start->command, a->start->term);
	(void)!write(report, &code, sizeof(code));
	_exit(127);
}

int agent_start(struct agent *a)
{
	int report[2], code = console_begin(a->console, &a->start->command.user);

	if (code)
		return code;
	if (pipe2(report, O_CLOEXEC) < 0)
		return errno;
	pid_t pid = fork();
	if (pid == 0)
		child(a, report[1]);
	code = pid < 0 ? errno : 0;
	close(report[1]);
	/* The write end closes on exec: nothing to read means that it worked. */
	if (pid > 0 && read(report[0], &code, sizeof(code)) == sizeof(code))
		waitpid(pid, NULL, 0);
	close(report[0]);
	if (code)
		return code;
	a->pid = pid;
	a->began_ms = agent_now_ms();
	return 0;
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
