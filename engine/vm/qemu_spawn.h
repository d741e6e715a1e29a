/*
 * A QEMU process begun: the descriptors it is given, the streams to it, its jail and what
 * it loads. How it goes on is not known here.
 */
#ifndef ENGINE_VM_QEMU_SPAWN_H
#define ENGINE_VM_QEMU_SPAWN_H

#include "engine/vm/backend.h"

/* Our ends of what it was given beside the machine's own, the caller's to close. */
struct qemu_ends {
	int qmp;    /* a stream, nonblocking */
	int errors; /* the read end of its standard error, nonblocking */
};

/* A process by spec and vm->accel. Its pid and the console, control and boot streams are
 * the machine's, set as far as it came also on failure; *ends is -1 then. */
int qemu_spawn(struct vm *vm, const struct vm_spec *spec, struct qemu_ends *ends, struct error *err);

#endif
