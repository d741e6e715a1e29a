/*
 * The host's KVM and clock for the probe (kvm.h), which tests replace.
 *
 * KVM_RUN does not return by itself. A POSIX timer signals this very thread;
 * the handler sets immediate_exit, which closes the gap between the last look
 * at a flag and the entry into the guest (Documentation/virt/kvm/api.rst). The
 * handler finds the flag in the signal's own value, so there is no global.
 */
#ifndef ENGINE_VM_KVM_HOST_H
#define ENGINE_VM_KVM_HOST_H

#include <signal.h>
#include <stdbool.h>
#include <time.h>

#include "engine/vm/kvm.h"

/* The ops' arg, zeroed at first. One at a time in a thread. */
struct kvm_host {
	timer_t timer;
	bool armed;
	struct sigaction before;
	sigset_t mask;
};

extern const struct kvm_ops kvm_host_ops;

#endif
