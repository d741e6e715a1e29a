/*
 * Which accelerator sessions get on this host: KVM where running and timing
 * instructions in it says that it is worth it (vm/kvm.h), else TCG. The probe
 * takes a tenth of a second, so its answer is remembered in the cache directory
 * until the host is booted or /dev/kvm changes.
 */
#ifndef ENGINE_SESSION_ACCEL_H
#define ENGINE_SESSION_ACCEL_H

#include "engine/base/paths.h"
#include "engine/vm/backend.h"

/* VM_ACCEL_KVM or VM_ACCEL_TCG; never fails. */
enum vm_accel accel_decide(const struct paths *p);

#endif
