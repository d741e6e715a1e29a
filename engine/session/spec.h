/*
 * What a supervisor is told: the session's first record and how its agent
 * runs. Written once by the launch, read once by the supervisor; it has no
 * secrets (those lie in the session disk, which comes as a descriptor).
 */
#ifndef ENGINE_SESSION_SPEC_H
#define ENGINE_SESSION_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/json.h"
#include "engine/session/attention.h"
#include "engine/session/manifest.h"
#include "engine/session/record.h"

/* Descriptors that the supervisor starts with, after 0, 1 and 2. */
enum spec_fd {
	SPEC_FD_DIR = 3,  /* the session's directory */
	SPEC_FD_LOCK,     /* owner.lock, held */
	SPEC_FD_LISTEN,   /* the session's socket, listening */
	SPEC_FD_KERNEL,
	SPEC_FD_INITRAMFS,
	SPEC_FD_IMAGE,
	SPEC_FD_DISK,     /* the session's own: of the template's, or with the files in it */
	SPEC_FD_FILES,    /* what files it gets (files.h), -1: none */
	SPEC_FD_TEMPLATE, /* its directory, locked as in use; this and the next two: -1 for cold */
	SPEC_FD_RAM,
	SPEC_FD_STATE,
	SPEC_FD_CREDENTIALS, /* of credentials_pack; -1: none */
	SPEC_FD_PROMISE,  /* memory and disk that it may still take (promise.h); -1: demo */
	SPEC_FD_CLAIM,    /* a standby's socket for claims, listening; -1: it is a session */
	SPEC_FD_COUNT
};

struct spec {
	struct session_record record;
	cJSON *argv, *env;      /* lists of texts, owned */
	cJSON *mine;            /* likewise: paths of the files that it was given; may be NULL */
	char user[33], cwd[256], script[16];
	struct attention_patterns patterns;
	char *prompt;           /* to be typed when the agent is ready, owned; or NULL */
	enum agent_exit on_exit;
	enum vm_accel accel;
	bool cpu_max;
	bool standby;           /* no session yet: standby.h */
	bool own_root;          /* root: "clone" */
	bool boot_init;         /* the image's own init runs, too */
	unsigned long tsc_khz;  /* of the template */
	struct policy network;
	uint64_t promised_kib;  /* of memory, in all; 0: nothing was */
	uint64_t requested_us;  /* now_us() at the request */
};

int spec_save(const struct spec *s, int dir, struct error *err);
int spec_load(struct spec *s, int dir, struct error *err);
void spec_done(struct spec *s);

#endif
