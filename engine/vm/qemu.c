#include "engine/vm/backend.h"

#include <errno.h>

static int qemu_start(struct vm *vm, const struct vm_spec *spec, struct error *err)
{
	(void)spec;
	vm->console_fd = vm->control_fd = vm->boot_fd = -1;
	return error_set(err, ENOSYS, "QEMU backend");
}

static void qemu_kill(struct vm *vm)
{
	vm->asked = true;
}

static void qemu_done(struct vm *vm)
{
	vm->state_of = NULL;
}

const struct backend backend_qemu = {
	.name = "qemu",
	.title = "QEMU microvm",
	.program = "qemu-system-x86_64",
	.start = qemu_start,
	.kill = qemu_kill,
	.done = qemu_done,
};
