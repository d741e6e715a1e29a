#include "engine/check/remembered.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/loop.h"
#include "engine/base/own.h"
#include "engine/base/paths.h"
#include "engine/base/process.h"
#include "engine/check/distro.h"
#include "engine/check/probe.h"
#include "engine/check/trust.h"
#include "engine/image/digest.h"

#define REMEMBERED_FILE "preflight"

enum {
	KEPT = 32,        /* launches; the oldest goes */
	KEY_LINE = 65,    /* 64 digits and the end of the line */
	TEXT = 64 * 1024, /* of what is looked at */
};

struct text {
	char *at;
	size_t len;
};

static void add(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->at + t->len, TEXT - t->len, fmt, ap);
	va_end(ap);
	t->len += n > 0 ? (size_t)n : 0;
	t->len = t->len < TEXT ? t->len : TEXT - 1;
}

/* What a file is; its times say whether it was written. */
static void add_file(struct text *t, const char *path)
{
	struct stat s;

	if (!path || !*path || stat(path, &s) < 0) {
		add(t, "%s %d\n", path ? path : "", errno);
		return;
	}
	add(t, "%s %llx:%llu %o %u:%u %lld %llx %lld.%ld %lld.%ld\n", path,
	    (unsigned long long)s.st_dev, (unsigned long long)s.st_ino, s.st_mode, s.st_uid, s.st_gid,
	    (long long)s.st_size, (unsigned long long)s.st_rdev, (long long)s.st_mtim.tv_sec,
	    s.st_mtim.tv_nsec, (long long)s.st_ctim.tv_sec, s.st_ctim.tv_nsec);
}

/* A device's times change by use; what it is and who may use it counts. */
static void add_device(struct text *t, const char *path)
{
	struct stat s = { 0 };

	add(t, "%s %d %o %u:%u %llx %d\n", path, stat(path, &s), s.st_mode, s.st_uid, s.st_gid,
	    (unsigned long long)s.st_rdev, access(path, R_OK | W_OK));
}

/* Files of /proc and /sys have no times: their words count. */
static void add_words(struct text *t, const char *path)
{
	struct check_host h = { .root = NULL };
	char line[512];

	add(t, "%s %s\n", path, host_line(&h, path, line, sizeof(line)) ? line : "-");
}

static void add_link(struct text *t, const char *path)
{
	char to[256];
	ssize_t n = readlink(path, to, sizeof(to) - 1);

	add(t, "%s %.*s\n", path, n > 0 ? (int)n : 0, to);
}

static void add_process(struct text *t)
{
	gid_t groups[256];
	int n = getgroups(256, groups);
	struct rlimit l = { 0 };
	char boot[37];

	boot_id(boot);
	add(t, "%s %s %u:%u %u:%u", VERSION, boot, getuid(), geteuid(), getgid(), getegid());
	for (int i = 0; i < n; i++)
		add(t, " %u", groups[i]);
	getrlimit(RLIMIT_NOFILE, &l);
	add(t, "\nlimits %llu %llu\n", (unsigned long long)l.rlim_cur, (unsigned long long)l.rlim_max);
	add_link(t, "/proc/self/ns/user");
	add_link(t, "/proc/self/ns/net");
	add_link(t, "/proc/self/ns/mnt");
	add_link(t, "/proc/self/root");
	add_words(t, "/proc/self/cgroup");
	add_words(t, "/proc/self/attr/current");
}

static void add_host(struct text *t, const struct check_plan *p)
{
	static const char *const sysctls[] = {
		"/proc/sys/kernel/unprivileged_userns_clone",
		"/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
		"/proc/sys/user/max_user_namespaces",
		"/proc/sys/user/max_net_namespaces",
		"/proc/sys/user/max_pid_namespaces",
		"/proc/sys/user/max_mnt_namespaces",
	};
	struct check_host here = { .root = NULL };
	char program[PATH_MAX], name[64];
	struct utsname u;

	for (size_t i = 0; i < sizeof(sysctls) / sizeof(*sysctls); i++)
		add_words(t, sysctls[i]);
	add_device(t, "/dev/kvm");
	add_device(t, "/dev/net/tun");
	add_link(t, "/etc/resolv.conf");
	add_file(t, "/etc/resolv.conf");
	add_file(t, trust_host_bundle(&here));
	uname(&u);
	snprintf(name, sizeof(name), strcmp(plan_backend(p), "qemu") ? "%s%.0s" : "%.0sqemu-system-%.40s",
		 plan_backend(p), u.machine);
	if (host_find(&here, name, program, sizeof(program)) == 0)
		add_file(t, program);
	else
		add(t, "no %s\n", name);
}

static void add_plan(struct text *t, const struct check_plan *p)
{
	add(t, "plan %s %d %u %u %d\n", p->backend, p->accel, p->sessions, p->cpus, p->quick);
	add_file(t, p->kernel);
	add_file(t, p->manifest);
	add(t, "%s\n", p->manifest_error.msg);
	for (unsigned i = 0; i < p->n_images; i++) {
		const struct check_image *image = &p->images[i];

		add(t, "%s %d %llu", image->name, image->networked, (unsigned long long)image->size);
		for (unsigned k = 0; k < image->n_commands; k++)
			add(t, " %s", image->commands[k]);
		add_file(t, image->path);
	}
	for (unsigned i = 0; i < p->n_files; i++)
		add_file(t, p->files[i].path);
}

int remembered_key(const struct check_plan *plan, char key[65], struct error *err)
{
	struct text t = { .at = malloc(TEXT) };
	int r;

	if (!t.at)
		return error_set(err, ENOMEM, "preflight");
	add_process(&t);
	add_plan(&t, plan);
	add_host(&t, plan);
	/* Cut text would be another's: it is not remembered. */
	r = t.len + 1 < TEXT ? digest_bytes(t.at, t.len, key, err) : error_set(err, E2BIG, "preflight");
	free(t.at);
	return r;
}

bool remembered_has(const char *cache, const char *key)
{
	struct error err;
	AUTO_CLOSE int dir = paths_open(cache, &err);
	AUTO_FREE char *text = dir < 0 ? NULL :
			       file_read(dir, REMEMBERED_FILE, KEPT * KEY_LINE + 1, NULL, &err);
	const char *at = text ? strstr(text, key) : NULL;

	return at && strlen(key) == 64 && at[64] == '\n';
}

void remembered_keep(const char *cache, const char *key)
{
	struct error err;
	AUTO_CLOSE int dir = paths_need(cache, &err);
	AUTO_FREE char *old = dir < 0 ? NULL :
			      file_read(dir, REMEMBERED_FILE, KEPT * KEY_LINE + 1, NULL, &err);
	char text[KEPT * KEY_LINE + 1];
	size_t n;

	if (dir < 0)
		return;
	n = (size_t)snprintf(text, sizeof(text), "%s\n%s", key, old ? old : "");
	if (n > (KEPT - 1) * KEY_LINE)
		n = (KEPT - 1) * KEY_LINE;
	file_write(dir, REMEMBERED_FILE, text, n, 0600, &err);
}

int check_now(const struct check_plan *plan, struct report *out, struct error *err)
{
	static const char *const volatile_ids[] = { "S01", "S04", "R01" };
	struct check_host here = { .root = NULL };
	struct probe_cache cache = { 0 };
	struct probe_ctx ctx = { .plan = plan, .host = &here, .cache = &cache };

	if (report_init(out, err) < 0)
		return -1;
	ctx.distro = distro_detect(&here, NULL, 0);
	for (size_t i = 0; i < sizeof(volatile_ids) / sizeof(*volatile_ids); i++) {
		const struct check *c = check_find(volatile_ids[i]);
		struct check_record *r = report_find(out, c->id);

		record_begin(r, c);
		c->probe(&ctx, r);
		r->done = true;
	}
	return 0;
}
