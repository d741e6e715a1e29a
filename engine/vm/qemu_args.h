/*
 * QEMU's command line: the machine, its devices and the kernel's parameters,
 * from a struct vm_spec. The devices are listed in one place, because a
 * template and the sessions started from it must agree on every one of them.
 */
#ifndef ENGINE_VM_QEMU_ARGS_H
#define ENGINE_VM_QEMU_ARGS_H

#include <stddef.h>

#include "engine/vm/backend.h"

/* Descriptors of the child, as the command line names them. */
enum qemu_fd {
	QEMU_FD_KERNEL = 3,
	QEMU_FD_INITRAMFS,
	QEMU_FD_CONSOLE,
	QEMU_FD_CONTROL,
	QEMU_FD_BOOT,
	QEMU_FD_QMP,
	QEMU_FD_IMAGE,
	QEMU_FD_DISK,
	QEMU_FD_TAP,
	QEMU_FD_NETNS, /* closed by the jail */
	QEMU_FD_RAM,
	QEMU_FD_STATE,
	QEMU_FD_PRELOAD,
	QEMU_FD_COUNT
};

struct qemu_args {
	char *v[128]; /* NULL-terminated argv, into text */
	size_t n;
	char text[8192];
	size_t used;
	bool full; /* something did not fit: not to be used */
};

/* `accel` is decided: TCG or KVM. */
void qemu_args(struct qemu_args *a, const struct vm_spec *spec, enum vm_accel accel);

#endif
