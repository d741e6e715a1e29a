/*
 * The QEMU of this host: where it is, whether it will do, and what of it and its command
 * line must be the same for a saved machine to go on.
 */
#ifndef ENGINE_VM_QEMU_PROGRAM_H
#define ENGINE_VM_QEMU_PROGRAM_H

#include <limits.h>

#include "engine/vm/backend.h"

#define QEMU_PROGRAM "qemu-system-x86_64" /* looked for on PATH */

/* The spec's program, or else QEMU_PROGRAM, without links. */
int qemu_find(const struct vm_spec *spec, char out[PATH_MAX], struct error *err);

/* AUTO decided: KVM where it is worth something on this host. */
enum vm_accel qemu_accel(enum vm_accel wanted);

/* struct backend's identity and probe. */
int qemu_identity(const struct vm_spec *spec, char *out, size_t cap, struct error *err);
int qemu_probe(char *out, size_t cap, struct error *err);

#endif
