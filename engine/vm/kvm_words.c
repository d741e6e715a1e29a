/* What the probe found, in words. */
#include "engine/vm/kvm.h"

#include <assert.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <string.h>

const char *const kvm_step_names[] = {
	[KVM_STEP_OPEN] = "open",     [KVM_STEP_API] = "api",	[KVM_STEP_VM] = "vm",
	[KVM_STEP_MEMORY] = "memory", [KVM_STEP_VCPU] = "vcpu", [KVM_STEP_RUN] = "run",
	[KVM_STEP_SPEED] = "speed",   [KVM_STEP_DONE] = "done",
};
static_assert(sizeof(kvm_step_names) / sizeof(*kvm_step_names) == KVM_STEP_COUNT, "a name each");

const char *const kvm_verdict_names[] = {
	[KVM_ABSENT] = "absent",     [KVM_DENIED] = "denied",		[KVM_UNUSABLE] = "unusable",
	[KVM_EMULATED] = "emulated", [KVM_SLOW_NESTED] = "slow_nested", [KVM_HARDWARE] = "hardware",
};
static_assert(sizeof(kvm_verdict_names) / sizeof(*kvm_verdict_names) == KVM_VERDICT_COUNT,
	      "a name each");

const char *kvm_exit_name(uint32_t reason)
{
	static const char *const names[] = {
		[KVM_EXIT_UNKNOWN] = "UNKNOWN",
		[KVM_EXIT_EXCEPTION] = "EXCEPTION",
		[KVM_EXIT_IO] = "IO",
		[KVM_EXIT_HYPERCALL] = "HYPERCALL",
		[KVM_EXIT_DEBUG] = "DEBUG",
		[KVM_EXIT_HLT] = "HLT",
		[KVM_EXIT_MMIO] = "MMIO",
		[KVM_EXIT_IRQ_WINDOW_OPEN] = "IRQ_WINDOW_OPEN",
		[KVM_EXIT_SHUTDOWN] = "SHUTDOWN",
		[KVM_EXIT_FAIL_ENTRY] = "FAIL_ENTRY",
		[KVM_EXIT_INTR] = "INTR",
		[KVM_EXIT_SET_TPR] = "SET_TPR",
		[KVM_EXIT_TPR_ACCESS] = "TPR_ACCESS",
		[KVM_EXIT_NMI] = "NMI",
		[KVM_EXIT_INTERNAL_ERROR] = "INTERNAL_ERROR",
		[KVM_EXIT_SYSTEM_EVENT] = "SYSTEM_EVENT",
	};

	if (reason >= sizeof(names) / sizeof(*names) || !names[reason])
		return "unknown";
	return names[reason];
}

static const char *describe_failure(const struct kvm_probe *p, char *out, size_t cap)
{
	static const char *const doing[KVM_STEP_DONE] = {
		[KVM_STEP_OPEN] = "open /dev/kvm",
		[KVM_STEP_API] = "ask for its version",
		[KVM_STEP_VM] = "make a machine",
		[KVM_STEP_MEMORY] = "give it memory",
		[KVM_STEP_VCPU] = "give it a CPU",
		[KVM_STEP_RUN] = "run two instructions",
		[KVM_STEP_SPEED] = "run a loop",
	};
	const char *what = doing[p->step];

	if (p->code)
		snprintf(out, cap, "KVM is %s: %s: %s", kvm_verdict_names[p->verdict], what,
			 strerror(p->code));
	else if (p->step == KVM_STEP_API)
		snprintf(out, cap, "KVM is unusable: it speaks version %d, not %d", p->api,
			 KVM_API_WANTED);
	else
		snprintf(out, cap, "KVM is unusable: %s: KVM_EXIT_%s (0x%llx)", what,
			 kvm_exit_name(p->exit_reason), (unsigned long long)p->exit_detail);
	return out;
}

const char *kvm_describe(const struct kvm_probe *p, char *out, size_t cap)
{
	static const char *const says[KVM_VERDICT_COUNT] = {
		[KVM_EMULATED] = "KVM is emulated here",
		[KVM_SLOW_NESTED] = "KVM is nested and slow here",
		[KVM_HARDWARE] = "KVM runs on hardware",
	};

	if (p->step != KVM_STEP_DONE)
		return describe_failure(p, out, cap);
	snprintf(out, cap, "%s: %.1f M instructions/s", says[p->verdict], (double)p->rate / 1e6);
	return out;
}
