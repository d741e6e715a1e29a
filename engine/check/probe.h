/*
 * What probes are written with: filling a record, and asking the host. All
 * text that goes into a record is cleaned and cut here, so a record can be
 * drawn as it is, whatever a file or a server said.
 *
 * The host is asked through `struct check_host`: files below its root (with
 * links resolved inside it), its environment, and the functions of
 * `struct check_sys` for what is not a file. No probe calls open or getenv
 * itself; that is what lets a fixture stand for a machine.
 */
#ifndef ENGINE_CHECK_PROBE_H
#define ENGINE_CHECK_PROBE_H

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <sys/utsname.h>
#include <time.h>

#include "engine/check/check.h"
#include "engine/check/dns_query.h"
#include "engine/check/tls.h"
#include "engine/check/trial.h"
#include "engine/vm/kvm.h"

struct trust;

/* What the system says where it is not said by a file. */
struct check_sys {
	const struct kvm_ops *kvm; /* NULL: this host */
	void *kvm_arg;
	int (*open_device)(const char *path); /* O_RDWR; -1 with errno */
	uid_t (*uid)(void);
	int (*groups)(gid_t *list, int max);  /* of this process, the effective one included */
	/* The name of a group into out; 1 when the user is a member of it by the
	 * group database, 0 when not, -1 when there is no such group. */
	int (*group)(gid_t gid, char *out, size_t cap);
	void (*user)(char *out, size_t cap);
	int (*statvfs)(const char *path, struct statvfs *out);
	int (*uname)(struct utsname *out);
	int (*resolve)(const char *name);     /* as getaddrinfo: 0 or EAI_*; may block */
	void (*trial)(struct trial *out);     /* namespaces, see trial.h */
	void (*engine)(struct engine_trial *out); /* KVM from where the hypervisor stands */
	void (*guards)(const char *program, struct guards_trial *out); /* what a session goes without */
	time_t (*now)(void);
	/* One query each, to the end or their deadline; see dns_query.h. */
	void (*dns)(struct dns_query *queries, size_t n);
	/* Handshakes, all at once; see tls.h. */
	void (*tls)(struct tls_ask *asks, size_t n, int timeout_ms);
	/* What a plain HTTP request for / of a host says; see tls.h. */
	void (*portal)(const char *host, struct portal *out);
	/* The address that packets to `to` leave from; -1 with errno: no way. */
	int (*route)(const char *to, char *from, size_t cap);
	int (*clock_state)(long *error_us);   /* adjtimex's state and maxerror */
	int (*limit)(int what, struct rlimit *out);
	int (*cpus)(void);                    /* that this process may use */
	int (*statfs)(const char *path, struct statfs *out);
	int (*reflink)(const char *dir);      /* FICLONE of one file there on another: 0 or errno */
	int (*abandoned)(const char *state);  /* sessions there that nobody owns and that say
						 that they run; -1 with errno */
	int (*self)(char *out, size_t cap);   /* the path of this program */
};
extern const struct check_sys check_sys_host;

/* Answers that several probes of one child need. */
struct probe_cache {
	bool kvm_asked;
	struct kvm_probe kvm;
	struct trust *trust; /* trust.h; goes with the child */
};

const struct kvm_probe *probe_kvm(const struct probe_ctx *ctx);

/* --- Filling a record --- */

/* Its status, and its summary: one sentence without a full stop. */
void record_say(struct check_record *r, enum check_status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void record_seen(struct check_record *r, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void record_why(struct check_record *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

enum {
	FIX_ROOT = 1,
	FIX_RELOGIN = 2,
	FIX_REBOOT = 4,
};
#define ARGV(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* A remedy: what it does, and the command (NULL: the text says it all). What
 * is beyond CHECK_FIX_MAX is dropped, so the best goes first. */
void record_fix(struct check_record *r, unsigned flags, const char *const *argv, const char *fmt,
		...) __attribute__((format(printf, 4, 5)));
/* The same for one distribution: added when the host is that, or is unknown. */
void record_fix_on(const struct probe_ctx *ctx, struct check_record *r, enum distro d,
		   unsigned flags, const char *const *argv, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

/* --- Asking the host --- */

/* Relative to the root, as an absolute path; -1 with errno. */
int host_open(const struct check_host *h, const char *path, int flags);
int host_stat(const struct check_host *h, const char *path, struct stat *out);
ssize_t host_readlink(const struct check_host *h, const char *path, char *out, size_t cap);
/* At most cap - 1 bytes, NUL-ended; their number, or -1 with errno. */
ssize_t host_read(const struct check_host *h, const char *path, char *out, size_t cap);
/* The first line, without its end. False when there is no such file. */
bool host_line(const struct check_host *h, const char *path, char *out, size_t cap);
bool host_exists(const struct check_host *h, const char *path);

const char *host_env(const struct check_host *h, const char *name); /* NULL or not empty */
/* A program on the host's PATH; -1 when nowhere. */
int host_find(const struct check_host *h, const char *program, char *out, size_t cap);
const struct check_sys *host_sys(const struct check_host *h);
/* Fill tty, cols and rows from whichever of descriptors 0 to 2 is a terminal. */
void host_terminal(struct check_host *h);
/* docker, podman, lxc ... or NULL on a plain host. */
const char *host_container(const struct check_host *h);

/* --- What the plan means --- */

const char *plan_backend(const struct check_plan *p);
bool plan_networked(const struct check_plan *p); /* some agent may reach something */
/* TCG will not do: forced by the plan, or the backend has none. */
bool plan_needs_kvm(const struct check_plan *p);
/* What has to do with KVM: a blocker where KVM is a must, advice where it is not wanted. */
void record_weigh_kvm(const struct probe_ctx *ctx, struct check_record *r);

/* --- The probes, by the ids of the catalogue --- */

typedef void probe_fn(const struct probe_ctx *ctx, struct check_record *r);

probe_fn probe_k01, probe_k02, probe_k03, probe_k04, probe_k05, probe_k06, probe_k07, probe_k08;
probe_fn probe_k09, probe_k10, probe_k11, probe_k12, probe_k13, probe_k14;
probe_fn probe_e01, probe_e05;
probe_fn probe_n00, probe_n01, probe_n08, probe_n12;
probe_fn probe_d01, probe_d02, probe_d03, probe_d04, probe_d05, probe_d06, probe_d08;
probe_fn probe_c01, probe_c02, probe_c03, probe_c04, probe_c05, probe_c06, probe_t01, probe_t02;
probe_fn probe_s01, probe_s02, probe_s03, probe_s04, probe_s05, probe_s06, probe_s08, probe_s09;
probe_fn probe_r01, probe_r03, probe_r04, probe_r05;
probe_fn probe_a01, probe_a02;
probe_fn probe_u01;
probe_fn probe_inside; /* of what only a running session can answer */

#endif
