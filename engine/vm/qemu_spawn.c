#include "engine/vm/qemu_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/vm/jail.h"
#include "engine/vm/preload.h"
#include "engine/vm/qemu_args.h"
#include "engine/vm/qemu_program.h"

enum {
	FILES_MAX = 256, /* descriptors that it may open */
	ENV_MAX = 250,
};

/* A stream between us and a descriptor of the child. */
static int make_stream(int *ours, int *theirs, struct error *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "socket pair");
	*ours = pair[0];
	*theirs = pair[1];
	return fd_nonblock(*ours) < 0 ? error_set(err, errno, "socket pair") : 0;
}

/* Room for a session disk to fill up, and never more than that. */
static uint64_t largest_file(const struct vm_spec *spec)
{
	struct stat st;

	if (spec->disk_fd < 0 || fstat(spec->disk_fd, &st) < 0 || st.st_size <= 0)
		return 1 << 20;
	return (uint64_t)st.st_size + (1 << 20);
}

/* The child's ends, closed when it has them. */
struct ends {
	int console, control, boot, qmp, errors;
};

static void close_ends(struct ends *e)
{
	own_close(&e->console);
	own_close(&e->control);
	own_close(&e->boot);
	own_close(&e->qmp);
	own_close(&e->errors);
}

/* Ours, and what is to be loaded. */
static void environment(char *env[ENV_MAX + 2], char preload[64])
{
	int n = 0;

	snprintf(preload, 64, "LD_PRELOAD=/proc/self/fd/%d", QEMU_FD_PRELOAD);
	for (int i = 0; environ[i] && n < ENV_MAX; i++)
		if (strncmp(environ[i], "LD_PRELOAD=", 11) != 0)
			env[n++] = environ[i];
	env[n++] = preload;
	env[n] = NULL;
}

static pid_t start(struct vm *vm, const struct vm_spec *spec, const struct ends *e,
		   struct error *err)
{
	bool resume = spec->snapshot && !spec->snapshot->making;
	char program[PATH_MAX], preload[64], *env[ENV_MAX + 2];
	AUTO_CLOSE int shim = -1;
	struct qemu_args args;
	struct jail jail = { .netns_fd = spec->netns_fd < 0 ? -1 : QEMU_FD_NETNS,
			     .program = program, .kvm = vm->accel == VM_ACCEL_KVM,
			     .file_size = largest_file(spec), .files = FILES_MAX };
	struct process p = { .file = program, .argv = args.v, .n_fds = QEMU_FD_COUNT,
			     .prepare = jail_enter, .arg = &jail,
			     .fds = {
				     [0] = -1,
				     [1] = e->errors,
				     [2] = e->errors,
				     [QEMU_FD_KERNEL] = spec->kernel_fd,
				     [QEMU_FD_INITRAMFS] = spec->initramfs_fd,
				     [QEMU_FD_IMAGE] = spec->image_fd,
				     [QEMU_FD_DISK] = spec->disk_fd,
				     [QEMU_FD_TAP] = spec->tap_fd,
				     [QEMU_FD_CONSOLE] = e->console,
				     [QEMU_FD_CONTROL] = e->control,
				     [QEMU_FD_BOOT] = e->boot,
				     [QEMU_FD_QMP] = e->qmp,
				     [QEMU_FD_NETNS] = spec->netns_fd,
				     [QEMU_FD_RAM] = spec->snapshot ? spec->snapshot->ram_fd : -1,
				     [QEMU_FD_STATE] = spec->snapshot ? spec->snapshot->state_fd : -1,
				     [QEMU_FD_PRELOAD] = -1,
			     } };

	if (qemu_find(spec, program, err) < 0)
		return -1;
	if (resume) {
		shim = p.fds[QEMU_FD_PRELOAD] = preload_open(err);
		if (shim < 0)
			return -1;
		environment(env, preload);
		p.env = env;
	}
	qemu_args(&args, spec, vm->accel);
	if (args.full)
		return error_set(err, E2BIG, "QEMU's command line");
	return process_start(&p, err);
}

int qemu_spawn(struct vm *vm, const struct vm_spec *spec, struct qemu_ends *ends, struct error *err)
{
	__attribute__((cleanup(close_ends))) struct ends e = { -1, -1, -1, -1, -1 };
	AUTO_CLOSE int qmp = -1;
	AUTO_CLOSE int errors = -1;
	int pipefd[2];

	ends->qmp = ends->errors = -1;
	if (pipe2(pipefd, O_CLOEXEC) < 0)
		return error_set(err, errno, "pipe");
	errors = pipefd[0];
	e.errors = pipefd[1];
	if (fd_nonblock(errors) < 0 || make_stream(&vm->console_fd, &e.console, err) < 0 ||
	    make_stream(&vm->control_fd, &e.control, err) < 0 ||
	    make_stream(&vm->boot_fd, &e.boot, err) < 0 || make_stream(&qmp, &e.qmp, err) < 0)
		return -1;
	vm->pid = start(vm, spec, &e, err);
	if (vm->pid < 0)
		return -1;
	ends->qmp = take_fd(&qmp);
	ends->errors = take_fd(&errors);
	return 0;
}
