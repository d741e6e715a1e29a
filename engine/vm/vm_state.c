/* The states of a machine, whichever its hypervisor. */
#include "engine/vm/backend.h"

#include <assert.h>

const char *const vm_accel_names[] = {
	[VM_ACCEL_AUTO] = "auto",
	[VM_ACCEL_TCG] = "tcg",
	[VM_ACCEL_KVM] = "kvm",
};
static_assert(sizeof(vm_accel_names) / sizeof(*vm_accel_names) == VM_ACCEL_COUNT, "a name each");

const char *const vm_state_names[] = {
	[VM_NONE] = "none",	[VM_STARTING] = "starting", [VM_RUNNING] = "running",
	[VM_PAUSED] = "paused", [VM_SILENT] = "silent",	    [VM_GONE] = "gone",
};
static_assert(sizeof(vm_state_names) / sizeof(*vm_state_names) == VM_STATE_COUNT, "a name each");

void vm_enter(struct vm *vm, enum vm_state state)
{
	if (vm->state == state || vm->state == VM_GONE)
		return;
	vm->state = state;
	if (state == VM_GONE)
		vm->pid = 0;
	if (vm->changed)
		vm->changed(vm);
}
