/*
 * The record of a session: what it is, how far it came, how it ended. The
 * supervisor keeps it in session.json (replaced by rename) and sends it on
 * the wire; everybody else only reads it. It says nothing that cannot be
 * shown: no secrets, all text cleaned.
 */
#ifndef ENGINE_SESSION_RECORD_H
#define ENGINE_SESSION_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/base/error.h"
#include "engine/base/json.h"

enum {
	SESSION_ID_MAX = 32, /* "claude-1": [a-z][a-z0-9-]*, without the NUL */
	SESSION_STEPS = 12,
};

enum session_state {
	SESSION_STARTING, /* steps tell how far */
	SESSION_READY,    /* the agent runs; what it does is not known, or nothing yet */
	SESSION_WORKING,  /* it does something */
	SESSION_ASKS,     /* it waits for the person; cause says what for */
	SESSION_IDLE,     /* it has finished what it did */
	SESSION_EXITED,   /* the agent's program is over, the machine stays ("on_exit": "stay") */
	SESSION_SILENT,   /* the hypervisor does not answer */
	SESSION_STOPPING, /* its end was asked for */
	SESSION_FAILED,   /* did not come up, or broke; cause says why */
	SESSION_ENDED,    /* over; cause says how */
	SESSION_STATE_COUNT
};
extern const char *const session_state_names[SESSION_STATE_COUNT]; /* "starting" ... */

/* Is there a machine in this state? */
static inline bool session_alive(enum session_state s)
{
	return s < SESSION_FAILED;
}

struct session_step {
	char name[16]; /* "prepare" "disk" "supervisor" "network" "hypervisor" "guest" "agent" */
	double ms;     /* how long it took; < 0 while it runs */
};

struct session_record {
	char id[SESSION_ID_MAX + 1];
	char agent[32];
	char accent[16]; /* the agent's colour, a word of its manifest; "" mostly */
	char label[32]; /* the agent's, for groups of the list; "" mostly */
	char image[256], backend[16], accel[8], policy[16];
	enum session_state state;
	struct session_step steps[SESSION_STEPS];
	unsigned n_steps, steps_of; /* steps begun, steps in all */
	double total_ms;            /* request to ready; 0 before */
	bool warm, standby;         /* from a template (while it starts: it is tried); and it had been
				       waiting (standby.h) */
	unsigned memory_mib, cpus;
	unsigned cols, rows;        /* of the console's canvas */
	int64_t created, ready, ended; /* seconds since the epoch; 0: not yet */
	int64_t since;              /* when it came into its state: who waits longest */
	pid_t pid;                  /* supervisor, in the host's pid namespace */
	pid_t vm_pid;               /* hypervisor, likewise; 0: none */
	unsigned long long started; /* of pid: process_started() */
	char boot[37];              /* boot id of the host */
	char cause[512];            /* why FAILED or how ENDED, else what it asks; may be "" */
	char hint[256];             /* remedy for a failure, or "" */
	char note[256];             /* what is worth telling of the start: why there was no warm
				       one where one was tried; "" mostly */
	char recording[32];         /* the file of the recording that runs; "" when none does */
	char guards[256];           /* what this host could not give to confine the machine; "" when
				       all is as it should be */
	int exit_code;              /* of the agent; -1: not known */
	char version[16];           /* vmdeck's */
	/* from the guest, every few seconds; 0 when not known */
	uint64_t mem_used_kib, mem_total_kib;
	double load1;
	double cpu;                 /* share of one host core the hypervisor used lately, 0..n */
	uint64_t dropped;           /* console bytes that were thrown away, see console.h */
	/* the network: bytes to and from the guest, connections now, what was refused */
	uint64_t net_in, net_out, net_refused;
	unsigned net_open;
	char net[128];              /* "" while it is as it must be; else what is wrong with it */
	uint32_t changes;           /* files that it changed, when last looked at */
	bool changes_known;
	char order[16];             /* launch order key: sorts as text */
};

/* A new object, owned by the caller. */
cJSON *record_json(const struct session_record *r);
/* Strict enough for a file that somebody may have edited: unknown states and
 * types are errors, texts are cleaned. */
int record_parse(struct session_record *r, const cJSON *j, struct error *err);
int record_load(struct session_record *r, int dir, struct error *err);
int record_save(const struct session_record *r, int dir, struct error *err);

/* The step under way, or NULL. */
const struct session_step *record_step(const struct session_record *r);

#endif
