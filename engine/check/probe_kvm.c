/*
 * K02 to K09: is there a KVM, may we use it, does it run, is it worth using.
 *
 * K02 looks at the device node; the others read one run of engine/vm/kvm.h,
 * each its own step. TCG does the same work slower, so nothing here blocks a
 * launch unless the launch insists on KVM.
 */
#include "engine/check/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "engine/base/own.h"
#include "engine/check/distro.h"

enum {
	KVM_MAJOR = 10, /* misc devices; minor of <linux/miscdevice.h> KVM_MINOR */
	KVM_MINOR_ = 232,
};

/* Said wherever KVM falls away: what happens instead. */
static const char *instead(const struct probe_ctx *ctx)
{
	return plan_needs_kvm(ctx->plan) ? "this launch needs it" : "QEMU TCG is used instead";
}

static const char *module_for_cpu(const struct probe_ctx *ctx)
{
	char text[4096];

	if (host_read(ctx->host, "/proc/cpuinfo", text, sizeof(text)) < 0)
		return "kvm";
	if (strstr(text, "AuthenticAMD") || strstr(text, "HygonGenuine"))
		return "kvm_amd";
	return strstr(text, "GenuineIntel") ? "kvm_intel" : "kvm";
}

static void fix_module(const struct probe_ctx *ctx, struct check_record *r)
{
	const char *module = module_for_cpu(ctx);
	char keep[128];

	record_fix(r, FIX_ROOT, ARGV("modprobe", module), "load the KVM module of this CPU");
	if (ctx->distro == DISTRO_NIX) {
		record_fix_on(ctx, r, DISTRO_NIX, 0, NULL,
			      "for every boot: boot.kernelModules = [ \"%s\" ]; in configuration.nix",
			      strcmp(module, "kvm_amd") ? "kvm-intel" : "kvm-amd");
		return;
	}
	if (ctx->distro == DISTRO_ALPINE)
		snprintf(keep, sizeof(keep), "echo %s >> /etc/modules", module);
	else
		snprintf(keep, sizeof(keep), "echo %s > /etc/modules-load.d/kvm.conf", module);
	record_fix(r, FIX_ROOT, ARGV("sh", "-c", keep), "load it at every boot");
}

static void fix_container(const struct probe_ctx *ctx, struct check_record *r,
			  const char *container)
{
	(void)ctx;
	if (!strcmp(container, "lxc"))
		record_fix(r, 0, NULL,
			   "give the container the device: lxc.cgroup2.devices.allow = c 10:232 "
			   "rwm, and lxc.mount.entry = /dev/kvm dev/kvm none bind,create=file");
	else
		record_fix(r, 0, NULL,
			   "start the container with --device /dev/kvm (in CI: a runner with KVM)");
}

/* The kernel runs, its modules are gone: an upgrade without a reboot. */
static bool modules_gone(const struct probe_ctx *ctx, char *dir, size_t cap)
{
	char path[256], text[65536];
	struct utsname u;

	if (host_sys(ctx->host)->uname(&u) < 0)
		return false;
	snprintf(dir, cap, "/lib/modules/%s", u.release);
	snprintf(path, sizeof(path), "%s/modules.builtin", dir);
	if (host_read(ctx->host, path, text, sizeof(text)) > 0 && strstr(text, "/kvm.ko"))
		return false;
	snprintf(path, sizeof(path), "%s/modules.dep", dir);
	return host_exists(ctx->host, "/lib/modules") && !host_exists(ctx->host, path);
}

void probe_k02(const struct probe_ctx *ctx, struct check_record *r)
{
	const char *container = host_container(ctx->host);
	char dir[128];
	struct stat st;

	record_weigh_kvm(ctx, r);
	if (host_stat(ctx->host, "/dev/kvm", &st) == 0) {
		record_seen(r, "/dev/kvm", "%s %u:%u mode %04o",
			    S_ISCHR(st.st_mode) ? "character device" : "not a device",
			    major(st.st_rdev), minor(st.st_rdev), st.st_mode & 07777);
		if (S_ISCHR(st.st_mode) && major(st.st_rdev) == KVM_MAJOR &&
		    minor(st.st_rdev) == KVM_MINOR_) {
			record_say(r, CHECK_OK, "/dev/kvm is there");
			return;
		}
		record_say(r, CHECK_FAILED, "/dev/kvm is not the KVM device; %s", instead(ctx));
		record_fix(r, FIX_ROOT, ARGV("rm", "/dev/kvm"), "remove what stands in its place");
		fix_module(ctx, r);
		return;
	}
	record_seen(r, "/dev/kvm", "%s", strerror(errno));
	if (container) {
		record_seen(r, "container", "%s", container);
		record_say(r, CHECK_FAILED, "no /dev/kvm in this container; %s", instead(ctx));
		fix_container(ctx, r, container);
		return;
	}
	if (modules_gone(ctx, dir, sizeof(dir))) {
		record_seen(r, dir, "no modules.dep");
		record_say(r, CHECK_FAILED,
			   "no /dev/kvm, and the running kernel's modules are gone; %s",
			   instead(ctx));
		record_fix(r, FIX_ROOT | FIX_REBOOT, ARGV("reboot"),
			   "the kernel was upgraded: start the new one");
		return;
	}
	record_say(r, CHECK_FAILED, "no /dev/kvm; %s", instead(ctx));
	fix_module(ctx, r);
	record_fix(r, FIX_REBOOT, NULL,
		   "if the module does not load: enable VT-x or SVM in the firmware; in a cloud "
		   "or a virtual machine: nested virtualisation");
}

static void explain_open(const struct probe_ctx *ctx, struct check_record *r, int code)
{
	const char *container = host_container(ctx->host);

	switch (code) {
	case EACCES:
		record_say(r, CHECK_FAILED, "/dev/kvm may not be opened by this user; %s",
			   instead(ctx));
		record_fix(r, 0, NULL, "see K04, which tells why and what to do");
		return;
	case EPERM:
		record_say(r, CHECK_FAILED,
			   "the device policy of a container forbids /dev/kvm; %s", instead(ctx));
		fix_container(ctx, r, container ? container : "container");
		return;
	case ENODEV:
	case ENXIO:
	case ENOENT:
		record_say(r, CHECK_FAILED, "/dev/kvm is there but has no driver; %s",
			   instead(ctx));
		fix_module(ctx, r);
		return;
	case EMFILE:
	case ENFILE:
		record_say(r, CHECK_FAILED, "no descriptor left to open /dev/kvm; %s",
			   instead(ctx));
		record_fix(r, 0, NULL, "raise the limit of open files in this shell: ulimit -n 4096");
		return;
	case EBUSY:
		record_say(r, CHECK_FAILED, "/dev/kvm is busy: another program holds it; %s",
			   instead(ctx));
		record_fix(r, FIX_ROOT, ARGV("fuser", "-v", "/dev/kvm"), "see which one");
		return;
	default:
		record_say(r, CHECK_FAILED, "/dev/kvm does not open: %s; %s", strerror(code),
			   instead(ctx));
		record_fix(r, FIX_ROOT, ARGV("dmesg"), "see what the kernel says of kvm");
	}
}

void probe_k03(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct kvm_probe *k = probe_kvm(ctx);

	record_weigh_kvm(ctx, r);
	if (k->step > KVM_STEP_OPEN) {
		record_say(r, CHECK_OK, "/dev/kvm opens");
		return;
	}
	record_seen(r, "open /dev/kvm", "%s (%s)", strerror(k->code), strerrorname_np(k->code));
	explain_open(ctx, r, k->code);
}

/* What decides about EACCES, gathered. */
struct access {
	struct stat st;
	bool in_process; /* the group is among this process's */
	int in_database; /* as check_sys.group */
	bool acl;
	char group[64], user[64];
};

static void gather(const struct probe_ctx *ctx, struct access *a)
{
	const struct check_sys *sys = host_sys(ctx->host);
	AUTO_CLOSE int fd = host_open(ctx->host, "/dev/kvm", O_PATH);
	char proc[64], acl[1024];
	gid_t groups[256];
	int n = sys->groups(groups, 256);

	for (int i = 0; i < n; i++)
		a->in_process |= groups[i] == a->st.st_gid;
	snprintf(a->group, sizeof(a->group), "%u", (unsigned)a->st.st_gid);
	a->in_database = sys->group(a->st.st_gid, a->group, sizeof(a->group));
	sys->user(a->user, sizeof(a->user));
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	a->acl = fd >= 0 && getxattr(proc, "system.posix_acl_access", acl, sizeof(acl)) > 0;
}

static void fix_now(struct check_record *r, const struct access *a)
{
	char entry[80];

	snprintf(entry, sizeof(entry), "u:%s:rw", a->user);
	record_fix(r, FIX_ROOT, ARGV("setfacl", "-m", entry, "/dev/kvm"),
		   "or for now, until the next boot: give this user access");
}

static void fix_rule(const struct probe_ctx *ctx, struct check_record *r)
{
	if (host_container(ctx->host)) { /* no udev in there */
		record_fix(r, 0, NULL,
			   "on the host, let the group kvm use the device (mode 0660), and start "
			   "the container with --device /dev/kvm --group-add GID-OF-KVM");
		return;
	}
	record_fix(r, FIX_ROOT,
		   ARGV("sh", "-c",
			"echo 'KERNEL==\"kvm\", GROUP=\"kvm\", MODE=\"0660\", TAG+=\"uaccess\"' > "
			"/etc/udev/rules.d/65-kvm.rules && udevadm control --reload && "
			"udevadm trigger /dev/kvm"),
		   "give the device to the group kvm, at every boot");
}

static void fix_join(const struct probe_ctx *ctx, struct check_record *r, const struct access *a)
{
	if (ctx->distro == DISTRO_ALPINE)
		record_fix_on(ctx, r, DISTRO_ALPINE, FIX_ROOT | FIX_RELOGIN,
			      ARGV("addgroup", a->user, "kvm"), "join the group, then log in again");
	else if (ctx->distro == DISTRO_NIX)
		record_fix_on(ctx, r, DISTRO_NIX, FIX_RELOGIN, NULL,
			      "users.users.%s.extraGroups = [ \"kvm\" ]; in configuration.nix",
			      a->user);
	else
		record_fix(r, FIX_ROOT | FIX_RELOGIN, ARGV("usermod", "-aG", "kvm", a->user),
			   "join the group, then log in again");
}

static void explain_denied(const struct probe_ctx *ctx, struct check_record *r,
			   const struct access *a)
{
	char enforce[16] = "";

	if ((a->st.st_mode & 0060) != 0060) {
		record_say(r, CHECK_FAILED, "/dev/kvm is mode %04o: its group %s may not use it",
			   a->st.st_mode & 07777, a->group);
		fix_rule(ctx, r);
		fix_now(r, a);
	} else if (a->in_process) {
		host_line(ctx->host, "/sys/fs/selinux/enforce", enforce, sizeof(enforce));
		record_seen(r, "SELinux", "%s", *enforce == '1' ? "enforcing" : "not enforcing");
		record_say(r, CHECK_FAILED,
			   "the group %s is held and allowed, and the kernel still refuses: a "
			   "security module does", a->group);
		record_fix(r, FIX_ROOT,
			   ARGV("sh", "-c", "dmesg | grep -iE 'avc|apparmor' | tail -n 5"),
			   "see which rule of SELinux or AppArmor");
	} else if (a->in_database == 1) {
		record_say(r, CHECK_FAILED,
			   "%s is in the group %s, but this login is older than that", a->user,
			   a->group);
		record_fix(r, FIX_RELOGIN, NULL, "log out and in again");
		record_fix(r, 0, ARGV("newgrp", a->group), "or now: a shell with the group");
		fix_now(r, a);
	} else if (!strcmp(a->group, "kvm")) {
		record_say(r, CHECK_FAILED, "%s is not in the group kvm", a->user);
		fix_join(ctx, r, a);
		fix_now(r, a);
	} else {
		/* Joining "root" or "disk" for this would give away the machine. */
		record_say(r, CHECK_FAILED, "/dev/kvm belongs to the group %s, which %s is not in",
			   a->group, a->user);
		fix_rule(ctx, r);
		fix_now(r, a);
	}
}

void probe_k04(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct kvm_probe *k = probe_kvm(ctx);
	struct access a = { .in_process = false };

	record_weigh_kvm(ctx, r);
	if (k->step > KVM_STEP_OPEN) {
		record_say(r, CHECK_OK, "this user may use it");
		return;
	}
	if (k->code != EACCES) {
		record_say(r, CHECK_SKIP, "not a matter of permissions: see K03");
		return;
	}
	if (host_stat(ctx->host, "/dev/kvm", &a.st) < 0) {
		record_say(r, CHECK_UNKNOWN, "/dev/kvm: %s", strerror(errno));
		return;
	}
	gather(ctx, &a);
	record_seen(r, "/dev/kvm", "owner %u, group %s, mode %04o%s", (unsigned)a.st.st_uid,
		    a.group, a.st.st_mode & 07777, a.acl ? ", access list" : "");
	record_seen(r, "user", "%s", a.user);
	record_seen(r, "group in the database", "%s",
		    a.in_database < 0 ? "no such group" : a.in_database ? "yes" : "no");
	record_seen(r, "group in this process", "%s", a.in_process ? "yes" : "no");
	explain_denied(ctx, r, &a);
}

/* For the steps after `mine`: true when it was passed and said so. */
static bool passed(const struct kvm_probe *k, enum kvm_step mine, struct check_record *r,
		   const char *summary)
{
	if (k->step <= mine)
		return false;
	record_say(r, CHECK_OK, "%s", summary);
	return true;
}

void probe_k05(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct kvm_probe *k = probe_kvm(ctx);

	record_weigh_kvm(ctx, r);
	record_seen(r, "KVM_GET_API_VERSION", "%d", k->api);
	if (passed(k, KVM_STEP_API, r, "version 12"))
		return;
	if (k->code)
		record_say(r, CHECK_FAILED, "KVM does not tell its version: %s; %s",
			   strerror(k->code), instead(ctx));
	else
		record_say(r, CHECK_FAILED, "KVM speaks version %d, not 12; %s", k->api,
			   instead(ctx));
	record_fix(r, FIX_REBOOT, NULL, "this kernel's KVM is not usable: start another kernel");
}

/* Lines of /proc/modules that name another hypervisor. */
static bool see_rivals(const struct probe_ctx *ctx, struct check_record *r, bool *vbox)
{
	static const char *const rivals[] = { "vboxdrv", "vboxnetflt", "vboxnetadp", "vmmon" };
	char text[65536];
	bool any = false;

	if (host_read(ctx->host, "/proc/modules", text, sizeof(text)) < 0)
		return false;
	for (char *line = text; *line;) {
		size_t n = strcspn(line, "\n");
		size_t word = strcspn(line, " \n");

		for (size_t i = 0; i < sizeof(rivals) / sizeof(*rivals); i++)
			if (strlen(rivals[i]) == word && !strncmp(line, rivals[i], word)) {
				record_seen(r, rivals[i], "%.*s", (int)n, line);
				*vbox |= i < 3;
				any = true;
			}
		line += n + (line[n] == '\n');
	}
	return any;
}

void probe_k07(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct kvm_probe *k = probe_kvm(ctx);
	bool vbox = false;

	record_weigh_kvm(ctx, r);
	if (passed(k, KVM_STEP_VM, r, "a machine can be made"))
		return;
	record_seen(r, "KVM_CREATE_VM", "%s (%s)", strerror(k->code), strerrorname_np(k->code));
	if (k->code == EBUSY || see_rivals(ctx, r, &vbox)) {
		if (k->code == EBUSY)
			see_rivals(ctx, r, &vbox);
		record_say(r, CHECK_FAILED,
			   "another hypervisor holds the CPU's virtualisation; %s", instead(ctx));
		record_fix(r, 0, NULL, "stop the machines of the other hypervisor, then ask again");
		if (vbox)
			record_fix(r, FIX_ROOT,
				   ARGV("modprobe", "-r", "vboxnetadp", "vboxnetflt", "vboxdrv"),
				   "unload VirtualBox");
		return;
	}
	record_say(r, CHECK_FAILED, "KVM makes no machine: %s; %s", strerror(k->code),
		   instead(ctx));
	if (k->code == ENOMEM)
		record_fix(r, 0, NULL, "free memory: end programs or sessions");
	else
		record_fix(r, FIX_ROOT, ARGV("sh", "-c", "dmesg | grep -i kvm | tail -n 5"),
			   "see what the kernel says of kvm");
}

void probe_k08(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct kvm_probe *k = probe_kvm(ctx);
	char said[200];

	record_weigh_kvm(ctx, r);
	if (passed(k, KVM_STEP_RUN, r, "a guest ran two instructions, and they did what they say"))
		return;
	record_seen(r, "step", "%s", kvm_step_names[k->step]);
	if (k->code)
		record_seen(r, "errno", "%s (%s)", strerror(k->code), strerrorname_np(k->code));
	else
		record_seen(r, "exit", "KVM_EXIT_%s, 0x%llx", kvm_exit_name(k->exit_reason),
			    (unsigned long long)k->exit_detail);
	record_say(r, CHECK_FAILED, "%s; %s", kvm_describe(k, said, sizeof(said)), instead(ctx));
	record_fix(r, FIX_ROOT, ARGV("sh", "-c", "dmesg | grep -i kvm | tail -n 5"),
		   "see what the kernel says of kvm");
	record_fix(r, 0, NULL,
		   "on a host that is a virtual machine itself: have nested virtualisation "
		   "repaired or turned off there");
}

static void fix_nested(struct check_record *r)
{
	record_fix(r, 0, NULL,
		   "nothing has to be done: vmdeck uses QEMU TCG. For real speed use a host with "
		   "hardware virtualisation, or a cloud machine with nested virtualisation");
	record_fix(r, 0, NULL, "to force KVM all the same: \"accel\": \"kvm\" in the agent's entry");
}

void probe_k09(const struct probe_ctx *ctx, struct check_record *r)
{
	const struct kvm_probe *k = probe_kvm(ctx);
	double mips = (double)k->rate / 1e6;
	char said[200];

	record_weigh_kvm(ctx, r);
	if (k->step <= KVM_STEP_SPEED) {
		record_say(r, CHECK_FAILED, "%s; %s", kvm_describe(k, said, sizeof(said)),
			   instead(ctx));
		return;
	}
	record_seen(r, "loop of 200000 turns", "%.1f ms%s", (double)k->loop_us / 1000,
		    k->stopped ? " (projected)" : "");
	record_seen(r, "speed", "%.1f million instructions/s", mips);
	if (k->verdict == KVM_HARDWARE) {
		record_say(r, CHECK_OK, "hardware: %.0f million instructions/s", mips);
		return;
	}
	if (host_exists(ctx->host, "/sys/module/kvm_pvm"))
		record_seen(r, "module", "kvm_pvm");
	if (k->verdict == KVM_SLOW_NESTED && kvm_worthwhile(k)) {
		record_say(r, CHECK_WARN, "nested and slow: %.0f million instructions/s; still "
			   "faster than TCG", mips);
		r->severity = CHECK_ADVICE;
		fix_nested(r);
		return;
	}
	if (plan_needs_kvm(ctx->plan))
		record_say(r, CHECK_WARN,
			   "KVM is emulated here: %.1f million instructions/s, where TCG does some "
			   "60 or more, and this launch insists on KVM", mips);
	else
		record_say(r, CHECK_WARN,
			   "KVM is emulated here: %.1f million instructions/s, where TCG does some "
			   "60 or more; TCG is faster and is used", mips);
	/* Firecracker has no other way; an insisting QEMU launch is slow by its own wish. */
	if (!strcmp(plan_backend(ctx->plan), "firecracker"))
		r->status = CHECK_FAILED;
	fix_nested(r);
}
