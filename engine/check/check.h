/*
 * Preflight: the questions that are asked of a launch, and the record that
 * each one answers with.
 *
 * A check is a row of the table `checks`; its answer is a `struct
 * check_record`: what was seen, why it matters, and the exact command that
 * mends it. Records are plain values (the only pointers in one are to string
 * constants of the table), hold no control characters, and know nothing of a
 * screen: the modal, `vmdeck doctor` and its JSON all draw the same ones.
 * Running them is runner.h; adding them up is report.h.
 *
 * A probe sees the world only through its `struct probe_ctx`: what is being
 * launched, a directory that stands for "/", an environment, and a table of
 * system functions. So every broken host can be a fixture. Probes run in a
 * child of their own and may block.
 *
 * To add a check: write its probe (probe.h), add a row to the table in
 * catalogue.c and a section to docs/preflight.md.
 */
#ifndef ENGINE_CHECK_CHECK_H
#define ENGINE_CHECK_CHECK_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/vm/backend.h"

enum check_status {
	CHECK_OK,
	CHECK_INFO,    /* worth knowing; never counts against the launch */
	CHECK_WARN,    /* works, but act on it */
	CHECK_FAILED, /* does not work; the severity says how much that matters */
	CHECK_SKIP,    /* not asked: a check it needs failed, or this launch does not need it */
	CHECK_UNKNOWN, /* could not be found out: took too long, crashed, or needs rights */
	CHECK_STATUS_COUNT
};
extern const char *const check_status_names[CHECK_STATUS_COUNT]; /* "ok" ... "unknown" */

enum check_severity {
	CHECK_ADVICE,   /* could be better */
	CHECK_DEGRADED, /* launches, with less: slower, less isolated */
	CHECK_BLOCKER,  /* this launch cannot work */
	CHECK_SEVERITY_COUNT
};
extern const char *const check_severity_names[CHECK_SEVERITY_COUNT]; /* "advice" ... */

enum check_group {
	CHECK_GROUP_KVM,
	CHECK_GROUP_ENGINE,
	CHECK_GROUP_NETWORK,
	CHECK_GROUP_DNS,
	CHECK_GROUP_CA,
	CHECK_GROUP_STORAGE,
	CHECK_GROUP_RESOURCES,
	CHECK_GROUP_AGENTS,
	CHECK_GROUP_TERMINAL,
	CHECK_GROUP_COUNT
};
extern const char *const check_group_names[CHECK_GROUP_COUNT];  /* "kvm", "engine" ... */
extern const char *const check_group_titles[CHECK_GROUP_COUNT]; /* "KVM", "Engine" ... */

enum distro {
	DISTRO_UNKNOWN,
	DISTRO_DEBIAN, /* and Ubuntu */
	DISTRO_FEDORA, /* and RHEL */
	DISTRO_ARCH,
	DISTRO_SUSE,
	DISTRO_ALPINE,
	DISTRO_NIX,
	DISTRO_COUNT
};
extern const char *const distro_names[DISTRO_COUNT]; /* "any", "debian" ... */

enum {
	CHECK_SEEN_MAX = 12,
	CHECK_FIX_MAX = 5,
	CHECK_ARG_MAX = 10,
	CHECK_NEEDS_MAX = 3,
	CHECK_BACKENDS_MAX = 4,
};

/* One thing that was found: a file and what it said, an errno. */
struct check_seen {
	char key[48];
	char value[192];
};

/* One way to mend it. A fix without argv is something to do by hand, and text
 * then says all of it. */
struct check_fix {
	char text[320];                 /* "load the KVM module for this CPU" */
	char argv[CHECK_ARG_MAX][192];  /* without sudo; n_argv of them */
	uint8_t n_argv;
	bool needs_root;                /* put sudo in front, unless root already */
	bool needs_relogin;
	bool needs_reboot;
	enum distro distro;             /* DISTRO_UNKNOWN: any */
};

struct check_record {
	const char *id;     /* "K02"; this and the next are the table's */
	const char *title;
	const char *doc;    /* "docs/preflight.md#k02" */
	enum check_group group;
	enum check_status status;
	enum check_severity severity;
	char summary[256];  /* one sentence: what was found */
	char why[320];      /* why it matters */
	struct check_seen seen[CHECK_SEEN_MAX];
	uint8_t n_seen;
	struct check_fix fixes[CHECK_FIX_MAX]; /* best first */
	uint8_t n_fixes;
	uint32_t ms;        /* how long it took */
	const char *needs[CHECK_NEEDS_MAX];       /* ids, the table's; NULL-ended if shorter */
	const char *backends[CHECK_BACKENDS_MAX]; /* it matters to these; empty: to all */
	bool after;         /* a running session has answered the same from inside */
	enum check_status after_status;
	char after_said[200];
	bool done;          /* this is an answer; false: not asked yet, or being asked */
	bool running;       /* being asked (again) now */
};

/* --- What is being launched --- */

enum {
	CHECK_IMAGES_MAX = 16,
	CHECK_HOSTS_MAX = 16,
	CHECK_COMMANDS_MAX = 4,
	CHECK_CREDENTIALS_MAX = 16,
	CHECK_FILES_MAX = 32,
};

struct check_image {
	char name[64];       /* what the operator calls it */
	char path[PATH_MAX]; /* of the file */
	bool networked;      /* an agent in it may reach something: policy is not `none` */
	uint64_t size;       /* as its description says, bytes; 0: it says nothing */
	char commands[CHECK_COMMANDS_MAX][128]; /* programs that agents run in it */
	unsigned n_commands;
};

/* A key or a file that an agent needs: its presence is asked, never its value. */
struct check_credential {
	char agent[32];
	char env[64];        /* name of the variable; "" when it is a file */
	char file[PATH_MAX]; /* "" when it is a variable */
};

/* A host file that is injected into an agent's session. */
struct check_file {
	char agent[32];
	char path[PATH_MAX];
};

enum check_peer_tls {
	CHECK_TLS_GUEST,  /* the agent speaks TLS to it: the image's certificates matter */
	CHECK_TLS_BROKER, /* the gateway does, with this host's */
	CHECK_TLS_NONE,   /* another protocol: only its name is asked */
};

/* A host that the agents need: an API, a repository. */
struct check_peer {
	char name[256];
	unsigned short port; /* 0 is 443 */
	enum check_peer_tls tls;
};

/* Zeroed is a plan too: the machine in general, with the default backend. */
struct check_plan {
	char backend[32];    /* "" is "qemu" */
	enum vm_accel accel; /* AUTO: TCG will do when KVM will not */
	struct check_image images[CHECK_IMAGES_MAX];
	unsigned n_images;
	unsigned sessions;        /* machines to start */
	uint64_t memory_mib;      /* all of them together */
	uint64_t disk_bytes;      /* written for them before they run */
	uint64_t disk_grow_bytes; /* what they may come to write: their sparse disks */
	unsigned cpus;            /* virtual ones of all of them together */
	char state_dir[PATH_MAX]; /* "": not asked */
	char kernel[PATH_MAX];    /* the vmlinux that starts; "": not asked */
	struct check_peer hosts[CHECK_HOSTS_MAX];
	unsigned n_hosts;
	struct check_credential credentials[CHECK_CREDENTIALS_MAX];
	unsigned n_credentials;
	struct check_file files[CHECK_FILES_MAX];
	unsigned n_files;
	char manifest[PATH_MAX];  /* agents.json; "": not asked */
	struct error manifest_error; /* why it cannot be used; msg "" when it can */
	bool quick; /* only what can block this launch, and nothing that takes long */
};

/* --- The host, or what stands for it --- */

struct check_sys;
struct probe_cache;

struct check_host {
	const char *root;             /* "" is this machine's "/" */
	const char *const *env;       /* "NAME=VALUE", NULL-ended; NULL: ours */
	const struct check_sys *sys;  /* NULL: the system's */
	unsigned short dns_port;      /* 0 is 53; tests have their servers elsewhere */
	bool tty;                     /* the operator's terminal, as the caller sees it */
	unsigned cols, rows;
};

struct probe_ctx {
	const struct check_plan *plan;
	const struct check_host *host;
	enum distro distro;
	struct probe_cache *cache; /* of the child; what rows that share one learnt */
};

/* --- The table --- */

struct check {
	const char *id;
	enum check_group group;
	const char *title;
	const char *why;
	const char *doc;
	const char *needs[CHECK_NEEDS_MAX];       /* not asked unless these are ok, info or warn */
	const char *backends[CHECK_BACKENDS_MAX]; /* not asked for others */
	const char *shares;           /* answered by the child of that (earlier) row; or NULL */
	enum check_severity severity; /* of a failure; a probe may lower or raise it */
	uint32_t timeout_ms;
	/* May the probe raise the severity to blocker in this launch? NULL: no. */
	bool (*may_block)(const struct check_plan *plan);
	bool foreign;  /* reads an image's bytes: runs without network and with limits */
	bool inside;   /* only a running session can answer it (see record_after) */
	bool slow;     /* may wait for the network: not among the local checks */
	/* Fills status, summary, seen, fixes through record_* (probe.h). */
	void (*probe)(const struct probe_ctx *ctx, struct check_record *r);
};

enum { CHECKS_MAX = 64 };
extern const struct check checks[];
extern const size_t checks_count;

/* By id, case ignored; NULL when there is none. */
const struct check *check_find(const char *id);
int check_index(const char *id); /* its row, or -1 */

/* An answer that is not given yet: the row's own fields, the rest zeroed. */
void record_begin(struct check_record *r, const struct check *c);

/* What a session says from inside, beside the answer from before its boot. A failure
 * of what was well before, or was not asked, becomes the record's. */
void record_after(struct check_record *r, enum check_status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The fix as a line for a shell, quoted, with sudo where it is needed and we
 * are not root; "" when there is no command, or it does not fit: a command is
 * whole or not there. CHECK_COMMAND_MAX is enough. Gives out. */
enum { CHECK_COMMAND_MAX = 4096 };
const char *check_fix_command(const struct check_fix *f, char *out, size_t cap);

#endif
