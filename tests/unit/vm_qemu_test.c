/*
 * The QEMU backend with a real QEMU. Most of what it does needs no Linux: the
 * guest here is forty bytes of code with a PVH note, which says one word on
 * its serial port and then idles, powers off or resets.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/own.h"
#include "engine/base/process.h"
#include "engine/image/initramfs.h"
#include "engine/image/kernel.h"
#include "engine/net/netns.h"
#include "engine/vm/backend.h"
#include "tests/test.h"

enum { DEADLINE_MS = 60000, LOAD = 1 << 20, CODE_AT = 4096 };

enum then { IDLE, POWEROFF, RESET };

/* 32-bit protected mode, flat segments (the PVH boot ABI). The power registers
 * are those of microvm's ACPI device (QEMU: GED_MMIO_BASE_REGS). */
static size_t write_code(uint8_t *out, enum then then)
{
	static const uint8_t say[] = {
		0xfa,			/* cli */
		0xbe, 0x80, 0, 0x10, 0, /* mov esi, LOAD + 0x80 */
		0x66, 0xba, 0xf8, 0x03, /* mov dx, 0x3f8 */
		0xac,			/* 1: lodsb */
		0x84, 0xc0,		/* test al, al */
		0x74, 0x03,		/* jz 2f */
		0xee,			/* out dx, al */
		0xeb, 0xf8,		/* jmp 1b; 2: */
	};
	static const uint8_t ends[][7] = {
		[IDLE] = { 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90 },
		[POWEROFF] = { 0xc6, 0x05, 0x00, 0x02, 0xa0, 0xfe, 0x34 },
		[RESET] = { 0xc6, 0x05, 0x02, 0x02, 0xa0, 0xfe, 0x42 },
	};
	static const uint8_t idle[] = { 0xf4, 0xeb, 0xfd }; /* 3: hlt; jmp 3b */
	size_t n = 0;

	memcpy(out, say, sizeof(say));
	n += sizeof(say);
	memcpy(out + n, ends[then], sizeof(ends[then]));
	n += sizeof(ends[then]);
	memcpy(out + n, idle, sizeof(idle));
	memcpy(out + 0x80, "booted\n", 8);
	return 0x90;
}

static int make_kernel(enum then then)
{
	static uint8_t file[CODE_AT + 256];
	struct error err;
	Elf64_Ehdr *h = (void *)file;
	Elf64_Phdr *p = (void *)(file + sizeof(*h));
	uint32_t *note = (void *)(p + 2);
	size_t n = write_code(file + CODE_AT, then);
	int fd = memfd_create("kernel", MFD_CLOEXEC);

	memcpy(h->e_ident, ELFMAG "\2\1\1", 7);
	h->e_type = ET_EXEC;
	h->e_machine = EM_X86_64;
	h->e_version = 1;
	h->e_entry = LOAD;
	h->e_phoff = sizeof(*h);
	h->e_ehsize = sizeof(*h);
	h->e_phentsize = sizeof(*p);
	h->e_phnum = 2;
	p[0] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = 7, .p_offset = CODE_AT, .p_vaddr = LOAD,
			     .p_paddr = LOAD, .p_filesz = n, .p_memsz = n, .p_align = 4096 };
	p[1] = (Elf64_Phdr){ .p_type = PT_NOTE, .p_offset = sizeof(*h) + 2 * sizeof(*p),
			     .p_filesz = 24, .p_memsz = 24, .p_align = 4 };
	note[0] = 4;
	note[1] = 8;
	note[2] = 18; /* XEN_ELFNOTE_PHYS32_ENTRY */
	memcpy(note + 3, "Xen", 4);
	note[4] = LOAD;
	note[5] = 0;
	return fd < 0 || fd_write_all(fd, file, CODE_AT + n, &err) < 0 ? -1 : fd;
}

struct seen {
	struct loop loop;
	struct vm vm;
	int gone;
	uint64_t changed_ms;
	struct timer pace;
	uint64_t last_tick, worst_gap;
	int ticks;
};

static void on_changed(struct vm *vm)
{
	struct seen *s = vm->owner;

	s->changed_ms = now_ms();
	s->gone += vm->state == VM_GONE;
}

/* Something else in the same loop, which must not notice. */
static void on_pace(struct timer *t)
{
	struct seen *s = LIST_ITEM(t, struct seen, pace);
	uint64_t now = now_ms();

	if (s->last_tick && now - s->last_tick > s->worst_gap)
		s->worst_gap = now - s->last_tick;
	s->last_tick = now;
	s->ticks++;
}

static struct vm_spec spec_of(int kernel)
{
	return (struct vm_spec){ .name = "test", .kernel_fd = kernel, .initramfs_fd = -1,
				 .image_fd = -1, .disk_fd = -1, .tap_fd = -1, .netns_fd = -1,
				 .memory_mib = 64, .cpus = 1, .accel = VM_ACCEL_TCG };
}

static int begin(struct seen *s, const struct vm_spec *spec, struct error *err)
{
	memset(s, 0, sizeof(*s));
	if (loop_init(&s->loop, err) < 0)
		return -1;
	s->vm.loop = &s->loop;
	s->vm.changed = on_changed;
	s->vm.owner = s;
	return backend_qemu.start(&s->vm, spec, err);
}

static void end(struct seen *s)
{
	timer_stop(&s->pace);
	backend_qemu.done(&s->vm);
	loop_done(&s->loop);
}

static bool enters(struct seen *s, enum vm_state state, int within_ms)
{
	uint64_t until = now_ms() + (uint64_t)within_ms;
	struct error err;

	while (s->vm.state != state && now_ms() < until)
		loop_turn(&s->loop, 10, &err);
	return s->vm.state == state;
}

/* The bytes of `fd` up to and with `text`. */
static bool reads(struct seen *s, int fd, const char *text)
{
	uint64_t until = now_ms() + DEADLINE_MS;
	char buf[65536];
	size_t len = 0;
	struct error err;

	while (now_ms() < until && len + 1 < sizeof(buf)) {
		ssize_t n = read(fd, buf + len, sizeof(buf) - 1 - len);

		len += n > 0 ? (size_t)n : 0;
		buf[len] = '\0';
		if (memmem(buf, len, text, strlen(text)))
			return true;
		loop_turn(&s->loop, 5, &err);
	}
	return false;
}

static bool have_qemu(void)
{
	char path[PATH_MAX];

	return process_find("qemu-system-x86_64", path, sizeof(path)) == 0;
}

#define NEED_QEMU                                        \
	do {                                             \
		if (!have_qemu())                        \
			SKIP("qemu-system-x86_64");      \
	} while (0)

/* A running idle guest. */
#define START_IDLE(s)                                                     \
	AUTO_CLOSE int kernel = make_kernel(IDLE);                        \
	struct vm_spec spec = spec_of(kernel);                            \
	struct error err;                                                 \
	struct seen s;                                                    \
	NEED_QEMU;                                                        \
	if (begin(&s, &spec, &err) < 0)                                   \
		CHECK_FAIL("start: %s", err.msg);                         \
	CHECK(enters(&s, VM_RUNNING, DEADLINE_MS))

static void a_guest_runs_and_its_boot_log_is_heard(void)
{
	START_IDLE(s);
	CHECK(reads(&s, s.vm.boot_fd, "booted"));
	CHECK_INT(s.vm.accel, VM_ACCEL_TCG);
	CHECK(s.vm.console_fd >= 0 && s.vm.control_fd >= 0 && s.vm.pid > 0);
	end(&s);
	CHECK_INT(s.vm.console_fd, -1);
	CHECK_INT(s.gone, 0); /* done says nothing */
}

static void nonsense_is_refused_with_its_cause(void)
{
	AUTO_CLOSE int kernel = memfd_create("nonsense", MFD_CLOEXEC);
	struct vm_spec spec = spec_of(kernel);
	struct error err;
	struct seen s;

	NEED_QEMU;
	for (int i = 0; i < 400; i++)
		CHECK(fd_write_all(kernel, "no kernel ", 10, &err) == 0);
	spec.initramfs_fd = kernel;
	CHECK(begin(&s, &spec, &err) == 0);
	CHECK(enters(&s, VM_GONE, DEADLINE_MS));
	if (strncmp(s.vm.cause, "QEMU could not load the kernel: ", 32) != 0)
		CHECK_FAIL("cause: %s", s.vm.cause);
	CHECK(!s.vm.asked);
	CHECK_INT(s.gone, 1);
	end(&s);

	spec.kernel_fd = -1;
	CHECK_INT(begin(&s, &spec, &err), -1);
	end(&s);
	spec.kernel_fd = kernel;
	spec.program = "/nonexistent/qemu";
	CHECK_INT(begin(&s, &spec, &err), -1);
	CHECK(err.hint[0]);
	CHECK_INT(s.vm.console_fd, -1);
	end(&s);
}

static void sigkill_shows_with_its_cause(void)
{
	START_IDLE(s);
	uint64_t t = now_ms();
	kill(s.vm.pid, SIGKILL);
	CHECK(enters(&s, VM_GONE, DEADLINE_MS));
	printf("# told after %d ms\n", (int)(s.changed_ms - t)); /* 1 s is the figure */
	CHECK_STR(s.vm.cause, "QEMU was killed (SIGKILL)");
	CHECK(!s.vm.asked);
	CHECK_INT(s.gone, 1);
	end(&s);
}

static void sigstop_shows_and_disturbs_nobody(void)
{
	START_IDLE(s);
	s.pace.fn = on_pace;
	CHECK(timer_start(&s.loop, &s.pace, 10, 10, &err) == 0);
	uint64_t t = now_ms();
	kill(s.vm.pid, SIGSTOP);
	CHECK(enters(&s, VM_SILENT, DEADLINE_MS));
	printf("# told after %d ms, %d ticks, the longest gap %d ms\n", (int)(s.changed_ms - t), s.ticks,
	       (int)s.worst_gap); /* 3 s and 10 ms are the figures */
	CHECK(s.ticks >= 20); /* of more than a hundred on a free machine, of one or two were it waited for */
	kill(s.vm.pid, SIGCONT);
	CHECK(enters(&s, VM_RUNNING, DEADLINE_MS));
	CHECK_INT(s.gone, 0);
	end(&s);
}

static void kill_works_while_it_is_stopped(void)
{
	START_IDLE(s);
	kill(s.vm.pid, SIGSTOP);
	uint64_t t = now_ms();
	backend_qemu.kill(&s.vm);
	CHECK(enters(&s, VM_GONE, DEADLINE_MS));
	printf("# told after %d ms\n", (int)(s.changed_ms - t)); /* 2 s is the figure */
	CHECK(s.vm.asked);
	end(&s);
}

static void pause_and_resume(void)
{
	START_IDLE(s);
	backend_qemu.pause(&s.vm);
	CHECK(enters(&s, VM_PAUSED, DEADLINE_MS));
	backend_qemu.resume(&s.vm);
	CHECK(enters(&s, VM_RUNNING, DEADLINE_MS));
	end(&s);
}

static void what_the_guest_does_to_itself_is_the_cause(void)
{
	static const struct {
		enum then then;
		const char *cause;
		bool asked;
	} cases[] = {
		{ POWEROFF, "powered off", true },
		{ RESET, "the guest reset itself", false },
	};

	NEED_QEMU;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		AUTO_CLOSE int kernel = make_kernel(cases[i].then);
		struct vm_spec spec = spec_of(kernel);
		struct error err;
		struct seen s;

		CHECK(begin(&s, &spec, &err) == 0);
		CHECK(enters(&s, VM_GONE, DEADLINE_MS));
		if (strncmp(s.vm.cause, cases[i].cause, strlen(cases[i].cause)) != 0)
			CHECK_FAIL("cause: %s", s.vm.cause);
		CHECK_INT(s.vm.asked, cases[i].asked);
		/* Its last words can still be read. */
		CHECK(reads(&s, s.vm.boot_fd, "booted"));
		end(&s);
	}
}

static long field(const char *status, const char *name)
{
	const char *at = strstr(status, name);

	return at ? strtol(at + strlen(name), NULL, 16) : -1;
}

static bool same_ns(pid_t pid, const char *ns)
{
	char path[64], a[64] = "", b[64] = "";

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, ns);
	if (readlink(path, a, sizeof(a) - 1) < 0)
		return false;
	snprintf(path, sizeof(path), "/proc/self/ns/%s", ns);
	return readlink(path, b, sizeof(b) - 1) > 0 && !strcmp(a, b);
}

static void the_process_has_no_privileges_left(void)
{
	static const char *const none[] = { "CapInh:\t", "CapPrm:\t", "CapEff:\t", "CapBnd:\t",
					    "CapAmb:\t", NULL };
	char path[64];

	if (getuid())
		SKIP("root");
	START_IDLE(s);
	snprintf(path, sizeof(path), "/proc/%d/status", s.vm.pid);
	AUTO_FREE char *status = file_read(AT_FDCWD, path, 65536, NULL, &err);
	CHECK(status);
	for (const char *const *n = none; *n; n++)
		if (field(status, *n) != 0)
			CHECK_FAIL("%s%lx", *n, field(status, *n));
	CHECK_INT(field(status, "NoNewPrivs:\t"), 1);
	CHECK_INT(field(status, "Seccomp:\t"), 2);
	CHECK(!same_ns(s.vm.pid, "mnt"));
	CHECK_STR(s.vm.notes, "");
	/* Its root holds programs and no homes. */
	snprintf(path, sizeof(path), "/proc/%d/root/usr", s.vm.pid);
	CHECK(access(path, F_OK) == 0);
	snprintf(path, sizeof(path), "/proc/%d/root/root", s.vm.pid);
	CHECK(access(path, F_OK) < 0);
	snprintf(path, sizeof(path), "/proc/%d/root/proc/1", s.vm.pid);
	CHECK(access(path, F_OK) < 0);
	snprintf(path, sizeof(path), "/proc/%d/limits", s.vm.pid);
	AUTO_FREE char *limits = file_read(AT_FDCWD, path, 65536, NULL, &err);
	CHECK(limits && strstr(limits, "Max core file size        0                    0 "));
	end(&s);
}

static void it_lives_in_its_session_s_network(void)
{
	AUTO_CLOSE int kernel = make_kernel(IDLE);
	struct vm_spec spec = spec_of(kernel);
	struct netns net;
	struct error err;
	struct seen s;

	NEED_QEMU;
	if (netns_make(&net, &err) < 0)
		SKIP("%s", err.msg);
	spec.netns_fd = net.ns_fd;
	spec.tap_fd = net.tap_fd;
	spec.mac = NETNS_GUEST_MAC;
	CHECK(begin(&s, &spec, &err) == 0);
	CHECK(enters(&s, VM_RUNNING, DEADLINE_MS));
	CHECK(!same_ns(s.vm.pid, "net"));
	end(&s);
	netns_done(&net);
}

/* In a child: as a user who gets no namespaces, it runs and says what lacks. */
static void as_nobody(void)
{
	AUTO_CLOSE int kernel = make_kernel(IDLE);
	struct vm_spec spec = spec_of(kernel);
	struct error err;
	struct seen s;

	CHECK(setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0);
	if (begin(&s, &spec, &err) < 0)
		CHECK_FAIL("start: %s", err.msg);
	CHECK(enters(&s, VM_RUNNING, DEADLINE_MS));
	CHECK_STR(s.vm.notes, "no IPC namespace: Operation not permitted; "
			      "no private root: Operation not permitted");
	end(&s);
}

static void a_guard_that_lacks_is_said(void)
{
	struct test_state child = { 0 };
	int pipefd[2];
	pid_t pid;

	NEED_QEMU;
	if (getuid())
		SKIP("root");
	CHECK(pipe2(pipefd, O_CLOEXEC) == 0);
	pid = fork();
	if (pid == 0) {
		as_nobody();
		_exit(write(pipefd[1], &test_now, sizeof(test_now)) < 0);
	}
	close(pipefd[1]);
	CHECK(read(pipefd[0], &child, sizeof(child)) == sizeof(child));
	close(pipefd[0]);
	waitpid(pid, NULL, 0);
	test_now = child;
}

/* The QEMU of a process that dies is killed with it. */
static void it_dies_with_its_parent(void)
{
	AUTO_CLOSE int kernel = make_kernel(IDLE);
	struct vm_spec spec = spec_of(kernel);
	int pipefd[2], status;
	pid_t parent, qemu = 0;

	NEED_QEMU;
	CHECK(pipe2(pipefd, O_CLOEXEC) == 0);
	CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	parent = fork();
	if (parent == 0) {
		struct error err;
		struct seen s;

		if (begin(&s, &spec, &err) == 0 && enters(&s, VM_RUNNING, DEADLINE_MS) &&
		    write(pipefd[1], &s.vm.pid, sizeof(s.vm.pid)) > 0)
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	close(pipefd[1]);
	CHECK(read(pipefd[0], &qemu, sizeof(qemu)) == sizeof(qemu));
	close(pipefd[0]);
	waitpid(parent, NULL, 0);
	CHECK(waitpid(qemu, &status, 0) == qemu);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void linux_reaches_init(void)
{
	const char *home = getenv("PREPARED") ? getenv("PREPARED") : ".build/prepared";
	char kernels[PATH_MAX], initramfs[PATH_MAX];
	struct kernel k;
	struct error err;

	NEED_QEMU;
	snprintf(kernels, sizeof(kernels), "%s/cache/kernels", home);
	if (kernel_find(kernels, NULL, &k, &err) != 0)
		SKIP("a kernel in %.200s", kernels);
	CHECK(initramfs_ensure(&k, k.dir, initramfs, sizeof(initramfs), &err) == 0);
	for (int i = 0; i < 3; i++) {
		AUTO_CLOSE int kernel = open(k.vmlinux, O_RDONLY | O_CLOEXEC);
		AUTO_CLOSE int initrd = open(initramfs, O_RDONLY | O_CLOEXEC);
		struct vm_spec spec = spec_of(kernel);
		struct seen s;
		uint64_t t = now_ms();

		spec.initramfs_fd = initrd;
		spec.memory_mib = 512;
		CHECK(begin(&s, &spec, &err) == 0);
		CHECK(reads(&s, s.vm.control_fd, "version=1"));
		printf("# init's hello after %d ms\n", (int)(now_ms() - t));
		CHECK_INT(s.vm.state, VM_RUNNING);
		end(&s);
	}
}

/* A QEMU that is a shell script: what a broken or taken-over one may do. Its QMP
 * is descriptor 8, its console 5. */
static int make_script(char path[PATH_MAX], const char *body)
{
	AUTO_CLOSE int fd = -1;
	struct error err;

	snprintf(path, PATH_MAX, "/tmp/vmdeck-test-qemu-XXXXXX");
	fd = mkostemp(path, O_CLOEXEC);
	return fd < 0 || fd_write_all(fd, "#!/bin/sh\n", 10, &err) < 0 ||
			       fd_write_all(fd, body, strlen(body), &err) < 0 ||
			       fchmod(fd, 0755) < 0 ?
		       -1 :
		       0;
}

static void a_broken_hypervisor_is_ended_and_named(void)
{
	static const struct {
		const char *body, *cause;
	} cases[] = {
		{ "echo '{\"hello\":1}' >&8; read wait <&5\n",
		  "QEMU broke its protocol: a message of no known kind" },
		{ "exec 8>&-; read wait <&5\n",
		  "QEMU closed its control connection and hung" },
		{ "echo 'error: failed to set MSR' >&2; echo 'x.c:1: f: Assertion `0 failed' >&2; "
		  "kill -ABRT $$\n",
		  "QEMU aborted: error: failed to set MSR" },
		{ "printf 'qemu-system-x86_64: a\\033[31m \\033]0;title\\007b\\n' >&2; exit 1\n",
		  "QEMU: a\xef\xbf\xbd[31m \xef\xbf\xbd]0;title\xef\xbf\xbd"
		  "b" },
		{ "exit 7\n", "QEMU failed (exit 7)" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		AUTO_CLOSE int kernel = make_kernel(IDLE);
		struct vm_spec spec = spec_of(kernel);
		char path[PATH_MAX];
		struct error err;
		struct seen s;
		int r;

		CHECK(make_script(path, cases[i].body) == 0);
		spec.program = path;
		r = begin(&s, &spec, &err);
		if (r == 0)
			enters(&s, VM_GONE, DEADLINE_MS);
		unlink(path);
		if (r < 0)
			CHECK_FAIL("start: %s", err.msg);
		CHECK_STR(s.vm.cause, cases[i].cause);
		CHECK_INT(s.gone, 1);
		/* A program outside of the system's folders costs the private root: said. */
		CHECK(strstr(s.vm.notes, "no "));
		end(&s);
	}
}

/* A template's key holds this text: what differs here never starts from the other. */
static void identity_tells_accelerator_and_binary(void)
{
	static char tcg[8192], kvm[8192], other[8192];
	struct vm_spec spec = { .kernel_fd = 0, .initramfs_fd = -1, .image_fd = -1, .disk_fd = -1, .tap_fd = -1,
				.netns_fd = -1, .memory_mib = 512, .cpus = 1, .accel = VM_ACCEL_TCG };
	struct error err;

	CHECK(backend_qemu.identity(&spec, tcg, sizeof(tcg), &err) == 0);
	CHECK(strstr(tcg, "\ntcg") && strstr(tcg, "tsc_early_khz=") && strstr(tcg, " mitigations=off"));
	spec.accel = VM_ACCEL_KVM;
	CHECK(backend_qemu.identity(&spec, kvm, sizeof(kvm), &err) == 0);
	CHECK(strstr(kvm, "\nkvm\n") && strstr(kvm, "\nhost\n"));
	/* Under KVM its kernel defends itself, and reads its clock where it finds it. */
	CHECK(!strstr(kvm, "mitigations") && !strstr(kvm, "tsc_early_khz") && !strstr(kvm, "\ntcg"));
	CHECK(strstr(kvm, "-sandbox\non,"));
	spec.program = "/bin/sh";
	CHECK(backend_qemu.identity(&spec, other, sizeof(other), &err) == 0);
	CHECK(strcmp(strchr(kvm, '\n'), strchr(other, '\n')) == 0 && strcmp(kvm, other) != 0);
}

static void probe_tells_its_version(void)
{
	char text[256];
	struct error err;

	NEED_QEMU;
	CHECK(backend_qemu.probe(text, sizeof(text), &err) == 0);
	CHECK(!strncmp(text, "QEMU ", 5) && strstr(text, " at /"));
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		{ "a guest runs and its boot log is heard",
		  a_guest_runs_and_its_boot_log_is_heard },
		{ "nonsense is refused with its cause", nonsense_is_refused_with_its_cause },
		{ "SIGKILL shows, with its cause",
		  sigkill_shows_with_its_cause },
		{ "SIGSTOP shows and disturbs nobody",
		  sigstop_shows_and_disturbs_nobody },
		{ "kill works while it is stopped", kill_works_while_it_is_stopped },
		{ "pause and resume", pause_and_resume },
		{ "what the guest does to itself is the cause",
		  what_the_guest_does_to_itself_is_the_cause },
		{ "the process has no privileges left", the_process_has_no_privileges_left },
		{ "it lives in its session's network", it_lives_in_its_session_s_network },
		{ "a guard that lacks is said", a_guard_that_lacks_is_said },
		{ "it dies with its parent", it_dies_with_its_parent },
		{ "Linux reaches init", linux_reaches_init },
		{ "a broken hypervisor is ended and named",
		  a_broken_hypervisor_is_ended_and_named },
		{ "identity tells accelerator and binary", identity_tells_accelerator_and_binary },
		{ "probe tells its version", probe_tells_its_version },
		{ NULL, NULL },
	};

	return test_main(tests, argc, argv);
}
