/*
 * Checks on this very machine, and on hosts that are really broken: no user
 * namespaces, a full disk, no resolv.conf, no QEMU on PATH. Each is made in
 * namespaces of its own by a forked child, which asks through the runner.
 */
#include "tests/unit/check_fixture.h"

#include <linux/capability.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "engine/check/runner.h"
#include "engine/vm/kvm.h"

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		_exit(99);
	close(fd);
}

/* Become "root" of new namespaces: a user namespace and what is asked for. */
static bool enter(int flags)
{
	unsigned uid = getuid(), gid = getgid();
	char map[64];

	if (unshare(CLONE_NEWUSER | flags) < 0)
		return false;
	put("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	put("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %u 1", gid);
	put("/proc/self/gid_map", map);
	return !(flags & CLONE_NEWNS) ||
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

enum { LACKS = 77 }; /* the child's exit code: this machine lacks what the scene needs */

struct answer {
	int code; /* of the child */
	unsigned cpu_ms; /* what breaking and asking took of a processor, all children's too */
	struct check_record record;
};

/* Run `scene` in a child; it breaks the host and then asks for `id`. */
static void in_scene(bool (*scene)(struct check_plan *), const char *id, struct answer *out)
{
	int pipefd[2], status = 0;
	struct rusage used = { 0 };
	pid_t pid;

	memset(out, 0, sizeof(*out));
	fflush(stdout);
	if (pipe(pipefd) < 0)
		abort();
	pid = fork();
	if (pid == 0) {
		static struct check_plan plan;
		struct report report;
		struct error err;

		if (!scene(&plan))
			_exit(LACKS);
		if (check_run_all(&plan, &report, &err) < 0)
			_exit(98);
		if (write(pipefd[1], report_find(&report, id), sizeof(out->record)) < 0)
			_exit(97);
		_exit(0);
	}
	close(pipefd[1]);
	if (read(pipefd[0], &out->record, sizeof(out->record)) != sizeof(out->record))
		memset(&out->record, 0, sizeof(out->record));
	close(pipefd[0]);
	wait4(pid, &status, 0, &used);
	out->cpu_ms = (unsigned)((used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
				 (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000);
	out->code = WIFEXITED(status) ? WEXITSTATUS(status) : 96;
}

static bool no_namespaces(struct check_plan *plan)
{
	(void)plan;
	if (!enter(0))
		return false;
	put("/proc/sys/user/max_user_namespaces", "0");
	return true;
}

static void without_user_namespaces(void)
{
	struct answer a;

	in_scene(no_namespaces, "N00", &a);
	if (a.code == LACKS)
		SKIP("no user namespaces on this machine to take away");
	CHECK_INT(a.code, 0);
	/* The child is its namespace's root, without rights outside: it has to fail or
	 * to be told that it works without. */
	printf("# %s\n", a.record.summary);
	CHECK(a.record.status == CHECK_FAILED || a.record.status == CHECK_INFO);
	CHECK_STR(record_saw(&a.record, "user.max_user_namespaces"), "0");
	if (a.record.status == CHECK_FAILED) { /* here, or at the TAP where that is denied */
		CHECK_INT(a.record.severity, CHECK_BLOCKER);
		CHECK(a.record.n_fixes > 0);
	}
}

static bool unprivileged(struct check_plan *plan)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };

	return no_namespaces(plan) && syscall(SYS_capset, &head, none) == 0;
}

static void without_user_namespaces_and_rights(void)
{
	struct answer a;

	in_scene(unprivileged, "N00", &a);
	if (a.code == LACKS)
		SKIP("no user namespaces on this machine to take away");
	CHECK_INT(a.code, 0);
	CHECK_INT(a.record.status, CHECK_FAILED);
	CHECK_INT(a.record.severity, CHECK_BLOCKER);
	CHECK(strstr(a.record.summary, "allows no user namespaces"));
	CHECK(record_has_fix(&a.record, "user.max_user_namespaces"));
}

static bool small_disk(struct check_plan *plan)
{
	char block[65536] = { 1 };
	int fd;

	if (!enter(CLONE_NEWNS) || mount("tmpfs", "/mnt", "tmpfs", 0, "size=4m,mode=700") < 0)
		return false;
	fd = open("/mnt/fill", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	while (write(fd, block, sizeof(block)) > 0)
		;
	close(fd);
	strcpy(plan->state_dir, "/mnt/state");
	return true;
}

static void on_a_full_disk(void)
{
	struct answer a;

	in_scene(small_disk, "S01", &a);
	if (a.code == LACKS)
		SKIP("no mount namespace or no /mnt here");
	CHECK_INT(a.code, 0);
	CHECK_INT(a.record.status, CHECK_FAILED);
	CHECK_INT(a.record.severity, CHECK_BLOCKER);
	CHECK(strstr(a.record.summary, "have 0"));
	CHECK(record_has_fix(&a.record, "vmdeck gc"));
}

static bool empty_path(struct check_plan *plan)
{
	(void)plan;
	return setenv("PATH", "/nonexistent", 1) == 0;
}

static void without_qemu_on_path(void)
{
	struct answer a;

	in_scene(empty_path, "E01", &a);
	CHECK_INT(a.code, 0);
	CHECK_INT(a.record.status, CHECK_FAILED);
	CHECK_INT(a.record.severity, CHECK_BLOCKER);
	CHECK(strstr(a.record.summary, "on PATH"));
	CHECK(a.record.n_fixes > 0);
}

static bool no_resolver(struct check_plan *plan)
{
	(void)plan;
	return enter(CLONE_NEWNS) && mount("tmpfs", "/etc", "tmpfs", 0, "") == 0 &&
	       symlink("../run/nobody/resolv.conf", "/etc/resolv.conf") == 0;
}

static void with_a_dangling_resolv_conf(void)
{
	struct answer a;

	in_scene(no_resolver, "D02", &a);
	if (a.code == LACKS)
		SKIP("no mount namespace here");
	CHECK_INT(a.code, 0);
	CHECK_INT(a.record.status, CHECK_FAILED);
	CHECK(strstr(a.record.summary, "which is not there"));
	CHECK(a.record.n_fixes > 0);
}

/* Forbid a device by the control group, as containers do: v1's list here; v2 has a BPF
 * program for it, which takes the rights of the real root. */
static bool forbid(const char *rule)
{
	char dir[96], file[128], text[32];
	int fd;

	snprintf(dir, sizeof(dir), "/sys/fs/cgroup/devices/vmdeck-test-%d", (int)getppid());
	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		return false;
	snprintf(file, sizeof(file), "%s/devices.deny", dir);
	fd = open(file, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, rule, strlen(rule)) < 0)
		return false;
	close(fd);
	snprintf(file, sizeof(file), "%s/cgroup.procs", dir);
	snprintf(text, sizeof(text), "%d", (int)getpid());
	fd = open(file, O_WRONLY | O_CLOEXEC);
	return fd >= 0 && write(fd, text, strlen(text)) > 0;
}

static void forbidden_no_more(void)
{
	char dir[96];

	snprintf(dir, sizeof(dir), "/sys/fs/cgroup/devices/vmdeck-test-%d", (int)getpid());
	rmdir(dir);
}

static bool no_kvm_by_policy(struct check_plan *plan)
{
	(void)plan;
	return access("/dev/kvm", F_OK) == 0 && forbid("c 10:232 rwm");
}

static bool no_tun_by_policy(struct check_plan *plan)
{
	(void)plan;
	return access("/dev/net/tun", F_OK) == 0 && forbid("c 10:200 rwm");
}

static void by_a_device_policy(void)
{
	struct answer a;

	in_scene(no_kvm_by_policy, "K03", &a);
	forbidden_no_more();
	if (a.code == LACKS)
		SKIP("no device control group of v1 that this user may make, or no /dev/kvm");
	CHECK_INT(a.code, 0);
	CHECK_INT(a.record.status, CHECK_FAILED);
	CHECK(strstr(a.record.summary, "device policy of a container"));
	CHECK(strstr(record_saw(&a.record, "open /dev/kvm"), "EPERM"));
	CHECK(record_has_fix(&a.record, "--device /dev/kvm"));
	in_scene(no_tun_by_policy, "N01", &a);
	forbidden_no_more();
	if (a.code == LACKS)
		SKIP("no /dev/net/tun");
	CHECK_INT(a.record.status, CHECK_FAILED);
	CHECK(strstr(a.record.summary, "device policy of a container"));
}

/* --- As an adversary would --- */

/* Found, and within a second of computing: the machine may have others to serve, so
 * the time on the wall is no measure. */
static void found_quickly(const struct answer *a)
{
	printf("# found in %u ms of computing\n", a->cpu_ms);
	CHECK_INT(a->code, 0);
	CHECK_INT(a->record.status, CHECK_FAILED);
	CHECK(a->record.n_fixes > 0);
	CHECK(a->cpu_ms < 1000);
}

static bool devices_gone(struct check_plan *plan)
{
	(void)plan;
	return enter(CLONE_NEWNS) && mount("tmpfs", "/dev", "tmpfs", 0, "mode=755") == 0;
}

static void with_kvm_taken_away(void)
{
	struct answer a;

	in_scene(devices_gone, "K02", &a);
	if (a.code == LACKS)
		SKIP("no mount namespace here");
	found_quickly(&a);
	CHECK(strstr(a.record.summary, "no /dev/kvm"));
}

/* `to` becomes the same device; there is a file for it to cover. */
static bool same_device(const char *from, const char *to)
{
	int fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return false;
	close(fd);
	return mount(from, to, NULL, MS_BIND, NULL) == 0;
}

/* The device is there and works, by another name: a /dev of our own, put over the
 * real one with all that is mounted in it. */
static bool kvm_renamed(struct check_plan *plan)
{
	(void)plan;
	return access("/dev/kvm", F_OK) == 0 && enter(CLONE_NEWNS) &&
	       mount("tmpfs", "/mnt", "tmpfs", 0, "mode=755") == 0 &&
	       same_device("/dev/null", "/mnt/null") &&
	       same_device("/dev/urandom", "/mnt/urandom") &&
	       same_device("/dev/kvm", "/mnt/kvm.away") &&
	       mount("/mnt", "/dev", NULL, MS_MOVE, NULL) == 0 &&
	       access("/dev/kvm.away", F_OK) == 0 && access("/dev/kvm", F_OK) < 0;
}

static void with_kvm_renamed(void)
{
	struct answer a;

	in_scene(kvm_renamed, "K02", &a);
	if (a.code == LACKS)
		SKIP("no mount namespace or no /dev/kvm here");
	found_quickly(&a);
	CHECK(strstr(a.record.summary, "no /dev/kvm"));
}

static bool bundle_swapped(struct check_plan *plan)
{
	static const char path[] = "/etc/ssl/certs/ca-certificates.crt";
	char from[] = "/tmp/vmdeck-swapped-XXXXXX";
	int fd = mkstemp(from);
	bool good;

	(void)plan;
	if (fd < 0 || write(fd, "not a certificate\n", 18) != 18)
		return false;
	close(fd);
	good = access(path, R_OK) == 0 && enter(CLONE_NEWNS) && mount(from, path, NULL, MS_BIND, NULL) == 0;
	unlink(from);
	unsetenv("SSL_CERT_FILE");
	return good;
}

static void with_a_swapped_ca_file(void)
{
	struct answer a;

	in_scene(bundle_swapped, "C01", &a);
	if (a.code == LACKS)
		SKIP("no mount namespace here, or no CA bundle to swap");
	found_quickly(&a);
	CHECK(strstr(a.record.summary, "holds no certificate"));
	CHECK(record_has_fix(&a.record, "ca-certificates"));
}

static bool few_descriptors(struct check_plan *plan)
{
	struct rlimit l = { 70, 70 };

	plan->sessions = 1;
	return setrlimit(RLIMIT_NOFILE, &l) == 0;
}

static void with_few_descriptors(void)
{
	struct answer a;

	in_scene(few_descriptors, "R03", &a);
	found_quickly(&a);
	CHECK(strstr(a.record.summary, "70 open files at most"));
	CHECK(record_has_fix(&a.record, "limits.d"));
}

/* A TAP of the name that sessions use, in the network that vmdeck is started in: a
 * session's own is in another namespace, so it is no matter. */
static bool tap_exists(struct check_plan *plan)
{
	struct ifreq r = { .ifr_name = "tap0", .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd;

	(void)plan;
	if (!enter(CLONE_NEWNET))
		return false;
	fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	return fd >= 0 && ioctl(fd, TUNSETIFF, &r) == 0 && ioctl(fd, TUNSETPERSIST, 1) == 0;
}

static void with_a_tap_that_exists(void)
{
	struct answer a;

	in_scene(tap_exists, "N00", &a);
	if (a.code == LACKS)
		SKIP("no network namespace or no /dev/net/tun here");
	CHECK_INT(a.code, 0);
	CHECK(a.record.status == CHECK_OK || a.record.status == CHECK_INFO);
}

static void kvm_is_told_as_the_prober_finds_it(void)
{
	static const struct check_plan plan;
	const struct check_record *k09;
	struct kvm_probe k;
	struct report r;
	struct error err;

	kvm_probe(&k, NULL, NULL);
	if (k.verdict == KVM_ABSENT || k.verdict == KVM_DENIED)
		SKIP("no usable /dev/kvm here: %s", kvm_verdict_names[k.verdict]);
	if (check_run_all(&plan, &r, &err) < 0)
		CHECK_FAIL("%s", err.msg);
	k09 = report_find(&r, "K09");
	printf("# %s: %s\n", kvm_verdict_names[k.verdict], k09->summary);
	if (k.verdict == KVM_HARDWARE)
		CHECK_INT(k09->status, CHECK_OK);
	if (k.verdict == KVM_EMULATED) {
		CHECK_INT(k09->status, CHECK_WARN);
		CHECK_INT(k09->severity, CHECK_DEGRADED);
		CHECK(strstr(k09->summary, "emulated"));
		CHECK(strstr(k09->summary, "TCG is faster"));
		CHECK(report_verdict(&r) != REPORT_READY);
	}
	report_done(&r);
}

static const struct test tests[] = {
	{ "check here: KVM", kvm_is_told_as_the_prober_finds_it },
	{ "check here: no user namespaces", without_user_namespaces },
	{ "check here: no user namespaces, no rights", without_user_namespaces_and_rights },
	{ "check here: a full disk", on_a_full_disk },
	{ "check here: no QEMU on PATH", without_qemu_on_path },
	{ "check here: a dangling resolv.conf", with_a_dangling_resolv_conf },
	{ "check here: a device policy", by_a_device_policy },
	{ "check here: /dev/kvm taken away", with_kvm_taken_away },
	{ "check here: /dev/kvm renamed", with_kvm_renamed },
	{ "check here: a swapped CA file", with_a_swapped_ca_file },
	{ "check here: few descriptors", with_few_descriptors },
	{ "check here: a TAP that exists", with_a_tap_that_exists },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
