/*
 * A host that is not there: a temporary directory that stands for "/", an
 * environment, and fakes of the system functions, whose answers are fields.
 */
#ifndef TESTS_CHECK_FIXTURE_H
#define TESTS_CHECK_FIXTURE_H

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <netdb.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/json.h"
#include "engine/base/own.h"
#include "engine/check/distro.h"
#include "engine/check/probe.h"
#include "engine/check/trust.h"
#include "engine/check/report.h"
#include "tests/test.h"

struct fixture {
	char root[64];
	bool lacks; /* this machine cannot make the scene: not root, no CA bundle */
	const char *env[16];
	size_t n_env;
	struct check_host host;
	struct check_plan plan;
	struct probe_ctx ctx;
	struct probe_cache cache;
	struct check_record record;

	/* What the fakes answer. */
	int kvm_open, kvm_vm, kvm_run; /* errno, or 0 */
	int kvm_api;
	uint32_t kvm_exit;             /* of the first run, when not IO */
	uint64_t kvm_loop_us, kvm_clock;
	int kvm_runs;
	void *kvm_page;
	int device;                    /* errno of open_device */
	unsigned uid;
	int in_process, in_database;   /* of the group of /dev/kvm */
	const char *group, *release;
	uint64_t free_bytes, free_inodes;
	bool read_only;
	int resolve;
	struct trial trial;
	struct engine_trial engine;
	struct guards_trial guards;
	uint32_t caps_missing; /* by number of kvm_caps; of K06 */
	int vcpus;
	/* Of the n-th name server. */
	struct { enum dns_way udp, tcp; unsigned rcode, a, aaaa; } dns[3];
	unsigned invalid_rcode; /* of names in .invalid */
	/* Of every handshake: looked at, by the host's bundle, by an image's. */
	enum tls_end look, by_host, by_image;
	const char *chain;      /* file of tests/check/pem, or NULL */
	int64_t skew;           /* of the servers' Date; 0 with no_date */
	bool no_date;
	struct portal portal;
	int route4, route6;     /* errno */
	int clock;              /* adjtimex's state */
	struct rlimit nofile, nproc;
	int cpus;
	unsigned long fs_type;
	int reflink;            /* errno */
	int abandoned;
};

static struct fixture *fake; /* the one under test: the fakes have no argument */

static int fake_kvm_open(void *arg, const char *path)
{
	(void)arg;
	(void)path;
	errno = fake->kvm_open;
	return fake->kvm_open ? -1 : 1000;
}

static int fake_run(void)
{
	struct kvm_run *run = fake->kvm_page;

	errno = fake->kvm_run;
	if (fake->kvm_run)
		return -1;
	run->exit_reason = fake->kvm_exit && !fake->kvm_runs ? fake->kvm_exit : KVM_EXIT_IO;
	run->io.port = 0x3f8;
	run->io.data_offset = 3000;
	((char *)run)[3000] = fake->kvm_runs++ ? 'L' : 'K';
	if (fake->kvm_runs == 2)
		fake->kvm_clock += fake->kvm_loop_us;
	return 0;
}

static int fake_kvm_ioctl(void *arg, int fd, unsigned long request, void *p)
{
	(void)arg;
	(void)fd;
	(void)p;
	switch (request) {
	case KVM_GET_API_VERSION:
		return fake->kvm_api;
	case KVM_CREATE_VM:
		errno = fake->kvm_vm;
		return fake->kvm_vm ? -1 : 1001;
	case KVM_CREATE_VCPU:
		return 1002;
	case KVM_GET_VCPU_MMAP_SIZE:
		return 8192;
	case KVM_CHECK_EXTENSION:
		if ((long)p == KVM_CAP_MAX_VCPUS || (long)p == KVM_CAP_NR_VCPUS)
			return fake->vcpus;
		for (int i = 0; i < KVM_CAPS; i++)
			if (kvm_caps[i].cap == (long)p)
				return !(fake->caps_missing & 1U << i);
		return 1;
	case KVM_RUN:
		return fake_run();
	default:
		return 0;
	}
}

static void *fake_kvm_map(void *arg, int fd, size_t size)
{
	void *p = calloc(1, size);

	(void)arg;
	if (fd >= 0)
		fake->kvm_page = p;
	return p;
}

static void fake_kvm_unmap(void *arg, void *p, size_t size)
{
	(void)arg;
	(void)size;
	free(p);
}

static void fake_kvm_close(void *arg, int fd)
{
	(void)arg;
	(void)fd;
}

static uint64_t fake_kvm_now(void *arg)
{
	(void)arg;
	return fake->kvm_clock;
}

static int fake_kvm_alarm(void *arg, uint8_t *flag, uint64_t us)
{
	(void)arg;
	(void)flag;
	(void)us;
	return 0;
}

static const struct kvm_ops fake_kvm = {
	.open = fake_kvm_open, .ioctl = fake_kvm_ioctl, .map = fake_kvm_map,
	.unmap = fake_kvm_unmap, .close = fake_kvm_close, .now_us = fake_kvm_now,
	.alarm = fake_kvm_alarm,
};

static int fake_open_device(const char *path)
{
	(void)path;
	errno = fake->device;
	return fake->device ? -1 : open("/dev/null", O_RDWR | O_CLOEXEC);
}

static uid_t fake_uid(void)
{
	return fake->uid;
}

static int fake_groups(gid_t *list, int max)
{
	(void)max;
	list[0] = fake->in_process ? 0 : 65000; /* files of the fixture are group 0 */
	return 1;
}

static int fake_group(gid_t gid, char *out, size_t cap)
{
	(void)gid;
	snprintf(out, cap, "%s", fake->group);
	return fake->in_database;
}

static void fake_user(char *out, size_t cap)
{
	snprintf(out, cap, "alice");
}

static int fake_statvfs(const char *path, struct statvfs *out)
{
	(void)path;
	*out = (struct statvfs){ .f_frsize = 4096, .f_bavail = fake->free_bytes / 4096,
				 .f_files = 1000000, .f_favail = fake->free_inodes,
				 .f_flag = fake->read_only ? ST_RDONLY : 0 };
	return 0;
}

static int fake_uname(struct utsname *out)
{
	memset(out, 0, sizeof(*out));
	strcpy(out->machine, "x86_64");
	strcpy(out->release, fake->release);
	return 0;
}

static int fake_resolve(const char *name)
{
	return strstr(name, "good") ? 0 : fake->resolve;
}

static void fake_trial(struct trial *out)
{
	*out = fake->trial;
}

static time_t fake_now(void)
{
	return 1770000000; /* 2026-02-02 */
}

static void fake_engine(struct engine_trial *out)
{
	*out = fake->engine;
}

static void fake_guards(const char *program, struct guards_trial *out)
{
	(void)program;
	*out = fake->guards;
}

static void fake_dns(struct dns_query *queries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct dns_query *q = &queries[i];
		size_t k = strcmp(q->server, "192.0.2.2") ? strcmp(q->server, "192.0.2.3") ? 0 : 2 : 1;
		bool none = strstr(q->name, ".invalid");

		q->udp = q->udp_ms ? fake->dns[k].udp : DNS_UNREACHABLE;
		q->tcp = q->tcp_ms ? fake->dns[k].tcp : DNS_UNREACHABLE;
		q->ms = 7;
		q->reply.rcode = none ? fake->invalid_rcode : fake->dns[k].rcode;
		if (q->type == DNS_TYPE_AAAA)
			q->reply.aaaa = fake->dns[k].aaaa;
		else
			q->reply.a = q->reply.rcode ? 0 : fake->dns[k].a;
		if (q->reply.aaaa)
			strcpy(q->reply.address, "2001:db8::1");
		else if (q->reply.a)
			strcpy(q->reply.address, "203.0.113.9");
	}
}

static void fake_tls(struct tls_ask *asks, size_t n, int timeout_ms)
{
	char path[128];
	struct error err;

	(void)timeout_ms;
	for (size_t i = 0; i < n; i++) {
		struct tls_ask *a = &asks[i];

		/* An image's bundle of the scenarios is short; the host's is not. */
		a->end = !a->bundle ? fake->look : a->bundle_len > 900 ? fake->by_host : fake->by_image;
		snprintf(a->said, sizeof(a->said), "%s", a->end == TLS_GOOD ? "" : tls_end_names[a->end]);
		if (a->bundle || a->end != TLS_GOOD)
			continue;
		a->date = fake->no_date ? 0 : 1770000000 + fake->skew;
		snprintf(path, sizeof(path), "tests/check/pem/%s.pem", fake->chain ? fake->chain : "good");
		a->chain = file_read(AT_FDCWD, path, 65536, NULL, &err);
	}
}

static void fake_portal(const char *host, struct portal *out)
{
	(void)host;
	*out = fake->portal;
}

static int fake_route(const char *to, char *from, size_t cap)
{
	bool six = strchr(to, ':');

	errno = six ? fake->route6 : fake->route4;
	snprintf(from, cap, "%s", six ? "2001:db8::2" : "192.0.2.77");
	return errno ? -1 : 0;
}

static int fake_clock(long *error_us)
{
	*error_us = fake->clock == 5 ? 16000000 : 3000;
	return fake->clock;
}

static int fake_limit(int what, struct rlimit *out)
{
	*out = what == RLIMIT_NOFILE ? fake->nofile : fake->nproc;
	return 0;
}

static int fake_cpus(void)
{
	return fake->cpus;
}

static int fake_statfs(const char *path, struct statfs *out)
{
	(void)path;
	*out = (struct statfs){ .f_type = (__typeof__(out->f_type))fake->fs_type };
	return 0;
}

static int fake_reflink(const char *dir)
{
	(void)dir;
	return fake->reflink;
}

static int fake_self(char *out, size_t cap)
{
	return snprintf(out, cap, "/usr/local/bin/vmdeck") < (int)cap ? 0 : -1;
}

static int fake_abandoned(const char *state)
{
	(void)state;
	return fake->abandoned;
}

static const struct check_sys fake_sys = {
	.kvm = &fake_kvm, .open_device = fake_open_device, .uid = fake_uid,
	.groups = fake_groups, .group = fake_group, .user = fake_user,
	.statvfs = fake_statvfs, .uname = fake_uname, .resolve = fake_resolve,
	.trial = fake_trial, .now = fake_now, .engine = fake_engine, .guards = fake_guards, .dns = fake_dns,
	.tls = fake_tls, .portal = fake_portal, .route = fake_route, .clock_state = fake_clock,
	.limit = fake_limit, .cpus = fake_cpus, .statfs = fake_statfs, .reflink = fake_reflink,
	.abandoned = fake_abandoned, .self = fake_self,
};

/* A healthy Debian machine of an ordinary user, with nothing in its file system. */
static inline void fixture_init(struct fixture *f)
{
	*f = (struct fixture){
		.kvm_api = 12, .kvm_loop_us = 200, .uid = 1000, .in_process = 1,
		.in_database = 1, .group = "kvm", .release = "6.1.0-56-cloud-amd64",
		.free_bytes = 100ULL << 30, .free_inodes = 900000,
		.trial = { .step = TRIAL_DONE }, .vcpus = 64,
		.dns = { { .a = 1 }, { .a = 1 }, { .a = 1 } }, .invalid_rcode = 3,
		.nofile = { 1024, 1048576 }, .nproc = { 30000, 30000 }, .cpus = 4,
		.fs_type = 0xef53, /* ext4 */
	};
	strcpy(f->root, "/tmp/vmdeck-check-XXXXXX");
	if (!mkdtemp(f->root))
		abort();
	fake = f;
	f->host = (struct check_host){ .root = f->root, .env = f->env, .sys = &fake_sys,
				       .tty = true, .cols = 120, .rows = 40 };
	f->ctx = (struct probe_ctx){ .plan = &f->plan, .host = &f->host,
				     .distro = DISTRO_DEBIAN, .cache = &f->cache };
}

/* What goes with the child where there is one. */
static inline void fixture_forget_trust(struct trust *t)
{
	if (!t)
		return;
	for (unsigned i = 0; i < t->n_hosts; i++) {
		struct trust_host *h = &t->hosts[i];

		tls_ask_done(&h->look);
		tls_ask_done(&h->host);
		for (unsigned k = 0; k < t->n_images; k++)
			tls_ask_done(&h->images[k]);
	}
	for (unsigned i = 0; i < t->n_images; i++)
		free(t->images[i].data);
	free(t->host.data);
	free(t->local.data);
	free(t);
}

static inline void fixture_done(struct fixture *f)
{
	struct error err;

	fixture_forget_trust(f->cache.trust);
	dir_remove(AT_FDCWD, f->root, &err);
	fake = NULL;
}

static inline void fixture_dirs(struct fixture *f, const char *path, char *full, size_t cap)
{
	struct error err;
	char *slash;

	snprintf(full, cap, "%s%s", f->root, path);
	slash = strrchr(full, '/');
	*slash = '\0';
	if (dir_make(full, 0755, &err) < 0)
		abort();
	*slash = '/';
}

static inline void fixture_bytes(struct fixture *f, const char *path, const void *data, size_t n,
				 mode_t mode)
{
	char full[512];
	struct error err;

	fixture_dirs(f, path, full, sizeof(full));
	if (file_write(AT_FDCWD, full, data, n, mode, &err) < 0 || chmod(full, mode) < 0)
		abort();
}

static inline void fixture_file(struct fixture *f, const char *path, const char *text)
{
	fixture_bytes(f, path, text, strlen(text), 0644);
}

static inline void fixture_link(struct fixture *f, const char *path, const char *target)
{
	char full[512];

	fixture_dirs(f, path, full, sizeof(full));
	if (symlink(target, full) < 0)
		abort();
}

/* A device node; as others than root may not make them, the test then skips. */
static inline bool fixture_node(struct fixture *f, const char *path, unsigned maj, unsigned min,
				mode_t mode)
{
	char full[512];

	fixture_dirs(f, path, full, sizeof(full));
	return mknod(full, S_IFCHR | mode, makedev(maj, min)) == 0 && chmod(full, mode) == 0;
}

static inline void fixture_env(struct fixture *f, const char *entry)
{
	f->env[f->n_env++] = entry;
}

/* Ask one check here, in this process. */
static inline const struct check_record *fixture_ask(struct fixture *f, const char *id)
{
	const struct check *c = check_find(id);

	record_begin(&f->record, c);
	c->probe(&f->ctx, &f->record);
	f->record.done = true;
	return &f->record;
}

/* Any fix whose command or text has the words. */
static inline bool record_has_fix(const struct check_record *r, const char *words)
{
	char command[CHECK_COMMAND_MAX];

	for (int i = 0; i < r->n_fixes; i++)
		if (strstr(check_fix_command(&r->fixes[i], command, sizeof(command)), words) ||
		    strstr(r->fixes[i].text, words))
			return true;
	return false;
}

static inline const char *record_saw(const struct check_record *r, const char *key)
{
	for (int i = 0; i < r->n_seen; i++)
		if (!strcmp(r->seen[i].key, key))
			return r->seen[i].value;
	return "";
}

#endif
