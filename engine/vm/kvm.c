#include "engine/vm/kvm.h"

#include <assert.h>
#include <errno.h>
#include <linux/kvm.h>
#include <signal.h>
#include <string.h>

#include "engine/vm/kvm_host.h"

const struct kvm_cap kvm_caps[KVM_CAPS] = {
	{ KVM_CAP_IRQCHIP, "IRQCHIP" },
	{ KVM_CAP_IOEVENTFD, "IOEVENTFD" },
	{ KVM_CAP_IRQFD, "IRQFD" },
	{ KVM_CAP_USER_MEMORY, "USER_MEMORY" },
	{ KVM_CAP_SET_TSS_ADDR, "SET_TSS_ADDR" },
	{ KVM_CAP_PIT2, "PIT2" },
	{ KVM_CAP_PIT_STATE2, "PIT_STATE2" },
	{ KVM_CAP_ADJUST_CLOCK, "ADJUST_CLOCK" },
	{ KVM_CAP_DEBUGREGS, "DEBUGREGS" },
	{ KVM_CAP_MP_STATE, "MP_STATE" },
	{ KVM_CAP_VCPU_EVENTS, "VCPU_EVENTS" },
	{ KVM_CAP_XCRS, "XCRS" },
	{ KVM_CAP_XSAVE, "XSAVE" },
	{ KVM_CAP_EXT_CPUID, "EXT_CPUID" },
};

enum {
	/* Guest-physical addresses of the probe's machine. */
	AT_REAL = 0x0,	  /* the real-mode program */
	AT_PML4 = 0x1000, /* page tables: one 2 MiB page, identity */
	AT_PDPT = 0x2000,
	AT_PD = 0x3000,
	AT_LONG = 0x4000, /* the long-mode program */
	MEMORY = 0x5000,

	LOOP_INSTRUCTIONS = 2,
	PORT = 0x3f8,
	CPUID_ENTRIES = 256, /* KVM_MAX_CPUID_ENTRIES */
};

/* TCG runs a booting kernel at about this many instructions a second on one
 * core of a machine of the 2020s: KVM below that is not worth having. */
static const uint64_t tcg_rate = 60000000;

static const uint8_t real_program[] = {
	0xba, 0xf8, 0x03, /* mov dx, 0x3f8 */
	0xb0, 'K',	  /* mov al, 'K' */
	0xee,		  /* out dx, al */
	0xf4,		  /* hlt */
};

/* rcx holds the turns left, so that a loop that was stopped tells its rate. */
static const uint8_t long_program[] = {
	0x48, 0xff, 0xc9, /* 1: dec rcx */
	0x75, 0xfb,	  /* jnz 1b */
	0x66, 0xba, 0xf8, 0x03, /* mov dx, 0x3f8 */
	0xb0, 'L',	  /* mov al, 'L' */
	0xee,		  /* out dx, al */
	0xf4,		  /* hlt */
};

struct probe {
	const struct kvm_ops *ops;
	void *arg;
	struct kvm_probe *out;
	int kvm, vm, vcpu;
	uint8_t *memory;
	struct kvm_run *run;
	size_t run_size;
};

static int call(struct probe *p, int fd, unsigned long request, void *arg)
{
	int r;

	do
		r = p->ops->ioctl(p->arg, fd, request, arg);
	while (r < 0 && errno == EINTR && request != KVM_RUN);
	return r;
}

static int fail(struct probe *p, int code)
{
	p->out->code = code;
	return -1;
}

static int step_open(struct probe *p)
{
	do
		p->kvm = p->ops->open(p->arg, "/dev/kvm");
	while (p->kvm < 0 && errno == EINTR);
	return p->kvm < 0 ? fail(p, errno) : 0;
}

static int step_api(struct probe *p)
{
	int n = call(p, p->kvm, KVM_GET_API_VERSION, NULL);

	if (n < 0)
		return fail(p, errno);
	p->out->api = n;
	if (n != KVM_API_WANTED)
		return fail(p, 0);
	for (int i = 0; i < KVM_CAPS; i++)
		if (call(p, p->kvm, KVM_CHECK_EXTENSION, (void *)(uintptr_t)kvm_caps[i].cap) <= 0)
			p->out->caps_missing |= 1U << i;
	n = call(p, p->kvm, KVM_CHECK_EXTENSION, (void *)(uintptr_t)KVM_CAP_MAX_VCPUS);
	p->out->vcpus_max = n > 0 ? n : 0;
	return 0;
}

static int step_vm(struct probe *p)
{
	p->vm = call(p, p->kvm, KVM_CREATE_VM, NULL);
	return p->vm < 0 ? fail(p, errno) : 0;
}

static void put64(uint8_t *at, uint64_t v)
{
	memcpy(at, &v, sizeof(v));
}

static int step_memory(struct probe *p)
{
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY };

	p->memory = p->ops->map(p->arg, -1, MEMORY);
	if (!p->memory)
		return fail(p, errno);
	memcpy(p->memory + AT_REAL, real_program, sizeof(real_program));
	memcpy(p->memory + AT_LONG, long_program, sizeof(long_program));
	put64(p->memory + AT_PML4, AT_PDPT | 3); /* present, writable */
	put64(p->memory + AT_PDPT, AT_PD | 3);
	put64(p->memory + AT_PD, 0x83); /* and a large page */
	region.userspace_addr = (uintptr_t)p->memory;
	/* Intel without "unrestricted guest" wants three pages for real mode; where it is
	 * not needed it may be refused, and the run tells. */
	call(p, p->vm, KVM_SET_TSS_ADDR, (void *)(uintptr_t)0xfffbd000UL);
	if (call(p, p->vm, KVM_SET_USER_MEMORY_REGION, &region) < 0)
		return fail(p, errno);
	return 0;
}

/* Long mode needs a CPU that says it has it. */
static int set_cpuid(struct probe *p)
{
	struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[CPUID_ENTRIES];
	} id;

	memset(&id, 0, sizeof(id));
	id.head.nent = CPUID_ENTRIES;
	if (call(p, p->kvm, KVM_GET_SUPPORTED_CPUID, &id) < 0 ||
	    call(p, p->vcpu, KVM_SET_CPUID2, &id) < 0)
		return fail(p, errno);
	return 0;
}

static int step_vcpu(struct probe *p)
{
	int size;

	p->vcpu = call(p, p->vm, KVM_CREATE_VCPU, NULL);
	if (p->vcpu < 0)
		return fail(p, errno);
	size = call(p, p->kvm, KVM_GET_VCPU_MMAP_SIZE, NULL);
	if (size < (int)sizeof(struct kvm_run))
		return fail(p, size < 0 ? errno : EINVAL);
	p->run_size = (size_t)size;
	p->run = p->ops->map(p->arg, p->vcpu, p->run_size);
	if (!p->run)
		return fail(p, errno);
	return set_cpuid(p);
}

/* Run until the guest writes `byte` to the port: 0. 1: stopped by the limit. */
static int run_until(struct probe *p, char byte, uint64_t limit_us)
{
	uint64_t end = p->ops->now_us(p->arg) + limit_us;
	struct kvm_run *run = p->run;
	int r, e;

	run->immediate_exit = 0;
	if (p->ops->alarm(p->arg, &run->immediate_exit, limit_us) < 0)
		return fail(p, errno);
	do {
		r = call(p, p->vcpu, KVM_RUN, NULL);
		e = r < 0 ? errno : 0;
		/* An interruption that is not the alarm's (a stop and continue, a child that
		 * ended) says nothing of KVM. */
	} while ((e == EINTR || e == EAGAIN || (!r && run->exit_reason == KVM_EXIT_INTR)) &&
		 !run->immediate_exit && p->ops->now_us(p->arg) < end);
	p->ops->alarm(p->arg, NULL, 0);
	p->out->exit_reason = run->exit_reason;
	if (e == EINTR || e == EAGAIN || (!r && run->exit_reason == KVM_EXIT_INTR))
		return 1;
	if (r < 0)
		return fail(p, e);
	if (run->exit_reason == KVM_EXIT_FAIL_ENTRY)
		p->out->exit_detail = run->fail_entry.hardware_entry_failure_reason;
	if (run->exit_reason == KVM_EXIT_INTERNAL_ERROR)
		p->out->exit_detail = run->internal.suberror;
	if (run->exit_reason != KVM_EXIT_IO || run->io.port != PORT ||
	    run->io.data_offset >= p->run_size || ((char *)run)[run->io.data_offset] != byte)
		return fail(p, 0);
	return 0;
}

static int step_run(struct probe *p)
{
	struct kvm_sregs sregs;
	struct kvm_regs regs = { .rip = AT_REAL, .rflags = 2 };
	int r;

	if (call(p, p->vcpu, KVM_GET_SREGS, &sregs) < 0)
		return fail(p, errno);
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (call(p, p->vcpu, KVM_SET_SREGS, &sregs) < 0 ||
	    call(p, p->vcpu, KVM_SET_REGS, &regs) < 0)
		return fail(p, errno);
	r = run_until(p, 'K', KVM_RUN_LIMIT_US);
	return r > 0 ? fail(p, ETIME) : r;
}

static void long_mode(struct kvm_sregs *s)
{
	struct kvm_segment code = { .limit = 0xffffffff, .selector = 8, .type = 11, .present = 1,
				    .s = 1, .l = 1, .g = 1 };
	struct kvm_segment data = { .limit = 0xffffffff, .selector = 16, .type = 3, .present = 1,
				    .s = 1, .db = 1, .g = 1 };

	s->cs = code;
	s->ds = s->es = s->fs = s->gs = s->ss = data;
	s->cr3 = AT_PML4;
	s->cr4 = 1U << 5;			    /* PAE */
	s->cr0 = 1U | 1U << 4 | 1U << 5 | 1U << 31; /* PE ET NE PG */
	s->efer = 1U << 8 | 1U << 10;		    /* LME LMA */
}

static int step_speed(struct probe *p)
{
	struct kvm_regs regs = { .rip = AT_LONG, .rflags = 2, .rcx = KVM_LOOPS };
	struct kvm_sregs sregs;
	uint64_t t, done;
	int r;

	if (call(p, p->vcpu, KVM_GET_SREGS, &sregs) < 0)
		return fail(p, errno);
	long_mode(&sregs);
	if (call(p, p->vcpu, KVM_SET_SREGS, &sregs) < 0 ||
	    call(p, p->vcpu, KVM_SET_REGS, &regs) < 0)
		return fail(p, errno);
	t = p->ops->now_us(p->arg);
	r = run_until(p, 'L', KVM_SPEED_LIMIT_US);
	t = p->ops->now_us(p->arg) - t;
	if (r < 0)
		return -1;
	p->out->stopped = r > 0;
	if (p->out->stopped && call(p, p->vcpu, KVM_GET_REGS, &regs) < 0)
		return fail(p, errno);
	done = p->out->stopped ? KVM_LOOPS - (regs.rcx <= KVM_LOOPS ? regs.rcx : KVM_LOOPS) : KVM_LOOPS;
	t = t ? t : 1;
	p->out->rate = done * LOOP_INSTRUCTIONS * 1000000 / t;
	p->out->loop_us = done ? t * KVM_LOOPS / done : UINT64_MAX;
	return 0;
}

static enum kvm_verdict judge(const struct kvm_probe *out)
{
	if (out->step == KVM_STEP_DONE) {
		if (out->stopped || out->loop_us > KVM_EMULATED_US)
			return KVM_EMULATED;
		return out->loop_us < KVM_HARDWARE_US ? KVM_HARDWARE : KVM_SLOW_NESTED;
	}
	if (out->step == KVM_STEP_OPEN) {
		if (out->code == ENOENT || out->code == ENODEV || out->code == ENXIO)
			return KVM_ABSENT;
		if (out->code == EACCES || out->code == EPERM)
			return KVM_DENIED;
	}
	return KVM_UNUSABLE;
}

void kvm_probe(struct kvm_probe *out, const struct kvm_ops *ops, void *arg)
{
	static int (*const steps[])(struct probe *) = {
		[KVM_STEP_OPEN] = step_open,	 [KVM_STEP_API] = step_api,
		[KVM_STEP_VM] = step_vm,	 [KVM_STEP_MEMORY] = step_memory,
		[KVM_STEP_VCPU] = step_vcpu,	 [KVM_STEP_RUN] = step_run,
		[KVM_STEP_SPEED] = step_speed,
	};
	struct kvm_host host = { .armed = false };
	struct probe p = { .ops = ops, .arg = arg, .out = out, .kvm = -1, .vm = -1, .vcpu = -1 };
	uint64_t began;

	static_assert(sizeof(steps) / sizeof(*steps) == KVM_STEP_DONE, "a function for each step");
	if (!ops) {
		p.ops = &kvm_host_ops;
		p.arg = &host;
	}
	*out = (struct kvm_probe){ .step = KVM_STEP_OPEN };
	began = p.ops->now_us(p.arg);
	while (out->step < KVM_STEP_DONE && steps[out->step](&p) == 0)
		out->step++;
	if (p.run)
		p.ops->unmap(p.arg, p.run, p.run_size);
	if (p.vcpu >= 0)
		p.ops->close(p.arg, p.vcpu);
	if (p.vm >= 0)
		p.ops->close(p.arg, p.vm);
	if (p.memory)
		p.ops->unmap(p.arg, p.memory, MEMORY);
	if (p.kvm >= 0)
		p.ops->close(p.arg, p.kvm);
	out->verdict = judge(out);
	out->took_us = p.ops->now_us(p.arg) - began;
}

bool kvm_worthwhile(const struct kvm_probe *p)
{
	return p->verdict == KVM_HARDWARE ||
	       (p->verdict == KVM_SLOW_NESTED && p->rate > tcg_rate);
}
