/* KVM as other hosts have it, replayed through the probe's table of system
 * calls: each scenario is one row that says where and how the host differs. */
#include <errno.h>
#include <linux/kvm.h>
#include <signal.h>
#include <unistd.h>

#include "engine/base/loop.h"
#include "engine/vm/kvm.h"
#include "tests/test.h"

enum { KVM_FD = 100, VM_FD, VCPU_FD, RUN_SIZE = 12288 };

struct host {
	int open_errno;
	unsigned long fail_request; /* this ioctl fails */
	int fail_errno;
	int api;
	int eintr;	      /* KVM_RUN is interrupted that often before it works */
	bool hangs;	      /* KVM_RUN never does anything */
	uint32_t exit_reason; /* of the first KVM_RUN, instead of IO; 0: as it should be */
	uint64_t loop_us;     /* what the loop takes */
	bool no_memory;

	uint64_t now;
	uint64_t alarm_at;
	uint8_t *flag;
	int runs, open_fds, maps;
	struct kvm_regs regs;
	uint8_t memory[0x5000];
	union {
		struct kvm_run run;
		uint8_t bytes[RUN_SIZE];
	};
};

static int fake_open(void *arg, const char *path)
{
	struct host *h = arg;

	(void)path;
	if (h->open_errno) {
		errno = h->open_errno;
		return -1;
	}
	h->open_fds++;
	return KVM_FD;
}

static int answer_run(struct host *h, char byte)
{
	h->run.exit_reason = KVM_EXIT_IO;
	h->run.io.port = 0x3f8;
	h->run.io.data_offset = RUN_SIZE - 1;
	h->bytes[RUN_SIZE - 1] = (uint8_t)byte;
	return 0;
}

static int fake_run(struct host *h)
{
	bool loop = h->regs.rcx > 0;
	uint64_t us = loop ? h->loop_us : 10;

	if (h->eintr-- > 0) {
		errno = EINTR;
		return -1;
	}
	if (h->exit_reason && !loop) {
		h->run.exit_reason = h->exit_reason;
		if (h->exit_reason == KVM_EXIT_FAIL_ENTRY)
			h->run.fail_entry.hardware_entry_failure_reason = 0x80000021;
		return 0;
	}
	if (h->hangs || h->now + us > h->alarm_at) {
		uint64_t ran = h->alarm_at - h->now;

		if (loop && us)
			h->regs.rcx -= h->regs.rcx * ran / us;
		h->now = h->alarm_at;
		*h->flag = 1;
		h->run.exit_reason = KVM_EXIT_INTR;
		errno = EINTR;
		return -1;
	}
	h->now += us;
	return answer_run(h, loop ? 'L' : 'K');
}

static int fake_ioctl(void *arg, int fd, unsigned long request, void *p)
{
	struct host *h = arg;

	(void)fd;
	if (request == h->fail_request) {
		errno = h->fail_errno;
		return -1;
	}
	switch (request) {
	case KVM_GET_API_VERSION:
		return h->api;
	case KVM_CHECK_EXTENSION:
		return (uintptr_t)p == KVM_CAP_PIT2 ? 0 : 8;
	case KVM_CREATE_VM:
		h->open_fds++;
		return VM_FD;
	case KVM_CREATE_VCPU:
		h->open_fds++;
		return VCPU_FD;
	case KVM_GET_VCPU_MMAP_SIZE:
		return RUN_SIZE;
	case KVM_SET_REGS:
		h->regs = *(struct kvm_regs *)p;
		return 0;
	case KVM_GET_REGS:
		*(struct kvm_regs *)p = h->regs;
		return 0;
	case KVM_GET_SREGS:
		memset(p, 0, sizeof(struct kvm_sregs));
		return 0;
	case KVM_RUN:
		h->runs++;
		return fake_run(h);
	default:
		return 0;
	}
}

static void *fake_map(void *arg, int fd, size_t size)
{
	struct host *h = arg;

	(void)size;
	if (h->no_memory) {
		errno = ENOMEM;
		return NULL;
	}
	h->maps++;
	return fd < 0 ? (void *)h->memory : h->bytes;
}

static void fake_unmap(void *arg, void *p, size_t size)
{
	struct host *h = arg;

	(void)p;
	(void)size;
	h->maps--;
}

static void fake_close(void *arg, int fd)
{
	struct host *h = arg;

	(void)fd;
	h->open_fds--;
}

static uint64_t fake_now(void *arg)
{
	return ((struct host *)arg)->now;
}

static int fake_alarm(void *arg, uint8_t *flag, uint64_t us)
{
	struct host *h = arg;

	h->flag = flag;
	h->alarm_at = h->now + us;
	return 0;
}

static const struct kvm_ops fake = {
	.open = fake_open,
	.ioctl = fake_ioctl,
	.map = fake_map,
	.unmap = fake_unmap,
	.close = fake_close,
	.now_us = fake_now,
	.alarm = fake_alarm,
};

/* A good host unless the scenario says otherwise. */
static struct kvm_probe probe(struct host h)
{
	struct kvm_probe p;

	if (!h.api)
		h.api = 12;
	if (!h.loop_us)
		h.loop_us = 300;
	kvm_probe(&p, &fake, &h);
	if (h.open_fds || h.maps)
		p.verdict = KVM_VERDICT_COUNT; /* something is left: no verdict is right */
	return p;
}

#define CHECK_PROBE(host, want_step, want_verdict, want_code)                 \
	do {                                                                  \
		struct kvm_probe check_p = probe(host);                       \
		CHECK_STR(kvm_step_names[check_p.step], kvm_step_names[want_step]); \
		CHECK(check_p.verdict < KVM_VERDICT_COUNT);                   \
		CHECK_STR(kvm_verdict_names[check_p.verdict], kvm_verdict_names[want_verdict]); \
		CHECK_INT(check_p.code, want_code);                           \
	} while (0)

static void each_errno_of_open_is_told_apart(void)
{
	static const struct {
		int code;
		enum kvm_verdict verdict;
	} cases[] = {
		{ ENOENT, KVM_ABSENT },	 { ENODEV, KVM_ABSENT },   { ENXIO, KVM_ABSENT },
		{ EACCES, KVM_DENIED },	 { EPERM, KVM_DENIED },	   { EBUSY, KVM_UNUSABLE },
		{ EMFILE, KVM_UNUSABLE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK_PROBE((struct host){ .open_errno = cases[i].code }, KVM_STEP_OPEN,
			    cases[i].verdict, cases[i].code);
}

static void a_failed_step_is_named_and_nothing_stays_open(void)
{
	static const struct {
		unsigned long request;
		int code;
		enum kvm_step step;
	} cases[] = {
		{ KVM_GET_API_VERSION, ENOTTY, KVM_STEP_API },
		{ KVM_CREATE_VM, EBUSY, KVM_STEP_VM }, /* VirtualBox has the CPU */
		{ KVM_CREATE_VM, ENOMEM, KVM_STEP_VM },
		{ KVM_SET_USER_MEMORY_REGION, EFAULT, KVM_STEP_MEMORY },
		{ KVM_CREATE_VCPU, EINVAL, KVM_STEP_VCPU },
		{ KVM_GET_VCPU_MMAP_SIZE, EINVAL, KVM_STEP_VCPU },
		{ KVM_GET_SUPPORTED_CPUID, E2BIG, KVM_STEP_VCPU },
		{ KVM_SET_SREGS, EINVAL, KVM_STEP_RUN },
		{ KVM_RUN, EFAULT, KVM_STEP_RUN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK_PROBE(((struct host){ .fail_request = cases[i].request,
					    .fail_errno = cases[i].code }),
			    cases[i].step, KVM_UNUSABLE, cases[i].code);
	CHECK_PROBE((struct host){ .no_memory = true }, KVM_STEP_MEMORY, KVM_UNUSABLE, ENOMEM);
	CHECK_PROBE((struct host){ .api = 11 }, KVM_STEP_API, KVM_UNUSABLE, 0);
}

static void exit_reasons_are_kept_and_said(void)
{
	struct kvm_probe p = probe((struct host){ .exit_reason = KVM_EXIT_FAIL_ENTRY });
	char text[200];

	CHECK_INT(p.step, KVM_STEP_RUN);
	CHECK_INT(p.verdict, KVM_UNUSABLE);
	CHECK_INT(p.exit_reason, KVM_EXIT_FAIL_ENTRY);
	CHECK_INT(p.exit_detail, 0x80000021);
	CHECK(strstr(kvm_describe(&p, text, sizeof(text)), "KVM_EXIT_FAIL_ENTRY (0x80000021)"));

	p = probe((struct host){ .exit_reason = KVM_EXIT_INTERNAL_ERROR });
	CHECK_STR(kvm_exit_name(p.exit_reason), "INTERNAL_ERROR");
	CHECK_STR(kvm_exit_name(4711), "unknown");
}

static void foreign_signals_do_not_fail_it(void)
{
	CHECK_PROBE((struct host){ .eintr = 5 }, KVM_STEP_DONE, KVM_HARDWARE, 0);
}

static void a_run_that_hangs_ends_at_its_limit(void)
{
	struct kvm_probe p = probe((struct host){ .hangs = true });

	CHECK_INT(p.step, KVM_STEP_RUN);
	CHECK_INT(p.code, ETIME);
	CHECK_INT(p.took_us, KVM_RUN_LIMIT_US);
}

static void speed_decides(void)
{
	struct kvm_probe p;

	CHECK_PROBE((struct host){ .loop_us = 4999 }, KVM_STEP_DONE, KVM_HARDWARE, 0);
	CHECK_PROBE((struct host){ .loop_us = 5100 }, KVM_STEP_DONE, KVM_SLOW_NESTED, 0);
	CHECK_PROBE((struct host){ .loop_us = 49000 }, KVM_STEP_DONE, KVM_SLOW_NESTED, 0);
	CHECK_PROBE((struct host){ .loop_us = 51000 }, KVM_STEP_DONE, KVM_EMULATED, 0);
	/* 250 ms are not waited for: the rate of the first 60 tells. */
	p = probe((struct host){ .loop_us = 250000 });
	CHECK_INT(p.verdict, KVM_EMULATED);
	CHECK(p.stopped && p.took_us <= 61000);
	CHECK_INT(p.loop_us, 250000);
	CHECK_INT(p.rate, 1600000);
}

static void kvm_is_used_when_faster_than_tcg(void)
{
	struct kvm_probe p = probe((struct host){ .loop_us = 400 });

	CHECK(kvm_worthwhile(&p));
	p = probe((struct host){ .loop_us = 5500 });
	CHECK_INT(p.verdict, KVM_SLOW_NESTED);
	CHECK(kvm_worthwhile(&p));
	p = probe((struct host){ .loop_us = 40000 });
	CHECK(!kvm_worthwhile(&p));
	p = probe((struct host){ .loop_us = 250000 });
	CHECK(!kvm_worthwhile(&p));
	p = probe((struct host){ .open_errno = EACCES });
	CHECK(!kvm_worthwhile(&p));
}

static void missing_capabilities_are_marked(void)
{
	struct kvm_probe p = probe((struct host){ .loop_us = 400 });

	for (int i = 0; i < KVM_CAPS; i++)
		CHECK_INT(!!(p.caps_missing & 1U << i), kvm_caps[i].cap == KVM_CAP_PIT2);
	CHECK_INT(p.vcpus_max, 8);
}

static void this_host_in_time_and_with_its_signals_intact(void)
{
	struct sigaction before, after;
	struct kvm_probe p;
	uint64_t t = now_us();
	char text[200];

	sigaction(SIGRTMAX - 1, NULL, &before);
	kvm_probe(&p, NULL, NULL);
	t = now_us() - t;
	sigaction(SIGRTMAX - 1, NULL, &after);
	CHECK(before.sa_handler == after.sa_handler);
	CHECK(t < 1000000); /* 0.2 s on a quiet host */
	CHECK(strlen(kvm_describe(&p, text, sizeof(text))) > 10);
	if (p.verdict == KVM_HARDWARE || p.verdict == KVM_SLOW_NESTED)
		SKIP("this host's KVM is real: %s", text);
	CHECK(!kvm_worthwhile(&p));
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "each errno of open is told apart", each_errno_of_open_is_told_apart },
		{ "a failed step is named and nothing stays open",
		  a_failed_step_is_named_and_nothing_stays_open },
		{ "exit reasons are kept and said", exit_reasons_are_kept_and_said },
		{ "foreign signals do not fail it", foreign_signals_do_not_fail_it },
		{ "a run that hangs ends at its limit", a_run_that_hangs_ends_at_its_limit },
		{ "speed decides", speed_decides },
		{ "KVM is used when faster than TCG", kvm_is_used_when_faster_than_tcg },
		{ "missing capabilities are marked", missing_capabilities_are_marked },
		{ "this host, in time and with its signals intact",
		  this_host_in_time_and_with_its_signals_intact },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
