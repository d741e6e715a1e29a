/*
 * The manifest: the agents that can be launched. Built-in ones need no file;
 * agents.json in the configuration directory adds to them and replaces those
 * of the same name. It is read whole or refused whole, with the file, the line
 * or the agent, and the nearest known key in the error. Knows nothing of
 * sessions.
 *
 * Format (JSON with comments; docs/manifest.md):
 *   { "agents": { "web": { "image": "tiny", "command": ["/bin/sh", "-l"], ... } } }
 */
#ifndef ENGINE_SESSION_MANIFEST_H
#define ENGINE_SESSION_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/base/json.h"
#include "engine/base/paths.h"
#include "engine/net/policy.h"
#include "engine/session/attention.h"
#include "engine/session/credentials.h"
#include "engine/vm/backend.h"

enum {
	AGENT_NAME_MAX = 24,   /* [a-z][a-z0-9-]*, without the NUL */
	AGENT_ARGS = 32,
	AGENT_FILES = 16,
	AGENT_EXCLUDES = 16,
	AGENT_PROMPT_ARGS = 4,
	AGENTS_MAX = 64,
};

enum agent_exit { /* when the agent's program ends by itself */
	AGENT_POWEROFF, /* the session ends (default) */
	AGENT_RESTART,  /* it is started again, not more often than once a second */
	AGENT_STAY,     /* the machine stays up for exec and a look */
	AGENT_EXIT_COUNT
};
extern const char *const agent_exit_names[AGENT_EXIT_COUNT];

enum agent_boot { /* what is started first in the machine */
	AGENT_BOOT_IMAGE, /* what its image says (default) */
	AGENT_BOOT_AGENT, /* the agent */
	AGENT_BOOT_INIT,  /* the image's own init, then the agent */
	AGENT_BOOT_COUNT
};
extern const char *const agent_boot_names[AGENT_BOOT_COUNT];

enum agent_root { /* what it has for its root */
	AGENT_ROOT_IMAGE,   /* what its image says (default) */
	AGENT_ROOT_OVERLAY, /* a layer over the image */
	AGENT_ROOT_CLONE,   /* a copy of the image */
	AGENT_ROOT_COUNT
};
extern const char *const agent_root_names[AGENT_ROOT_COUNT];

struct agent_file { /* a host file put into the session disk before launch */
	char path[256]; /* absolute, in the guest, or "~/" of the user there */
	char from[512]; /* on the host; "" when text is given */
	char *text;     /* owned */
	unsigned mode;
};

struct agent_workspace { /* a host directory that the session works on a copy of */
	char from[512];     /* "" is none; "~/" is the operator's home */
	char to[256];       /* absolute, in the guest */
	char exclude[AGENT_EXCLUDES][64]; /* names left out; "" after the last */
	unsigned max_mib;   /* of contents; default 1024 */
};

struct agent {
	char name[AGENT_NAME_MAX + 1];
	char title[80];            /* one line for the picker */
	char accent[16];           /* a colour for its name on the screen: #rrggbb or an ANSI name; "" */
	char label[32];            /* what the list groups it under; "" is none */
	char backend[16];          /* name of engine/vm's table; "qemu" */
	char script[16];           /* demo backend: which scripted console */
	char image[512];           /* a name in the image store, or a path with a slash */
	char kernel[512];          /* "" for the default one, or a path */
	char *argv[AGENT_ARGS + 1]; /* owned; empty: the image's own command */
	char *env[AGENT_ARGS + 1];  /* owned, NAME=VALUE; no secrets: the spec holds them */
	char user[33];             /* in the guest; "" is root */
	char cwd[256];             /* "" is the user's home */
	char policy[16];           /* "none", "allowlist" (default), "open" */
	struct policy network;     /* the same with its rules */
	struct credential credentials[BROKER_PROVIDERS]; /* of the providers it may use */
	size_t n_credentials;
	enum vm_accel accel;
	unsigned memory_mib;       /* 64..65536, default 512 */
	unsigned cpus;             /* 1..16, default 1 */
	unsigned disk_mib;         /* size of the session disk, sparse; default 4096 */
	enum agent_exit on_exit;
	enum agent_boot boot;
	enum agent_root root;
	struct attention_patterns patterns; /* how its screen tells what it does */
	struct agent_file files[AGENT_FILES];
	size_t n_files;
	struct agent_workspace workspace;
	char *prompt;              /* owned; what to do first, or NULL */
	char prompt_args[AGENT_PROMPT_ARGS][64]; /* how its program takes one, {} for the text; none:
						    it is typed when the agent is ready */
	bool builtin;
};

struct manifest {
	char path[PATH_MAX];  /* of agents.json, whether it exists or not */
	bool exists;
	struct providers providers;
	struct agent *agents; /* owned; built-ins first, then file order */
	size_t n;
};

/* Built-ins and the file under paths->config, if there is one, and what was allowed for
 * good (kept.h). */
int manifest_load(struct manifest *m, const struct paths *paths, struct error *err);
/* The same with another file, which must exist. */
int manifest_read(struct manifest *m, const char *path, struct error *err);
void manifest_done(struct manifest *m);

/* NULL, with err naming the nearest, when there is none. */
const struct agent *manifest_find(const struct manifest *m, const char *name, struct error *err);

#endif
