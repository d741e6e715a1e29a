/*
 * N00 and N01: can a session's network be made? N00 makes one, whole, and
 * throws it away; where it fails, step and errno choose the remedy.
 */
#include "engine/check/probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/own.h"

#define CLONE_SYSCTL "/proc/sys/kernel/unprivileged_userns_clone"
#define APPARMOR_SYSCTL "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
#define MAX_SYSCTL "/proc/sys/user/max_user_namespaces"

static void fix_tun(struct check_record *r, const char *container)
{
	if (container) {
		record_fix(r, 0, NULL,
			   "start the container with --device /dev/net/tun --cap-add NET_ADMIN");
		return;
	}
	record_fix(r, FIX_ROOT, ARGV("modprobe", "tun"), "load the tun driver");
	record_fix(r, FIX_ROOT, ARGV("sh", "-c", "echo tun > /etc/modules-load.d/tun.conf"),
		   "load it at every boot");
}

void probe_n01(const struct probe_ctx *ctx, struct check_record *r)
{
	const char *container = host_container(ctx->host);
	AUTO_CLOSE int fd = host_sys(ctx->host)->open_device("/dev/net/tun");
	int code = errno;

	if (fd >= 0) {
		record_say(r, CHECK_OK, "/dev/net/tun opens");
		return;
	}
	record_seen(r, "open /dev/net/tun", "%s (%s)", strerror(code), strerrorname_np(code));
	if (container)
		record_seen(r, "container", "%s", container);
	switch (code) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		record_say(r, CHECK_FAILED, code == ENOENT ? "no /dev/net/tun" :
			   "/dev/net/tun is there but has no driver");
		fix_tun(r, container);
		return;
	case EPERM:
		record_say(r, CHECK_FAILED, "the device policy of a container forbids /dev/net/tun");
		fix_tun(r, container ? container : "container");
		return;
	case EACCES:
		/* 0666 is the driver's own default: making TAPs needs rights of its own. */
		record_say(r, CHECK_FAILED, "/dev/net/tun may not be opened by this user");
		if (container) {
			fix_tun(r, container);
			record_fix(r, 0, NULL, "or run vmdeck as root in the container");
			return;
		}
		record_fix(r, FIX_ROOT,
			   ARGV("sh", "-c",
				"echo 'KERNEL==\"tun\", MODE=\"0666\"' > /etc/udev/rules.d/65-tun.rules "
				"&& udevadm control --reload && udevadm trigger /dev/net/tun"),
			   "give it the mode that udev gives it by default");
		return;
	default:
		record_say(r, CHECK_FAILED, "/dev/net/tun does not open: %s", strerror(code));
		fix_tun(r, container);
	}
}

static int see_sysctl(const struct probe_ctx *ctx, struct check_record *r, const char *path)
{
	char key[64], value[64];

	if (!host_line(ctx->host, path, value, sizeof(value)))
		return -1;
	snprintf(key, sizeof(key), "%s", path + strlen("/proc/sys/"));
	for (char *p = key; *p; p++)
		if (*p == '/')
			*p = '.';
	record_seen(r, key, "%s", value);
	return atoi(value);
}

static void fix_apparmor(const struct probe_ctx *ctx, struct check_record *r)
{
	char self[PATH_MAX], script[192];

	if (host_sys(ctx->host)->self(self, sizeof(self)) < 0 || strlen(self) > 70)
		strcpy(self, "/usr/bin/vmdeck");
	/* The profile confines nothing: it names a program that may have namespaces. */
	snprintf(script, sizeof(script),
		 "printf 'abi <abi/4.0>,\\nprofile vmdeck %%s flags=(unconfined) { userns, }\\n' "
		 "'%.70s' > /etc/apparmor.d/vmdeck", self);
	record_fix(r, FIX_ROOT, ARGV("sh", "-c", script),
		   "write an AppArmor profile that lets this one program have user namespaces "
		   "(leave the system-wide restriction on)");
	record_fix(r, FIX_ROOT, ARGV("apparmor_parser", "-r", "/etc/apparmor.d/vmdeck"),
		   "then load it");
}

struct spaces {
	int clone, apparmor, max; /* the sysctls; -1: the kernel has no such thing */
	const char *container;
};

/* Why no user namespace: the sysctls first, for the errno is EPERM for most. */
static void explain_user(const struct probe_ctx *ctx, struct check_record *r,
			 const struct trial *t, const struct spaces *s)
{
	if (s->clone == 0) {
		record_say(r, CHECK_FAILED, "this host keeps user namespaces for root");
		record_fix(r, FIX_ROOT, ARGV("sysctl", "-w", "kernel.unprivileged_userns_clone=1"),
			   "allow them");
		record_fix(r, FIX_ROOT,
			   ARGV("sh", "-c", "echo kernel.unprivileged_userns_clone=1 > "
				"/etc/sysctl.d/60-vmdeck.conf"), "and at every boot");
	} else if (s->max == 0 || t->code == ENOSPC || t->code == EUSERS) {
		record_say(r, CHECK_FAILED, s->max == 0 ? "this host allows no user namespaces" :
			   "this host's limit of user namespaces is reached");
		record_fix(r, FIX_ROOT, ARGV("sysctl", "-w", "user.max_user_namespaces=15000"),
			   "raise the limit");
		record_fix(r, FIX_ROOT,
			   ARGV("sh", "-c", "echo user.max_user_namespaces=15000 > "
				"/etc/sysctl.d/60-vmdeck.conf"), "and at every boot");
	} else if (t->code == EINVAL || t->code == ENOSYS) {
		record_say(r, CHECK_FAILED, "this kernel has no user namespaces");
		record_fix(r, FIX_REBOOT, NULL, "start a kernel with CONFIG_USER_NS");
	} else if (s->apparmor == 1) {
		record_say(r, CHECK_FAILED, "AppArmor refuses user namespaces to this program");
		fix_apparmor(ctx, r);
	} else if (s->container) {
		record_say(r, CHECK_FAILED, "this container refuses user namespaces");
		record_fix(r, 0, NULL,
			   "start the container with --security-opt seccomp=unconfined, or with a "
			   "seccomp policy that allows unshare and setns");
	} else {
		record_say(r, CHECK_FAILED, "no user namespace: %s", strerror(t->code));
	}
	if (host_sys(ctx->host)->uid() != 0)
		record_fix(r, 0, NULL, "or run vmdeck as root, which needs none");
}

static void explain_network(const struct probe_ctx *ctx, struct check_record *r,
			    const struct trial *t, const struct spaces *s)
{
	bool tun = strstr(t->msg, "tun") || strstr(t->msg, "TAP") || strstr(t->msg, "tap");

	record_say(r, CHECK_FAILED, "a session's network cannot be made: %s", t->msg);
	if (tun && (t->code == ENOENT || t->code == ENODEV || t->code == EACCES ||
		    t->code == EPERM))
		record_fix(r, 0, NULL, "see N01 for the TUN/TAP driver");
	if (s->apparmor == 1 && (t->code == EPERM || t->code == EACCES))
		fix_apparmor(ctx, r);
	else if (s->container)
		record_fix(r, 0, NULL,
			   "start the container with --cap-add NET_ADMIN --device /dev/net/tun");
	if (!r->n_fixes)
		record_fix(r, FIX_ROOT, ARGV("sh", "-c", "dmesg | tail -n 20"),
			   "see what the kernel says");
}

static void explain(const struct probe_ctx *ctx, struct check_record *r, const struct trial *t,
		    const struct spaces *s)
{
	switch (t->step) {
	case TRIAL_USER:
		explain_user(ctx, r, t, s);
		return;
	case TRIAL_MAPS:
		/* AppArmor's restriction lets the namespace be made and takes its rights. */
		if (s->apparmor == 1) {
			record_say(r, CHECK_FAILED,
				   "AppArmor takes the rights away in user namespaces");
			fix_apparmor(ctx, r);
			return;
		}
		record_say(r, CHECK_FAILED, "ids cannot be mapped in a user namespace: %s", t->msg);
		record_fix(r, 0, NULL, "run vmdeck outside of a chroot or a sandbox");
		return;
	case TRIAL_SPACES:
		if (s->apparmor == 1 && (t->code == EPERM || t->code == EACCES)) {
			record_say(r, CHECK_FAILED,
				   "AppArmor takes the rights away in user namespaces");
			fix_apparmor(ctx, r);
			return;
		}
		if (t->userns_code) { /* a root without rights, as in a container: both ways are shut */
			struct trial user = *t;

			user.code = t->userns_code;
			explain_user(ctx, r, &user, s);
			return;
		}
		record_say(r, CHECK_FAILED, "no network or pid namespace: %s", strerror(t->code));
		if (t->code == ENOSPC)
			record_fix(r, FIX_ROOT,
				   ARGV("sysctl", "-w", "user.max_net_namespaces=15000",
					"user.max_pid_namespaces=15000"), "raise the limits");
		else if (s->container)
			record_fix(r, 0, NULL, "start the container with --cap-add SYS_ADMIN, or "
				   "with user namespaces allowed");
		else
			record_fix(r, FIX_REBOOT, NULL,
				   "start a kernel with CONFIG_NET_NS and CONFIG_PID_NS");
		return;
	default:
		explain_network(ctx, r, t, s);
	}
}

void probe_n00(const struct probe_ctx *ctx, struct check_record *r)
{
	struct spaces s = { .container = host_container(ctx->host) };
	struct trial t;

	host_sys(ctx->host)->trial(&t);
	if (t.step == TRIAL_DONE && !t.userns_code) {
		record_say(r, CHECK_OK, "a session's network can be made");
		return;
	}
	s.clone = see_sysctl(ctx, r, CLONE_SYSCTL);
	s.apparmor = see_sysctl(ctx, r, APPARMOR_SYSCTL);
	s.max = see_sysctl(ctx, r, MAX_SYSCTL);
	if (s.container)
		record_seen(r, "container", "%s", s.container);
	if (t.step == TRIAL_DONE) {
		record_seen(r, "user namespace", "%s", strerror(t.userns_code));
		record_say(r, CHECK_INFO,
			   "works as root; there are no user namespaces here (%s)",
			   strerror(t.userns_code));
		return;
	}
	if (t.userns_code)
		record_seen(r, "user namespace", "%s", strerror(t.userns_code));
	record_seen(r, "step", "%s", trial_step_names[t.step]);
	record_seen(r, "errno", "%s (%s)", strerror(t.code),
		    t.code ? strerrorname_np(t.code) : "none");
	if (*t.msg)
		record_seen(r, "message", "%s", t.msg);
	explain(ctx, r, &t, &s);
}
