/*
 * E01: the hypervisor is there, recent enough, and can do what is asked of it. E05: what
 * stands around it.
 */
#include "engine/check/probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/process.h"
#include "engine/check/distro.h"

enum {
	QEMU_MAJOR = 6, /* microvm with ACPI and x-ignore-shared as we use them */
	QEMU_MINOR = 2,
	ASK_MS = 2000,
};

static int ask(const char *program, const char *a, const char *b, char *out, size_t cap,
	       struct error *err)
{
	char *argv[] = { (char *)program, (char *)a, (char *)b, NULL };
	int status = 0;

	if (process_capture(argv, out, cap, ASK_MS, &status, err) < 0)
		return -1;
	if (status != 0)
		return error_set(err, 0, "%s %s: %.*s", program, a, (int)strcspn(out, "\n"), out);
	return 0;
}

static void no_qemu(const struct probe_ctx *ctx, struct check_record *r, const char *name)
{
	const char *path = host_env(ctx->host, "PATH");

	record_seen(r, "PATH", "%s", path ? path : "(not set)");
	record_say(r, CHECK_FAILED, "no %s on PATH", name);
	package_fix(ctx, r, &package_qemu, false);
}

/* Is `wanted` the first word of a line of `list`? */
static bool has_line(const char *list, const char *wanted)
{
	size_t n = strlen(wanted);

	for (const char *at = list; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, wanted, n) && strchr(" \t\r\n", at[n]))
			return true;
	}
	return false;
}

static void see_accel(struct check_record *r, const char *program, bool *tcg)
{
	char out[4096];
	struct error err = { 0 };

	*tcg = ask(program, "-accel", "help", out, sizeof(out), &err) == 0 && has_line(out, "tcg");
	record_seen(r, "accelerators", "%s%s%s", *tcg ? "tcg" : "",
		    has_line(out, "kvm") ? " kvm" : "", err.msg);
}

static void look_qemu(const struct probe_ctx *ctx, struct check_record *r)
{
	struct error err = { 0 };
	char program[PATH_MAX], out[65536], name[64];
	struct utsname u;
	int major = 0, minor = 0;
	const char *at;
	bool tcg;

	host_sys(ctx->host)->uname(&u);
	snprintf(name, sizeof(name), "qemu-system-%.40s", u.machine);
	if (host_find(ctx->host, name, program, sizeof(program)) < 0) {
		no_qemu(ctx, r, name);
		return;
	}
	record_seen(r, "program", "%s", program);
	if (ctx->plan->quick) { /* the launch runs it and will see */
		record_say(r, CHECK_OK, "%s is on PATH", name);
		return;
	}
	if (ask(program, "--version", NULL, out, sizeof(out), &err) < 0) {
		record_say(r, CHECK_FAILED, "QEMU does not run: %s", err.msg);
		package_fix(ctx, r, &package_qemu, true);
		return;
	}
	at = strstr(out, "version ");
	if (!at || sscanf(at, "version %d.%d", &major, &minor) != 2) {
		record_seen(r, "--version", "%.*s", (int)strcspn(out, "\n"), out);
		record_say(r, CHECK_FAILED, "%s does not tell a QEMU version", program);
		package_fix(ctx, r, &package_qemu, true);
		return;
	}
	record_seen(r, "version", "%.*s", (int)strcspn(at + 8, " \n("), at + 8);
	if (major < QEMU_MAJOR || (major == QEMU_MAJOR && minor < QEMU_MINOR)) {
		record_say(r, CHECK_FAILED, "QEMU %d.%d is too old: %d.%d is needed", major, minor,
			   QEMU_MAJOR, QEMU_MINOR);
		package_fix(ctx, r, &package_qemu, true);
		return;
	}
	if (ask(program, "-machine", "help", out, sizeof(out), &err) < 0 ||
	    !has_line(out, "microvm")) {
		record_say(r, CHECK_FAILED, "this QEMU has no microvm machine: it is a cut-down build");
		package_fix(ctx, r, &package_qemu, true);
		return;
	}
	see_accel(r, program, &tcg);
	if (!tcg && ctx->plan->accel != VM_ACCEL_KVM) {
		r->severity = CHECK_DEGRADED;
		record_say(r, CHECK_WARN, "QEMU %d.%d has no TCG: it needs a working KVM", major,
			   minor);
		package_fix(ctx, r, &package_qemu, true);
		return;
	}
	record_say(r, CHECK_OK, "QEMU %d.%d with microvm", major, minor);
}

static void look_other(const struct probe_ctx *ctx, struct check_record *r, const char *name)
{
	char program[PATH_MAX], out[4096];
	struct error err = { 0 };

	if (host_find(ctx->host, name, program, sizeof(program)) < 0) {
		record_say(r, CHECK_FAILED, "no %s on PATH", name);
		record_fix(r, 0, NULL,
			   "put the %s program of its release into a directory on PATH, or use "
			   "\"backend\": \"qemu\"", name);
		return;
	}
	record_seen(r, "program", "%s", program);
	if (ask(program, "--version", NULL, out, sizeof(out), &err) < 0) {
		record_say(r, CHECK_FAILED, "%s does not run: %s", name, err.msg);
		record_fix(r, 0, ARGV(program, "--version"), "see what it says");
		return;
	}
	record_say(r, CHECK_OK, "%.*s", (int)strcspn(out, "\n"), out);
}

void probe_e01(const struct probe_ctx *ctx, struct check_record *r)
{
	const char *backend = plan_backend(ctx->plan);

	if (!strcmp(backend, "qemu"))
		look_qemu(ctx, r);
	else
		look_other(ctx, r, backend);
}

/* --- E05 --- */

#define MOUNTS "/proc/sys/user/max_mnt_namespaces"

void probe_e05(const struct probe_ctx *ctx, struct check_record *r)
{
	const char *container = host_container(ctx->host), *fixed = NULL;
	char found[PATH_MAX], program[PATH_MAX], name[64], most[32];
	struct guards_trial t;
	struct utsname u;

	host_sys(ctx->host)->uname(&u);
	snprintf(name, sizeof(name), "qemu-system-%.40s", u.machine);
	if (host_find(ctx->host, name, found, sizeof(found)) == 0 && realpath(found, program))
		fixed = program;
	host_sys(ctx->host)->guards(fixed, &t);
	if (!t.code) {
		record_say(r, CHECK_OK, "a session has all of them");
		return;
	}
	record_seen(r, "lacks", "%s", t.lacks);
	record_seen(r, "errno", "%s (%s)", strerror(t.code), strerrorname_np(t.code));
	record_say(r, CHECK_WARN, "sessions go without: %s", t.lacks);
	if (host_line(ctx->host, MOUNTS, most, sizeof(most)) && atoi(most) == 0) {
		record_seen(r, "user.max_mnt_namespaces", "%s", most);
		record_fix(r, FIX_ROOT, ARGV("sysctl", "-w", "user.max_mnt_namespaces=15000"), "allow mount namespaces");
		record_fix(r, FIX_ROOT,
			   ARGV("sh", "-c", "echo user.max_mnt_namespaces=15000 > /etc/sysctl.d/60-vmdeck-mnt.conf"),
			   "and at every boot");
	} else if (t.code == EXDEV) {
		record_fix(r, 0, NULL, "the hypervisor lies outside of /usr: install your distribution's package");
	} else if (container) {
		record_seen(r, "container", "%s", container);
		record_fix(r, 0, NULL,
			   "start the container with --security-opt seccomp=unconfined --security-opt "
			   "apparmor=unconfined, or with policies that allow unshare, mount and pivot_root");
	} else {
		record_fix(r, FIX_ROOT, ARGV("sh", "-c", "dmesg | tail -n 20"), "see what the kernel says");
	}
}
