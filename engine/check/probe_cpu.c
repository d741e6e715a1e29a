/*
 * K01, K06, K10 to K14: the processor and what is around it. Most of it
 * explains: a flag that is not shown proves nothing on a nested host, so only
 * what was run (K08) or made (K14) counts against a launch.
 */
#include "engine/check/probe.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/own.h"

/* --- K01 --- */

static const struct {
	const char *machine;
	uint16_t elf;
} machines[] = {
	{ "x86_64", EM_X86_64 }, { "aarch64", EM_AARCH64 }, { "riscv64", EM_RISCV },
};

static const char *machine_of(uint16_t elf)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++)
		if (machines[i].elf == elf)
			return machines[i].machine;
	return "another machine";
}

void probe_k01(const struct probe_ctx *ctx, struct check_record *r)
{
	const char *path = ctx->plan->kernel;
	struct utsname u = { 0 };
	Elf64_Ehdr head;
	AUTO_CLOSE int fd = -1;

	host_sys(ctx->host)->uname(&u);
	record_seen(r, "this host", "%s", u.machine);
	if (strcmp(u.machine, "x86_64") != 0) {
		record_say(r, CHECK_FAILED, "this host is %s; vmdeck's machines are x86_64", u.machine);
		record_fix(r, 0, NULL, "run vmdeck on an x86_64 host");
		return;
	}
	if (!*path) {
		record_say(r, CHECK_OK, "x86_64");
		return;
	}
	fd = host_open(ctx->host, path, O_RDONLY | O_NONBLOCK);
	if (fd < 0 || read(fd, &head, sizeof(head)) != sizeof(head) ||
	    memcmp(head.e_ident, ELFMAG, SELFMAG) != 0) {
		record_say(r, CHECK_OK, "x86_64; S08 tells of the kernel");
		return;
	}
	record_seen(r, "kernel", "%s", machine_of(head.e_machine));
	if (head.e_machine == EM_X86_64) {
		record_say(r, CHECK_OK, "host and kernel are x86_64");
		return;
	}
	record_say(r, CHECK_FAILED, "guest kernel is %s, host is %s", machine_of(head.e_machine),
		   u.machine);
	record_fix(r, 0, NULL, "name a kernel for x86_64 as \"kernel\", or leave the key out");
}

/* --- K06 --- */

void probe_k06(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct kvm_probe *k = probe_kvm(ctx);
	bool firecracker = !strcmp(plan_backend(ctx->plan), "firecracker");
	unsigned wanted = ctx->plan->sessions ? ctx->plan->cpus / ctx->plan->sessions : 1;
	unsigned missing = 0;
	char list[192] = "";
	size_t at = 0;

	record_weigh_kvm(ctx, r);
	if (!firecracker && !plan_needs_kvm(ctx->plan))
		r->severity = CHECK_ADVICE; /* QEMU does without most of them */
	for (int i = 0; i < KVM_CAPS; i++)
		if (k->caps_missing & 1U << i) {
			missing++;
			at += (size_t)snprintf(list + at, at < sizeof(list) ? sizeof(list) - at : 0,
					       "%s%s", at ? ", " : "", kvm_caps[i].name);
			at = at < sizeof(list) ? at : sizeof(list) - 1;
		}
	if (k->vcpus_max)
		record_seen(r, "processors of a machine", "%d at most", k->vcpus_max);
	if (missing) {
		record_seen(r, "missing", "%s", list);
		record_say(r, CHECK_FAILED, "KVM lacks %u of %d capabilities: %s", missing, KVM_CAPS, list);
		record_fix(r, 0, NULL, "use \"backend\": \"qemu\", which needs fewer");
	} else if (k->vcpus_max && wanted > (unsigned)k->vcpus_max) {
		record_say(r, CHECK_FAILED, "KVM gives a machine %d processors at most; %u are wanted",
			   k->vcpus_max, wanted);
		record_fix(r, 0, NULL, "lower \"cpus\" in the agent's entry to %d", k->vcpus_max);
	} else {
		record_say(r, CHECK_OK, "all %d", KVM_CAPS);
	}
}

/* --- K10 --- */

static bool has_flag(const char *cpuinfo, const char *flag)
{
	const char *at = strstr(cpuinfo, "\nflags");
	size_t n = strlen(flag);
	const char *end;

	if (!at)
		return false;
	at++;
	end = at + strcspn(at, "\n");
	while ((at = strstr(at, flag)) && at < end) {
		if (at[-1] == ' ' && (at[n] == ' ' || at[n] == '\n' || !at[n]))
			return true;
		at += n;
	}
	return false;
}

static bool firmware_says_no(const struct check_host *h, struct check_record *r)
{
	AUTO_CLOSE int fd = host_open(h, "/dev/kmsg", O_RDONLY | O_NONBLOCK);
	char line[1024];
	ssize_t n;

	for (int i = 0; fd >= 0 && i < 4096; i++) {
		n = read(fd, line, sizeof(line) - 1);
		if (n < 0 && errno == EPIPE)
			continue; /* overwritten while we read */
		if (n <= 0)
			return false;
		line[n] = '\0';
		if (strcasestr(line, "kvm") && strcasestr(line, "disabled by bios")) {
			char *text = strchr(line, ';');

			record_seen(r, "kernel log", "%.*s", (int)strcspn(text ? text + 1 : line, "\n"),
				    text ? text + 1 : line);
			return true;
		}
	}
	return false;
}

void probe_k10(const struct probe_ctx *ctx, struct check_record *r)
{
	AUTO_FREE char *text = malloc(65536);
	bool vmx, svm;

	if (host_exists(ctx->host, "/dev/kvm")) {
		record_say(r, CHECK_OK, "not a question where /dev/kvm is");
		return;
	}
	if (!text || host_read(ctx->host, "/proc/cpuinfo", text, 65536) <= 0) {
		record_say(r, CHECK_UNKNOWN, "/proc/cpuinfo cannot be read");
		return;
	}
	vmx = has_flag(text, "vmx");
	svm = has_flag(text, "svm");
	record_seen(r, "flags", "%s", vmx ? "vmx" : svm ? "svm" : "neither vmx nor svm");
	if (firmware_says_no(ctx->host, r)) {
		record_say(r, CHECK_INFO, "the firmware has turned virtualisation off");
		record_fix(r, FIX_REBOOT, NULL,
			   "enable VT-x (Intel) or SVM (AMD) in the firmware's set-up, then start from cold");
	} else if (vmx || svm) {
		record_say(r, CHECK_INFO, "the processor offers %s; the driver is not loaded (K02)",
			   vmx ? "VT-x" : "SVM");
	} else {
		record_say(r, CHECK_INFO, "the processor shows neither VT-x nor SVM");
		record_fix(r, FIX_REBOOT, NULL,
			   "on a machine of your own: enable VT-x or SVM in the firmware's set-up; in a "
			   "virtual machine: K11");
	}
}

/* --- K11 --- */

static const struct {
	const char *vendor, *says; /* in sys_vendor or product_name; how nesting is had there */
} clouds[] = {
	{ "Google", "on Google Cloud: create the machine with --enable-nested-virtualization" },
	{ "Amazon EC2", "on EC2: use a .metal instance, or a type that offers nested virtualisation" },
	{ "Microsoft", "on Azure: a Dv5, Ev5 or newer size; on Hyper-V: Set-VMProcessor "
		       "-ExposeVirtualizationExtensions $true" },
	{ "QEMU", "under libvirt: <cpu mode='host-passthrough'/>; under Proxmox: cpu: host" },
	{ "Proxmox", "under Proxmox: cpu: host" },
	{ "VMware", "under VMware: tick \"Virtualize Intel VT-x/EPT or AMD-V/RVI\"" },
	{ "innotek", "under VirtualBox: VBoxManage modifyvm NAME --nested-hw-virt on" },
	{ "Xen", "under Xen: nestedhvm=1 in the domain's configuration" },
};

void probe_k11(const struct probe_ctx *ctx, struct check_record *r)
{
	AUTO_FREE char *text = malloc(65536);
	char vendor[80] = "", product[80] = "", both[168], version[256] = "";

	if (!text || host_read(ctx->host, "/proc/cpuinfo", text, 65536) <= 0) {
		record_say(r, CHECK_UNKNOWN, "/proc/cpuinfo cannot be read");
		return;
	}
	host_line(ctx->host, "/sys/class/dmi/id/sys_vendor", vendor, sizeof(vendor));
	host_line(ctx->host, "/sys/class/dmi/id/product_name", product, sizeof(product));
	host_line(ctx->host, "/proc/version", version, sizeof(version));
	if (!has_flag(text, "hypervisor")) {
		record_say(r, CHECK_OK, "this host is a machine of its own");
		return;
	}
	if (*vendor)
		record_seen(r, "machine", "%s %s", vendor, product);
	record_say(r, CHECK_INFO, "this host is a virtual machine itself%s%s", *vendor ? ": " : "",
		   vendor);
	snprintf(both, sizeof(both), "%s %s", vendor, product);
	if (strstr(version, "microsoft")) {
		record_seen(r, "kernel", "WSL");
		record_fix(r, 0, NULL, "under WSL: nestedVirtualization=true below [wsl2] in .wslconfig");
		return;
	}
	for (size_t i = 0; i < sizeof(clouds) / sizeof(*clouds); i++)
		if (strcasestr(both, clouds[i].vendor))
			record_fix(r, 0, NULL, "%s", clouds[i].says);
	if (!r->n_fixes)
		record_fix(r, 0, NULL, "ask its provider for nested virtualisation");
}

/* --- K12 --- */

void probe_k12(const struct probe_ctx *ctx, struct check_record *r)
{
	static const struct {
		const char *path, *module, *name;
	} switches[] = {
		{ "/sys/module/kvm_intel/parameters/ept", "kvm_intel", "ept" },
		{ "/sys/module/kvm_amd/parameters/npt", "kvm_amd", "npt" },
	};
	char value[16], set[16];

	for (size_t i = 0; i < 2; i++) {
		if (!host_line(ctx->host, switches[i].path, value, sizeof(value)))
			continue;
		record_seen(r, switches[i].path, "%s", value);
		if (*value == 'Y' || *value == '1') {
			record_say(r, CHECK_OK, "%s is on", switches[i].name);
			return;
		}
		record_say(r, CHECK_WARN, "%s is off", switches[i].name);
		snprintf(set, sizeof(set), "%s=1", switches[i].name);
		record_fix(r, FIX_ROOT, ARGV("modprobe", "-r", switches[i].module),
			   "while no machine runs: unload the module");
		record_fix(r, FIX_ROOT, ARGV("modprobe", switches[i].module, set), "and load it with it");
		return;
	}
	record_say(r, CHECK_SKIP, "neither kvm_intel nor kvm_amd is loaded");
}

/* --- K13 --- */

void probe_k13(const struct probe_ctx *ctx, struct check_record *r)
{
	/* docs/kernel-policy.md of Firecracker. */
	static const char *const validated[] = { "5.10.", "6.1.", "6.18." };
	struct utsname u = { 0 };

	host_sys(ctx->host)->uname(&u);
	record_seen(r, "kernel", "%s", u.release);
	for (size_t i = 0; i < sizeof(validated) / sizeof(*validated); i++)
		if (!strncmp(u.release, validated[i], strlen(validated[i]))) {
			record_say(r, CHECK_OK, "Linux %s is among those that Firecracker is tested with",
				   u.release);
			return;
		}
	record_say(r, CHECK_INFO, "Firecracker is not tested with Linux %s, only with 5.10, 6.1 and 6.18",
		   u.release);
}

/* --- K14 --- */

void probe_k14(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct kvm_probe *k = probe_kvm(ctx);
	struct engine_trial t;

	record_weigh_kvm(ctx, r);
	if (k->step <= KVM_STEP_VM) {
		record_say(r, CHECK_SKIP, "KVM makes no machine here either: see K07");
		return;
	}
	host_sys(ctx->host)->engine(&t);
	if (!t.code) {
		record_say(r, CHECK_OK, "opens and makes a machine there, too");
		return;
	}
	record_seen(r, "step", "%s", t.msg);
	record_seen(r, "errno", "%s (%s)", strerror(t.code), strerrorname_np(t.code));
	record_say(r, CHECK_FAILED, "KVM works for this program, and is refused to the hypervisor: %s: %s",
		   t.msg, strerror(t.code));
	if (t.code == EACCES || t.code == EPERM)
		record_fix(r, 0, NULL,
			   "the right comes from a group or a capability that the hypervisor gives up: give "
			   "/dev/kvm to this user by an access list");
	record_fix(r, FIX_ROOT, ARGV("sh", "-c", "dmesg | tail -n 20"), "see what the kernel says");
}
