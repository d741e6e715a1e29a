/*
 * pane PREPARED: the machine of a session of the agent "shell" without vmdeck: the same
 * hypervisor and command line, kernel, initramfs, image, session disk and shell, but its
 * console port is on this terminal. What a person who has no vmdeck would put into a pane.
 * This process tells the guest's init what to start, and then only waits.
 */
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
#include <time.h>
#include <unistd.h>

#include "engine/guest/control.h"
#include "engine/image/disk.h"
#include "engine/image/initramfs.h"
#include "engine/image/kernel.h"
#include "engine/image/store.h"
#include "engine/vm/qemu_args.h"

enum { MEMORY_MIB = 512, DISK_GIB = 4 };

static const char *const shell[] = { "/bin/sh", "-l", NULL };

/* What a session has from its supervisor: QMP, the boot log, a TAP. */
static const char *const instead[][2] = {
	{ "socket,id=qmp,fd=8", "null,id=qmp" },
	{ "socket,id=boot,fd=7", "null,id=boot" },
	{ "socket,id=console,fd=5", "stdio,id=console,signal=off" },
	{ "tap,id=net,fd=11,vhost=off", "hubport,id=net,hubid=0" },
};

static int end(const struct error *err)
{
	fprintf(stderr, "pane: %s\n", err->msg);
	return 1;
}

static void place(int fd, int as)
{
	if (fd == as)
		fcntl(fd, F_SETFD, 0);
	else
		dup2(fd, as);
}

static void run(struct qemu_args *a, const int fds[QEMU_FD_COUNT])
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < a->n; i++) {
		if (strcmp(a->v[i], "-S") == 0)
			a->v[i] = (char *)"-nodefaults"; /* once more: nobody says cont */
		for (size_t k = 0; k < sizeof(instead) / sizeof(*instead); k++)
			if (strcmp(a->v[i], instead[k][0]) == 0)
				a->v[i] = (char *)instead[k][1];
	}
	for (int i = 3; i < QEMU_FD_COUNT; i++)
		if (fds[i] >= 0)
			place(fds[i], i);
	execvp(a->v[0], a->v);
	_exit(127);
}

static void send_start(int fd)
{
	static uint8_t buf[FRAME_MAX];
	struct winsize size = { .ws_col = 80, .ws_row = 24 };
	struct control_writer w;
	uint8_t entropy[64] = { 7 };
	struct timespec t;

	ioctl(0, TIOCGWINSZ, &size);
	clock_gettime(CLOCK_REALTIME, &t);
	control_begin(&w, buf, sizeof(buf), CONTROL_START, 1);
	for (int i = 0; shell[i]; i++)
		control_pair(&w, "argv", shell[i]);
	control_pair(&w, "hostname", "pane");
	control_pair(&w, "machine_id", "0123456789abcdef0123456789abcdef");
	control_pair_u64(&w, "cols", size.ws_col);
	control_pair_u64(&w, "rows", size.ws_row);
	control_pair(&w, "term", "xterm-256color");
	control_pair(&w, "on_exit", "poweroff");
	control_pair_u64(&w, "stat_ms", 5000);
	control_pair_hex(&w, "entropy", entropy, sizeof(entropy));
	control_pair_u64(&w, "epoch_ns", (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec);
	(void)!write(fd, buf, control_finish(&w));
}

/* The first word is HELLO; the rest are figures, which are taken and forgotten. */
static void converse(int fd)
{
	uint8_t buf[4096];
	bool told = false;

	while (read(fd, buf, sizeof(buf)) > 0) {
		if (!told)
			send_start(fd);
		told = true;
	}
}

int main(int argc, char **argv)
{
	struct vm_spec spec = { .name = "pane", .initramfs_fd = 1, .image_fd = 1, .disk_fd = 1, .tap_fd = 1,
				.mac = "02:fc:00:00:00:02", .memory_mib = MEMORY_MIB, .cpus = 1 };
	struct disk_spec disk = { .dir = "/tmp", .size = (uint64_t)DISK_GIB << 30 };
	char path[PATH_MAX];
	static struct kernel kernel;
	static struct image image;
	static struct qemu_args args;
	int fds[QEMU_FD_COUNT], control[2];
	struct error err = { 0 };
	pid_t pid;

	if (argc != 2)
		return 2;
	memset(fds, -1, sizeof(fds));
	snprintf(path, sizeof(path), "%s/cache/kernels", argv[1]);
	if (kernel_find(path, NULL, &kernel, &err) != 0)
		return end(&err);
	snprintf(path, sizeof(path), "%s/data/images", argv[1]);
	if (store_find(path, "tiny", &image, &err) != 0)
		return end(&err);
	if (initramfs_ensure(&kernel, kernel.dir, path, sizeof(path), &err) < 0)
		return end(&err);
	fds[QEMU_FD_KERNEL] = open(kernel.vmlinux, O_RDONLY);
	fds[QEMU_FD_INITRAMFS] = open(path, O_RDONLY);
	fds[QEMU_FD_IMAGE] = disk.image = open(image.path, O_RDONLY);
	fds[QEMU_FD_DISK] = disk_create(&disk, &err);
	if (fds[QEMU_FD_DISK] < 0)
		return end(&err);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) < 0)
		return 1;
	/* Out of the way of the numbers that the command line names. */
	for (int i = 0; i < QEMU_FD_COUNT; i++)
		if (fds[i] >= 0)
			fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, QEMU_FD_COUNT);
	fds[QEMU_FD_CONTROL] = fcntl(control[1], F_DUPFD_CLOEXEC, QEMU_FD_COUNT);
	qemu_args(&args, &spec, VM_ACCEL_TCG);
	if (args.full)
		return 1;
	pid = fork();
	if (pid == 0)
		run(&args, fds);
	close(control[1]);
	close(fds[QEMU_FD_CONTROL]);
	converse(control[0]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}
