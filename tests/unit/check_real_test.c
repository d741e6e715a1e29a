/*
 * Checks on this very machine, and on hosts that are really broken: no user
 * namespaces, a full disk, no resolv.conf, no QEMU on PATH. Each is made in
 * namespaces of its own by a forked child, which asks through the runner.
 */
#include "tests/unit/check_fixture.h"

#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
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
	struct check_record record;
};

/* Run `scene` in a child; it breaks the host and then asks for `id`. */
static void in_scene(bool (*scene)(struct check_plan *), const char *id, struct answer *out)
{
	int pipefd[2], status = 0;
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
	waitpid(pid, &status, 0);
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
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return test_main(tests, argc, argv);
}
