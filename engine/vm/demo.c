#include "engine/vm/backend.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/vm/demo_console.h"

enum { STREAM = 32 << 10 }; /* bytes under way to each side */

/*
 * No hypervisor at all: a scripted console (demo_console.h), so that every key of the
 * dashboard can be tried without a machine. The child is this binary again. Its console
 * is a stream socket, as a machine's is; how large it is, and that it changed, it hears from
 * a terminal of its own, through which nothing else goes.
 */
struct demo_vm {
	struct vm *vm;
	int terminal; /* its controlling side */
	struct child child;
	struct later running;
};

static void demo_running(struct later *l)
{
	struct demo_vm *d = LIST_ITEM(l, struct demo_vm, running);

	vm_enter(d->vm, VM_RUNNING);
}

static void demo_ended(struct child *c, int status)
{
	struct demo_vm *d = LIST_ITEM(c, struct demo_vm, child);
	struct vm *vm = d->vm;

	later_cancel(&d->running);
	if (WIFSIGNALED(status))
		snprintf(vm->cause, sizeof(vm->cause), "the demo console was killed (SIG%s)",
			 sigabbrev_np(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		snprintf(vm->cause, sizeof(vm->cause), "the demo console failed (exit %d)",
			 WEXITSTATUS(status));
	else
		snprintf(vm->cause, sizeof(vm->cause), "powered off");
	vm->asked |= WIFEXITED(status) && !WEXITSTATUS(status);
	vm_enter(vm, VM_GONE);
}

static int demo_prepare(void *arg) /* in the child */
{
	(void)arg;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (setsid() < 0 || ioctl(STDERR_FILENO, TIOCSCTTY, 0) < 0)
		return errno;
	return 0;
}

static void demo_resize(struct vm *vm, uint16_t cols, uint16_t rows)
{
	const struct demo_vm *d = vm->state_of;
	struct winsize ws = { .ws_col = cols, .ws_row = rows };

	ioctl(d->terminal, TIOCSWINSZ, &ws);
}

static int demo_open_terminal(struct demo_vm *d, int *slave, struct error *err)
{
	char name[64];

	d->terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (d->terminal < 0 || grantpt(d->terminal) < 0 || unlockpt(d->terminal) < 0 ||
	    ptsname_r(d->terminal, name, sizeof(name)) != 0)
		return error_set(err, errno, "open a pty");
	*slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return *slave < 0 ? error_set(err, errno, "open %s", name) : 0;
}

static int demo_open_console(struct vm *vm, int *theirs, struct error *err)
{
	int pair[2], bytes = STREAM;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "socketpair");
	vm->console_fd = pair[0];
	*theirs = pair[1];
	for (int i = 0; i < 2; i++)
		setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	if (fd_nonblock(vm->console_fd) < 0)
		return error_set(err, errno, "its console");
	return 0;
}

static void demo_done(struct vm *vm)
{
	struct demo_vm *d = vm->state_of;

	if (d) {
		pid_t pid = d->child.pid;

		later_cancel(&d->running);
		child_signal(&d->child, SIGKILL);
		child_forget(&d->child);
		if (pid)
			waitpid(pid, NULL, 0);
		drop_fd(&d->terminal);
		free(d);
		drop_fd(&vm->console_fd);
	}
	vm->state_of = NULL;
	vm->pid = 0;
}

static int demo_spawn(struct demo_vm *d, const struct vm_spec *spec, const char *script,
		      struct error *err)
{
	char name[] = "vmdeck", verb[] = "demo-console";
	char *argv[] = { name, verb, (char *)(uintptr_t)script, NULL };
	struct process p = { .file = spec->program, .argv = argv, .n_fds = 3,
			     .prepare = demo_prepare };
	AUTO_CLOSE int slave = -1, theirs = -1;
	struct vm *vm = d->vm;

	if (demo_open_terminal(d, &slave, err) < 0 || demo_open_console(vm, &theirs, err) < 0)
		return -1;
	demo_resize(vm, spec->cols ? spec->cols : 80, spec->rows ? spec->rows : 24);
	p.fds[0] = p.fds[1] = theirs;
	p.fds[2] = slave;
	vm->pid = process_start(&p, err);
	if (vm->pid < 0)
		return -1;
	if (child_watch(vm->loop, &d->child, vm->pid, err) < 0) {
		kill(vm->pid, SIGKILL);
		waitpid(vm->pid, NULL, 0);
		return -1;
	}
	return 0;
}

static int demo_start(struct vm *vm, const struct vm_spec *spec, struct error *err)
{
	const char *script = spec->script ? spec->script : "shell";
	struct demo_vm *d;

	vm->console_fd = vm->control_fd = vm->boot_fd = -1;
	vm->state = VM_NONE;
	vm->pid = 0;
	vm->cause[0] = vm->notes[0] = '\0';
	if (!demo_console_exists(script))
		return error_set(err, 0, "there is no demo console \"%s\"", script);
	d = calloc(1, sizeof(*d));
	if (!d)
		return error_set(err, ENOMEM, "demo console");
	vm->state_of = d;
	d->vm = vm;
	d->terminal = -1;
	d->running.fn = demo_running;
	d->child.fn = demo_ended;
	if (demo_spawn(d, spec, script, err) < 0) {
		demo_done(vm);
		return error_wrap(err, "demo console");
	}
	vm->state = VM_STARTING;
	loop_later(vm->loop, &d->running);
	return 0;
}

static void demo_signal(struct vm *vm, int signo, enum vm_state then)
{
	struct demo_vm *d = vm->state_of;

	if (!d || !d->child.pid)
		return;
	child_signal(&d->child, signo);
	vm_enter(vm, then);
}

static void demo_kill(struct vm *vm)
{
	struct demo_vm *d = vm->state_of;

	vm->asked = true;
	if (d)
		child_signal(&d->child, SIGKILL);
}

static void demo_pause(struct vm *vm)
{
	demo_signal(vm, SIGSTOP, VM_PAUSED);
}

static void demo_resume(struct vm *vm)
{
	demo_signal(vm, SIGCONT, VM_RUNNING);
}

static int demo_probe(char *out, size_t cap, struct error *err)
{
	(void)err;
	snprintf(out, cap, "scripted consoles, built in");
	return 0;
}

const struct backend backend_demo = {
	.name = "demo",
	.title = "scripted console",
	.start = demo_start,
	.kill = demo_kill,
	.done = demo_done,
	.pause = demo_pause,
	.resume = demo_resume,
	.resize = demo_resize,
	.probe = demo_probe,
};
