/*
 * What KVM is worth on this host, found by doing: open it, make a machine,
 * run two instructions and see that they ran, then time a loop. The presence
 * of /dev/kvm says little: in a container it may be refused, beside another
 * hypervisor busy, and on a nested host emulated, slower than no KVM at all.
 *
 * Every step has its errno or exit reason kept apart, so that preflight can
 * name a remedy. The system calls go through a table, so that tests replay
 * hosts that are not at hand. Nothing is cached; it knows nothing of QEMU.
 */
#ifndef ENGINE_VM_KVM_H
#define ENGINE_VM_KVM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order they are taken. */
enum kvm_step {
	KVM_STEP_OPEN,   /* open /dev/kvm */
	KVM_STEP_API,    /* KVM_GET_API_VERSION is 12 */
	KVM_STEP_VM,     /* KVM_CREATE_VM */
	KVM_STEP_MEMORY, /* guest pages, KVM_SET_USER_MEMORY_REGION */
	KVM_STEP_VCPU,   /* KVM_CREATE_VCPU, its kvm_run mapped */
	KVM_STEP_RUN,    /* real mode: out 0x3f8, 'K' (preflight K08) */
	KVM_STEP_SPEED,  /* long mode: a loop of KVM_LOOPS turns (preflight K09) */
	KVM_STEP_DONE,   /* all of them succeeded */
	KVM_STEP_COUNT
};
extern const char *const kvm_step_names[KVM_STEP_COUNT];

enum kvm_verdict {
	KVM_ABSENT,      /* no node, or no driver behind it */
	KVM_DENIED,      /* EACCES: permissions; EPERM: device policy of a container */
	KVM_UNUSABLE,    /* there, but a step failed: step, code, exit_reason say how */
	KVM_EMULATED,    /* runs, slower than TCG: loop takes > 50 ms */
	KVM_SLOW_NESTED, /* 5 to 50 ms */
	KVM_HARDWARE,    /* < 5 ms */
	KVM_VERDICT_COUNT
};
extern const char *const kvm_verdict_names[KVM_VERDICT_COUNT];

enum {
	KVM_LOOPS = 200000,          /* turns of two instructions */
	KVM_HARDWARE_US = 5000,      /* the loop below this: hardware */
	KVM_EMULATED_US = 50000,     /* the loop above this: emulated */
	KVM_API_WANTED = 12,         /* of KVM_GET_API_VERSION */
	KVM_RUN_LIMIT_US = 50000,    /* the most that step RUN may take */
	KVM_SPEED_LIMIT_US = 60000,  /* the loop is stopped then, its rate known */
};

/* What Firecracker asks of KVM (src/vmm/src/vstate/kvm.rs), in K06's order. */
struct kvm_cap {
	int cap;
	const char *name; /* "IRQCHIP" */
};
enum { KVM_CAPS = 14 };
extern const struct kvm_cap kvm_caps[KVM_CAPS];

struct kvm_probe {
	enum kvm_step step;     /* the one that failed, or KVM_STEP_DONE */
	enum kvm_verdict verdict;
	int code;               /* errno of the failed step; 0: it failed without one; ETIME: the
				   step's own limit */
	int api;                /* as KVM_GET_API_VERSION gave it; 0 when not reached */
	int vcpus_max;          /* KVM_CAP_MAX_VCPUS */
	uint32_t caps_missing;  /* bit i: kvm_caps[i] */
	uint32_t exit_reason;   /* of the last KVM_RUN: KVM_EXIT_*; kvm_exit_name */
	uint64_t exit_detail;   /* FAIL_ENTRY: hardware reason; INTERNAL_ERROR: suberror */
	uint64_t loop_us;       /* KVM_LOOPS turns, projected when it was stopped early */
	uint64_t rate;          /* instructions a second in that loop */
	bool stopped;           /* at KVM_SPEED_LIMIT_US */
	uint64_t took_us;       /* the whole probe */
};

/* The host as the probe sees it. Each gives -1 or NULL with errno, as the call
 * of its name does. `arg` is the caller's. */
struct kvm_ops {
	int (*open)(void *arg, const char *path);
	int (*ioctl)(void *arg, int fd, unsigned long request, void *p);
	void *(*map)(void *arg, int fd, size_t size); /* fd -1: fresh zeroed memory */
	void (*unmap)(void *arg, void *p, size_t size);
	void (*close)(void *arg, int fd);
	uint64_t (*now_us)(void *arg);
	/* Set *flag (kvm_run's immediate_exit) and interrupt KVM_RUN in `us`, again and
	 * again until called with NULL. */
	int (*alarm)(void *arg, uint8_t *flag, uint64_t us);
};

/* Probe through `ops`; NULL: this host. At most some 0.15 s. On this host it
 * uses a timer that interrupts the calling thread with a real-time signal for
 * the duration; the process's own handlers are restored. */
void kvm_probe(struct kvm_probe *out, const struct kvm_ops *ops, void *arg);

/* Is KVM faster than TCG here? */
bool kvm_worthwhile(const struct kvm_probe *p);

/* "FAIL_ENTRY"; "unknown" for what has no name. */
const char *kvm_exit_name(uint32_t reason);

/* One line of what was found, for people: "KVM is emulated here: 1.6 M
 * instructions/s". Gives out. */
const char *kvm_describe(const struct kvm_probe *p, char *out, size_t cap);

#endif
